package dev.rlm.search;

/**
 * Estimates how large the program of a pattern gets when its counted repetitions are written out, which RE2/J does
 * without a limit of its own: {@code ((a{1000}){1000}){1000}} would take all memory.
 */
final class PatternCost {
    private final String pattern;
    private int position;

    private PatternCost(String pattern) {
        this.pattern = pattern;
    }

    /** About how many instructions the pattern needs; rather too many than too few, at most {@link Integer#MAX_VALUE}. */
    static long of(String pattern) {
        return new PatternCost(pattern).sequence();
    }

    private long sequence() {
        long[] open = new long[pattern.length() + 1];
        int depth = 0;
        long atom = 0;
        while (position < pattern.length()) {
            char next = pattern.charAt(position);
            if (next == '{') {
                atom = repeated(atom, open, depth);
                continue;
            }
            position++;
            switch (next) {
                case '(' -> {
                    depth++;
                    open[depth] = 2;
                    atom = 0;
                }
                case ')' -> {
                    atom = open[depth];
                    open[depth] = 0;
                    depth = Math.max(0, depth - 1);
                    open[depth] = capped(open[depth] + atom);
                }
                default -> {
                    if (next == '[') {
                        skipClass();
                    } else if (next == '\\') {
                        skipEscape();
                    }
                    boolean operator = next == '*' || next == '+' || next == '?' || next == '|';
                    atom = operator ? atom + 1 : 1;
                    open[depth] = capped(open[depth] + 1);
                }
            }
        }
        long total = 0;
        for (int level = 0; level <= depth; level++) {
            total = capped(total + open[level]);
        }
        return total;
    }

    /** Reads a counted repetition, or a brace that is none, and gives what the atom before it costs then. */
    private long repeated(long atom, long[] open, int depth) {
        int start = position++;
        long count = 0;
        long largest = 0;
        while (position < pattern.length() && isCount(pattern.charAt(position))) {
            char next = pattern.charAt(position++);
            count = next == ',' ? 0 : capped(count * 10 + (next - '0'));
            largest = Math.max(largest, count);
        }
        boolean counted = position < pattern.length() && pattern.charAt(position) == '}' && position > start + 1;
        if (!counted) {
            position = start + 1;
            open[depth] = capped(open[depth] + 1);
            return 1;
        }
        position++;
        long cost = capped(atom * (largest + 1));
        open[depth] = capped(open[depth] + cost);
        return cost;
    }

    private static boolean isCount(char character) {
        return character == ',' || (character >= '0' && character <= '9');
    }

    private void skipClass() {
        if (position < pattern.length() && pattern.charAt(position) == '^') {
            position++;
        }
        int first = position;
        while (position < pattern.length() && (pattern.charAt(position) != ']' || position == first)) {
            boolean named = pattern.startsWith("[:", position);
            int end = named ? pattern.indexOf(":]", position) : -1;
            position = end > 0 ? end + 2 : position + (pattern.charAt(position) == '\\' ? 2 : 1);
        }
        position = Math.min(pattern.length(), position + 1);
    }

    /** A property's name is in braces, and a quotation may hold anything. */
    private void skipEscape() {
        if (position == pattern.length()) {
            return;
        }
        char escaped = pattern.charAt(position++);
        boolean braced = (escaped == 'p' || escaped == 'P' || escaped == 'x') && pattern.startsWith("{", position);
        if (braced) {
            int end = pattern.indexOf('}', position);
            position = end < 0 ? pattern.length() : end + 1;
        } else if (escaped == 'Q') {
            int end = pattern.indexOf("\\E", position);
            position = end < 0 ? pattern.length() : end + 2;
        }
    }

    private static long capped(long cost) {
        return Math.min(cost, Integer.MAX_VALUE);
    }
}
