package dev.rlm.search;

/** Finds a literal string as it is. */
final class LiteralFinder implements Finder {
    /** Few enough that the worst literal and text do not hold up an interrupt for long. */
    private static final int COMPARISONS_BETWEEN_CHECKS = 1 << 24;

    private final String literal;
    private final Region region;
    private final int window;
    private int start;

    LiteralFinder(String literal, Region region) {
        this.literal = literal;
        this.region = region;
        this.window = COMPARISONS_BETWEEN_CHECKS / Math.max(1, literal.length());
    }

    @Override
    public boolean find(int from) throws InterruptedException {
        long overlap = literal.length() - 1L;
        for (long at = from; at + overlap < region.to(); at += window) {
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
            int windowEnd = (int) Math.min(region.to(), at + window + overlap);
            start = region.text().indexOf(literal, (int) at, windowEnd);
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
