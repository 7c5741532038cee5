package dev.rlm.search;

/** What is white space where texts are compared without it. */
final class WhiteSpace {

    private static final char NEXT_LINE = 0x85;

    private WhiteSpace() {}

    static boolean is(char c) {
        return c <= ' ' || (c >= NEXT_LINE && (c == NEXT_LINE || Character.isSpaceChar(c)));
    }

    /** The first place from this one on, before the end, that is no white space; else the end. */
    static int skip(String text, int from, int end) {
        int place = from;
        while (place < end && is(text.charAt(place))) {
            place++;
        }
        return place;
    }

    /** The place after the last character before this place, from the start on, that is no white space; else the start. */
    static int skipBack(String text, int before, int start) {
        int place = before;
        while (place > start && is(text.charAt(place - 1))) {
            place--;
        }
        return place;
    }
}
