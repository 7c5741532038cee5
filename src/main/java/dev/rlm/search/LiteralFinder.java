package dev.rlm.search;

/** Finds a literal string as it is. */
final class LiteralFinder implements Finder {
    /** Small enough that the worst literal and text do not hold up an interrupt for long. */
    private static final int WINDOW = 1 << 16;

    private final String literal;
    private final String text;
    private int start;

    LiteralFinder(String literal, String text) {
        this.literal = literal;
        this.text = text;
    }

    @Override
    public boolean find(int from) throws InterruptedException {
        long overlap = literal.length() - 1L;
        for (long window = from; window + overlap < text.length(); window += WINDOW) {
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
            int windowEnd = (int) Math.min(text.length(), window + WINDOW + overlap);
            start = text.indexOf(literal, (int) window, windowEnd);
            if (start >= 0) {
                return true;
            }
        }
        return false;
    }

    @Override
    public int start() {
        return start;
    }

    @Override
    public int end() {
        return start + literal.length();
    }
}
