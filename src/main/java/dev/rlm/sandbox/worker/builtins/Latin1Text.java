package dev.rlm.sandbox.worker.builtins;

/**
 * A text of Latin-1 characters for Java's regular expressions, which can be interrupted and gives up when a search takes
 * many times the text's length: then another engine is the better one. For one thread.
 */
final class Latin1Text implements CharSequence {
    private static final int BETWEEN_POLLS = 1 << 16;
    private static final int MOST_READS_PER_CHARACTER = 100;

    private final byte[] bytes;
    private final int from;
    private final int to;
    private int untilPoll = BETWEEN_POLLS;
    private long pollsLeft;

    /** The search takes too long. */
    static final class TooLongException extends RuntimeException {
        TooLongException() {
            super("The search takes too long.", null, false, false);
        }
    }

    Latin1Text(PythonObjects.Bytes text) {
        this.bytes = text.array;
        this.from = text.from;
        this.to = text.to;
        this.pollsLeft = 10 + (long) length() * MOST_READS_PER_CHARACTER / BETWEEN_POLLS;
    }

    @Override
    public int length() {
        return to - from;
    }

    @Override
    public char charAt(int index) {
        if (--untilPoll == 0) {
            poll();
        }
        return (char) (bytes[from + index] & 0xff);
    }

    private void poll() {
        untilPoll = BETWEEN_POLLS;
        PythonObjects.poll();
        if (--pollsLeft == 0) {
            throw new TooLongException();
        }
    }

    @Override
    public CharSequence subSequence(int start, int end) {
        return new Latin1Text(new PythonObjects.Bytes(bytes, from + start, from + end));
    }

    @Override
    public String toString() {
        return new PythonObjects.Bytes(bytes, from, to).toString();
    }
}
