package dev.rlm.search.passages;

/** Counts lines. */
final class Lines {
    private Lines() {}

    static int breaks(String text) {
        return breaks(text, 0, text.length());
    }

    static int breaks(String text, int from, int to) {
        int count = 0;
        for (int next = text.indexOf('\n', from, to); next >= 0; next = text.indexOf('\n', next + 1, to)) {
            count++;
        }
        return count;
    }
}
