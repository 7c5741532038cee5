package dev.rlm.search;

import com.google.re2j.Pattern;

/**
 * A pattern in the syntax of RE2 that a text has somewhere or not: {@code ^} and {@code $} match at its ends only. Looking
 * takes time linear in the text, whatever the pattern. Thread-safe.
 */
public final class LinearRegex {
    private final Pattern pattern;
    private final long cost;

    private LinearRegex(Pattern pattern, long cost) {
        this.pattern = pattern;
        this.cost = cost;
    }

    /**
     * Compiles a pattern, which may be empty.
     *
     * @throws SearchException if it is too long or nothing that RE2 supports; the message says what to do
     */
    public static LinearRegex compile(String pattern) throws SearchException {
        if (pattern.length() > RegexSearch.MAX_PATTERN_CHARACTERS) {
            throw new SearchException("The pattern has " + pattern.length() + " characters and at most "
                    + RegexSearch.MAX_PATTERN_CHARACTERS + " are allowed.");
        }
        return new LinearRegex(RegexSearch.compiled(pattern, 0), PatternCost.of(pattern) + 1);
    }

    /** Whether a text has the pattern. */
    public boolean isIn(String text) {
        return pattern.matcher(text).find();
    }

    /** How much work looking at a text is at most: its characters, times the instructions of the pattern. */
    public long work(String text) {
        return (text.length() + 1L) * cost;
    }
}
