package dev.rlm.search;

/** Leaps to the next place where what every match starts with is found, as long as the leaps are long enough to pay. */
final class Skipping {
    private static final int LEAPS_BETWEEN_CHECKS = 64;
    private static final int SHORTEST_ON_AVERAGE = 48;

    private final LiteralFinder finder;
    private boolean pays;
    private int leaps;
    private long leapt;

    /** Leaps to a prefix; none if it is empty. */
    Skipping(String prefix, Region region) {
        this.finder = new LiteralFinder(prefix, region);
        this.pays = !prefix.isEmpty();
    }

    boolean pays() {
        return pays;
    }

    /** The next place of the prefix, or negative if there is none. */
    int from(int place) throws InterruptedException {
        if (!finder.find(place)) {
            return -1;
        }
        leapt += finder.start() - place;
        if (++leaps == LEAPS_BETWEEN_CHECKS) {
            pays = leapt >= (long) leaps * SHORTEST_ON_AVERAGE;
            leaps = 0;
            leapt = 0;
        }
        return finder.start();
    }
}
