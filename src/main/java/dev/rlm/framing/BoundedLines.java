package dev.rlm.framing;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;

/** The lines of a stream. Of lines that are too long only the ends are kept. Not thread-safe. */
public final class BoundedLines {

    private static final int END_BYTES = 1_024;
    private static final int BUFFER_BYTES = 1 << 16;

    private final InputStream in;
    private final int mostBytes;

    /** The lines of a stream; those of more than so many bytes are too long. */
    public BoundedLines(InputStream in, int mostBytes) {
        this.in = new BufferedInputStream(in, BUFFER_BYTES);
        this.mostBytes = mostBytes;
    }

    /** A line without its end. */
    public sealed interface Line {
        /** One that is whole. */
        @SuppressWarnings("ArrayRecordComponent") // Handed from reader to reader and never compared.
        record Whole(byte[] bytes) implements Line {}

        /** One that is too long: how it starts and ends. */
        record TooLong(String start, String end) implements Line {}
    }

    /** The next line; empty at the end of the stream, also where that comes within a line. */
    public Optional<Line> next() throws IOException {
        ByteArrayOutputStream kept = new ByteArrayOutputStream();
        byte[] end = new byte[END_BYTES];
        long length = 0;
        for (int octet = in.read(); octet != '\n'; octet = in.read()) {
            if (octet < 0) {
                return Optional.empty();
            }
            if (length < mostBytes) {
                kept.write(octet);
            } else {
                if (length == mostBytes) {
                    kept = startOf(kept);
                }
                end[(int) (length % END_BYTES)] = (byte) octet;
            }
            length++;
        }
        return Optional.of(length > mostBytes ? tooLong(kept, end, length) : new Line.Whole(withoutReturn(kept)));
    }

    private static ByteArrayOutputStream startOf(ByteArrayOutputStream kept) {
        ByteArrayOutputStream start = new ByteArrayOutputStream();
        start.write(kept.toByteArray(), 0, Math.min(kept.size(), END_BYTES));
        return start;
    }

    private static Line tooLong(ByteArrayOutputStream start, byte[] end, long length) {
        int next = (int) (length % END_BYTES);
        // Where the line is not much longer than allowed, what was not written yet is 0, which is no text.
        String text = latin1(end, next, END_BYTES - next) + latin1(end, 0, next);
        return new Line.TooLong(start.toString(StandardCharsets.ISO_8859_1), text.replace("\0", ""));
    }

    private static String latin1(byte[] bytes, int start, int count) {
        return new String(bytes, start, count, StandardCharsets.ISO_8859_1);
    }

    private static byte[] withoutReturn(ByteArrayOutputStream line) {
        byte[] bytes = line.toByteArray();
        return bytes.length > 0 && bytes[bytes.length - 1] == '\r' ? Arrays.copyOf(bytes, bytes.length - 1) : bytes;
    }
}
