package dev.rlm.sandbox.worker;

import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;

/**
 * What the interpreter itself prints, and what cells write to its descriptors, line by line. What it says about threads
 * that were interrupted is left out: it is about the inside of the interpreter. Thread-safe.
 */
final class InterpreterOutput extends OutputStream {
    private static final int LONGEST_LINE = 1 << 13;
    private static final String INSIDE = "com.oracle.";

    private final Consumer<String> lines;
    private final ByteArrayOutputStream line = new ByteArrayOutputStream();

    InterpreterOutput(Consumer<String> lines) {
        this.lines = lines;
    }

    @Override
    public synchronized void write(int octet) {
        line.write(octet);
        if (octet == '\n' || line.size() >= LONGEST_LINE) {
            pass();
        }
    }

    @Override
    public synchronized void write(byte[] bytes, int offset, int length) {
        for (int i = offset; i < offset + length; i++) {
            write(bytes[i]);
        }
    }

    /** Passes on a line that has not ended. The interpreter calls this within lines, so it does so at a cell's end only. */
    synchronized void endOfCell() {
        if (line.size() > 0) {
            pass();
        }
    }

    private void pass() {
        String text = line.toString(StandardCharsets.UTF_8);
        line.reset();
        if (!text.contains(INSIDE)) {
            lines.accept(text);
        }
    }
}
