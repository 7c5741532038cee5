package dev.rlm.search;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A compiled pattern in the syntax of RE2: what most regular expressions use, without back-references and look-around.
 * {@code ^} and {@code $} match at every line, {@code .} does not match {@code \n}; {@code (?s)} and {@code (?-m)} at
 * the start of the pattern change that.
 *
 * <p>Finding one match takes time linear in the text, whatever the pattern; there is no backtracking. Immutable and
 * thread-safe.
 */
public final class RegexSearch {
    /** The longest pattern, in UTF-16 units. */
    public static final int MAX_PATTERN_CHARACTERS = 5_000;

    /** RE2/J recurses as deep as the program is long, on whatever stack it is called. */
    private static final int MAX_PATTERN_COST = 10_000;

    private static final String METACHARACTERS = "\\.[]{}()*+?^$|";

    private final String source;
    private final @Nullable Pattern pattern;

    private RegexSearch(String source, @Nullable Pattern pattern) {
        this.source = source;
        this.pattern = pattern;
    }

    /**
     * Compiles a pattern.
     *
     * @throws SearchException if it is empty, too long, or nothing that RE2 supports; the message says what to do
     */
    public static RegexSearch compile(String pattern, boolean ignoreCase) throws SearchException {
        if (pattern.isEmpty()) {
            throw new SearchException("The pattern is empty: give a regular expression or a text to search for.");
        }
        if (pattern.length() > MAX_PATTERN_CHARACTERS) {
            throw new SearchException("The pattern has " + pattern.length() + " characters and at most "
                    + MAX_PATTERN_CHARACTERS + " are allowed: search for parts of it.");
        }
        if (pattern.codePoints().anyMatch(c -> c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE)) {
            throw new SearchException("The pattern holds half a character (a lone surrogate): give whole characters.");
        }
        if (!ignoreCase && pattern.chars().noneMatch(c -> METACHARACTERS.indexOf(c) >= 0)) {
            return new RegexSearch(pattern, null);
        }
        if (PatternCost.of(pattern) > MAX_PATTERN_COST) {
            throw new SearchException("The pattern is too large when its counted repetitions such as {1000} are written"
                    + " out: use smaller counts, or * or + instead.");
        }
        try {
            int flags = Pattern.MULTILINE | (ignoreCase ? Pattern.CASE_INSENSITIVE : 0);
            return new RegexSearch(pattern, Pattern.compile(pattern, flags));
        } catch (PatternSyntaxException e) {
            throw new SearchException(PatternAdvice.of(e.getDescription(), e.getPattern()), e);
        }
    }

    /**
     * Finds the pattern's matches from the text's start, without overlap. An empty match behind the last line break is
     * left out, for no line is there.
     *
     * @throws InterruptedException if the thread was interrupted before or during the search
     */
    public Matches find(String text, Options options) throws InterruptedException {
        Finder finder = pattern == null ? new LiteralFinder(source, text) : new RegexFinder(pattern, text);
        LineCursor lines = new LineCursor(text, options);
        List<Match> matches = new ArrayList<>();
        int from = 0;
        while (from <= text.length() && finder.find(from)) {
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
            int start = finder.start();
            int end = finder.end();
            if (start == text.length() && (start == 0 || text.charAt(start - 1) == '\n')) {
                break;
            }
            if (matches.size() == options.maxMatches()) {
                return new Matches(matches, true);
            }
            matches.add(lines.match(start, end));
            from = end > start ? end : after(text, end);
        }
        return new Matches(matches, false);
    }

    private static int after(String text, int position) {
        return position < text.length() ? text.offsetByCodePoints(position, 1) : position + 1;
    }

    /** The pattern as it was given. */
    @Override
    public String toString() {
        return source;
    }
}
