package dev.rlm.search;

/**
 * What a search reports.
 *
 * @param maxMatches how many matches at most, at least 1
 * @param contextLines how many lines before and after each match, at least 0
 * @param maxLineCharacters how many UTF-16 units of each reported line at most, at least 1
 */
public record Options(int maxMatches, int contextLines, int maxLineCharacters) {

    /** @throws IllegalArgumentException if a number is below its least value */
    public Options {
        if (maxMatches < 1) {
            throw new IllegalArgumentException("The number of matches must be at least 1, not " + maxMatches + ".");
        }
        if (contextLines < 0) {
            throw new IllegalArgumentException(
                    "The number of context lines must be at least 0, not " + contextLines + ".");
        }
        if (maxLineCharacters < 1) {
            throw new IllegalArgumentException(
                    "The number of characters per line must be at least 1, not " + maxLineCharacters + ".");
        }
    }
}
