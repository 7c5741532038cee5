package dev.rlm.search;

import dev.rlm.search.Syntax.Kind;
import java.util.Objects;

/**
 * A part of a text that is searched as if there were nothing around it. Places in it are those of the text.
 *
 * @param text the text
 * @param from where the part starts, in UTF-16 units
 * @param to where it ends, exclusive
 */
record Region(String text, int from, int to) {

    /** @throws IndexOutOfBoundsException if the part is not in the text */
    Region {
        Objects.checkFromToIndex(from, to, text.length());
    }

    /** The character at a place, or its half if the other one is not there. */
    int codePointAt(int place) {
        char first = text.charAt(place);
        if (Character.isHighSurrogate(first) && place + 1 < to && Character.isLowSurrogate(text.charAt(place + 1))) {
            return Character.toCodePoint(first, text.charAt(place + 1));
        }
        return first;
    }

    /** What stands before a place. */
    Kind kindBefore(int place) {
        return place == from ? Kind.EDGE : Kind.of(text.charAt(place - 1));
    }

    /** The first line break at or after a place, or the region's end. */
    int endOfLine(int place) {
        int lineBreak = text.indexOf('\n', place, to);
        return lineBreak < 0 ? to : lineBreak;
    }

    /** Whether a line starts at the region's very end and so holds nothing. */
    boolean endsBeforeLine(int place) {
        return place == to && (place == from || text.charAt(place - 1) == '\n');
    }
}
