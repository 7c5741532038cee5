package dev.rlm.search;

import java.util.OptionalInt;

/**
 * Where in a text the short lines stand that it has once: those of 8 to 64 characters, white space around them left out.
 * Texts of more than 4 million characters are not indexed. Immutable.
 */
final class UniqueLines {
    private static final int LEAST = 8;
    private static final int MOST = 64;
    private static final int LONGEST_TEXT = 4 << 20;
    private static final int MOST_PROBES = 64;

    private final String text;

    /** Starts of lines, from 1; negative if there are several alike, 0 where there is none. */
    private final int[] table;

    /** A line without the white space around it. */
    private record Line(String text, int start, int end) {
        boolean isShort() {
            return end - start >= LEAST && end - start <= MOST;
        }

        boolean isLike(Line other) {
            return end - start == other.end - other.start
                    && text.regionMatches(start, other.text, other.start, end - start);
        }

        int hash() {
            int hash = 0;
            for (int i = start; i < end; i++) {
                hash = hash * 31 + text.charAt(i);
            }
            return (hash ^ (hash >>> 15)) * 0x2c1b3c6d;
        }
    }

    UniqueLines(String text) {
        this.text = text;
        this.table = text.length() > LONGEST_TEXT ? new int[1] : new int[2 * countOfShortLines(text) + 1];
        if (text.length() <= LONGEST_TEXT) {
            for (int start = 0; start < text.length(); start = endOfLine(text, start) + 1) {
                Line line = line(text, start);
                if (line.isShort()) {
                    insert(line);
                }
            }
        }
    }

    private static int countOfShortLines(String text) {
        int count = 0;
        for (int start = 0; start < text.length(); start = endOfLine(text, start) + 1) {
            count += line(text, start).isShort() ? 1 : 0;
        }
        return count;
    }

    private static int endOfLine(String text, int start) {
        int lineBreak = text.indexOf('\n', start);
        return lineBreak < 0 ? text.length() : lineBreak;
    }

    private static Line line(String text, int start) {
        int end = endOfLine(text, start);
        int first = WhiteSpace.skip(text, start, end);
        return new Line(text, first, WhiteSpace.skipBack(text, end, first));
    }

    private void insert(Line line) {
        int slot = Math.floorMod(line.hash(), table.length);
        for (int probe = 0; probe < MOST_PROBES; probe++) {
            if (table[slot] == 0) {
                table[slot] = line.start() + 1;
                return;
            }
            if (line.isLike(line(text, Math.abs(table[slot]) - 1))) {
                table[slot] = -Math.abs(table[slot]);
                return;
            }
            slot = slot + 1 == table.length ? 0 : slot + 1;
        }
    }

    /** Where the line of another text stands that starts at a place of it; empty if it is not one of these. */
    OptionalInt find(String other, int start) {
        Line line = line(other, start);
        if (!line.isShort()) {
            return OptionalInt.empty();
        }
        int slot = Math.floorMod(line.hash(), table.length);
        for (int probe = 0; probe < MOST_PROBES && table[slot] != 0; probe++) {
            if (line.isLike(line(text, Math.abs(table[slot]) - 1))) {
                return table[slot] > 0 ? OptionalInt.of(table[slot] - 1) : OptionalInt.empty();
            }
            slot = slot + 1 == table.length ? 0 : slot + 1;
        }
        return OptionalInt.empty();
    }

    /** The place after the line that starts at a place, white space at its end left out. */
    int end(int start) {
        return line(text, start).end();
    }
}
