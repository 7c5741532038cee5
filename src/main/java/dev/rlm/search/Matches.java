package dev.rlm.search;

import java.util.List;

/**
 * What a search found.
 *
 * @param matches the first matches, in the order of the text, without overlap
 * @param truncated whether there are more
 */
public record Matches(List<Match> matches, boolean truncated) {

    public Matches {
        matches = List.copyOf(matches);
    }
}
