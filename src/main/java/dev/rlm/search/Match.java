package dev.rlm.search;

import java.util.List;

/**
 * One place where a pattern matches.
 *
 * @param start where it starts in the text, in UTF-16 units
 * @param end where it ends, exclusive
 * @param line the number of the line it starts in, from 1; lines end at {@code \n}
 * @param lineText the line, or the lines of a match over several, without the line break at the end; where longer than
 *     allowed, the part around the match's start
 * @param before the lines before it, each cut at its end where longer than allowed
 * @param after the lines after it, likewise
 */
public record Match(long start, long end, long line, String lineText, List<String> before, List<String> after) {

    public Match {
        before = List.copyOf(before);
        after = List.copyOf(after);
    }
}
