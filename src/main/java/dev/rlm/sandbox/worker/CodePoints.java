package dev.rlm.sandbox.worker;

/** Counts the code points before a place in a text quickly. The text has no lone surrogates. */
final class CodePoints {
    private static final int BLOCK = 1 << 10;

    private final String text;

    /** How many surrogate pairs end before each block; empty if the text has none, so that places and counts agree. */
    private final int[] pairs;

    CodePoints(String text) {
        this.text = text;
        this.pairs = text.codePointCount(0, text.length()) == text.length() ? new int[0] : count(text);
    }

    private static int[] count(String text) {
        int[] pairs = new int[text.length() / BLOCK + 1];
        for (int block = 1; block < pairs.length; block++) {
            pairs[block] = pairs[block - 1] + lowSurrogates(text, (block - 1) * BLOCK, block * BLOCK);
        }
        return pairs;
    }

    private static int lowSurrogates(String text, int from, int to) {
        int count = 0;
        for (int i = from; i < to; i++) {
            if (Character.isLowSurrogate(text.charAt(i))) {
                count++;
            }
        }
        return count;
    }

    /** The code points before a place in UTF-16 units that is not inside a pair. */
    int before(int utf16) {
        if (pairs.length == 0) {
            return utf16;
        }
        int block = utf16 / BLOCK;
        return utf16 - pairs[block] - lowSurrogates(text, block * BLOCK, utf16);
    }

    /** The place in UTF-16 units before which so many code points stand, which the text has. */
    int utf16(int codePoints) {
        if (pairs.length == 0) {
            return codePoints;
        }
        int block = 0;
        for (int step = Integer.highestOneBit(pairs.length); step > 0; step >>= 1) {
            int next = block + step;
            if (next < pairs.length && next * BLOCK - pairs[next] <= codePoints) {
                block = next;
            }
        }
        int start = block * BLOCK;
        // A pair that crosses into the block counts as two before it.
        int from = start > 0 && Character.isLowSurrogate(text.charAt(start)) ? start - 1 : start;
        return text.offsetByCodePoints(from, codePoints - before(from));
    }
}
