package dev.rlm.context;

import java.util.BitSet;
import java.util.StringJoiner;

/** Numbers of pages. Not thread-safe. */
final class PageNumbers {
    private static final int SHOWN = 20;

    private final BitSet pages = new BitSet();

    void add(int page) {
        pages.set(page);
    }

    boolean contains(int page) {
        return pages.get(page);
    }

    /** As people write them: {@code page 3}, or {@code pages 3, 5 to 9 and 300 more}. */
    @Override
    public String toString() {
        StringJoiner ranges = new StringJoiner(", ", pages.cardinality() == 1 ? "page " : "pages ", "");
        int shown = 0;
        int counted = 0;
        for (int first = pages.nextSetBit(0); first >= 0 && shown < SHOWN; shown++) {
            int end = pages.nextClearBit(first);
            ranges.add(end == first + 1 ? String.valueOf(first) : first + " to " + (end - 1));
            counted += end - first;
            first = pages.nextSetBit(end);
        }
        int more = pages.cardinality() - counted;
        return ranges + (more == 0 ? "" : " and " + more + " more");
    }
}
