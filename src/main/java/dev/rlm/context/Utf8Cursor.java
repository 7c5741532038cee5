package dev.rlm.context;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;

/** Goes forward through a text in UTF-8 by characters and lines without decoding what it passes. Not thread-safe. */
final class Utf8Cursor {
    private final InputStream in;
    private final byte[] buffer = new byte[1 << 16];
    private int next;
    private int limit;
    private long characters;
    private long line = 1;

    /** A cursor at the start of a stream, which must be well-formed. */
    Utf8Cursor(InputStream in) {
        this.in = in;
    }

    /** How many UTF-16 units it has passed. */
    long characters() {
        return characters;
    }

    /** The number of the line it is in, from 1. */
    long line() {
        return line;
    }

    /** Goes to a character, or before it if the position is within a surrogate pair, or to the end. */
    void goToCharacter(long position) throws IOException, InterruptedException {
        while (fill()) {
            int units = 0;
            int breaks = 0;
            for (int i = next; i < limit; i++) {
                units += units(buffer[i]);
                breaks += buffer[i] == '\n' ? 1 : 0;
            }
            if (characters + units > position) {
                break;
            }
            characters += units;
            line += breaks;
            next = limit;
        }
        while (fill() && characters + units(buffer[next]) <= position) {
            pass();
        }
    }

    /** Goes to the start of a line, or to the end. */
    void goToLine(long number) throws IOException, InterruptedException {
        while (line < number && fill()) {
            pass();
        }
    }

    /**
     * Reads on, whole characters only: at least one, unless it is at the end, even where it has two units and one is
     * allowed.
     *
     * @param maxUnits how many UTF-16 units, at least 1
     * @param maxLines how many lines, or parts of lines
     */
    String read(int maxUnits, int maxLines) throws IOException, InterruptedException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(Math.min(maxUnits, 1 << 16));
        long end = Math.addExact(characters, Math.max(maxUnits, 1));
        long endLine = Math.addExact(line, maxLines);
        while (line < endLine && fill()) {
            int units = units(buffer[next]);
            if (units > 0 && characters + units > end && bytes.size() > 0) {
                break;
            }
            bytes.write(buffer[next]);
            pass();
        }
        return bytes.toString(StandardCharsets.UTF_8);
    }

    private void pass() {
        byte passed = buffer[next++];
        characters += units(passed);
        line += passed == '\n' ? 1 : 0;
    }

    /** A character counts where its first byte is; one of four bytes is a surrogate pair. */
    private static int units(byte b) {
        return ((b & 0xC0) != 0x80 ? 1 : 0) + ((b & 0xF8) == 0xF0 ? 1 : 0);
    }

    private boolean fill() throws IOException, InterruptedException {
        if (next == limit) {
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
            next = 0;
            limit = Math.max(0, in.readNBytes(buffer, 0, buffer.length));
        }
        return next < limit;
    }
}
