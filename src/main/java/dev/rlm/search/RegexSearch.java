package dev.rlm.search;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * A compiled pattern in the syntax of RE2: what most regular expressions use, without back-references and look-around.
 * {@code ^} and {@code $} match at every line, {@code .} does not match {@code \n}; {@code (?s)} and {@code (?-m)} at
 * the start of the pattern change that.
 *
 * <p>Finding one match takes time linear in the text, whatever the pattern; there is no backtracking. Thread-safe; fastest
 * where several searches by one thread at a time share it, for it keeps what it learnt about the pattern.
 */
public final class RegexSearch {
    /** The longest pattern, in UTF-16 units. */
    public static final int MAX_PATTERN_CHARACTERS = 5_000;

    /** RE2/J recurses as deep as the program is long, on whatever stack it is called. */
    private static final int MAX_PATTERN_COST = 10_000;

    /** A longer literal is left to the automaton: comparing it at every place may take its length in time each. */
    private static final int MAX_LITERAL_CHARACTERS = 32;

    private static final String METACHARACTERS = "\\.[]{}()*+?^$|";

    private final String source;
    private final @Nullable Pattern pattern;
    private final @Nullable Program program;
    private final String prefix;
    private final AtomicReference<@Nullable Automaton> spare = new AtomicReference<>();

    private RegexSearch(String source, @Nullable Pattern pattern, @Nullable Program program, String prefix) {
        this.source = source;
        this.pattern = pattern;
        this.program = program;
        this.prefix = prefix;
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
        boolean literal = !ignoreCase && pattern.chars().noneMatch(c -> METACHARACTERS.indexOf(c) >= 0);
        if (literal && pattern.length() <= MAX_LITERAL_CHARACTERS) {
            return new RegexSearch(pattern, null, null, pattern);
        }
        Pattern compiled = compiled(pattern, Pattern.MULTILINE | (ignoreCase ? Pattern.CASE_INSENSITIVE : 0));
        Syntax syntax = SyntaxReader.read(pattern, ignoreCase).orElse(null);
        return syntax == null
                ? new RegexSearch(pattern, compiled, null, "")
                : new RegexSearch(
                        pattern, compiled, Program.of(syntax).orElse(null), Prefix.of(syntax, MAX_LITERAL_CHARACTERS));
    }

    /** A pattern whose program is bounded in size. */
    static Pattern compiled(String pattern, int flags) throws SearchException {
        if (PatternCost.of(pattern) > MAX_PATTERN_COST) {
            throw new SearchException("The pattern is too large when its counted repetitions such as {1000} are written"
                    + " out: use smaller counts, or * or + instead.");
        }
        try {
            return Pattern.compile(pattern, flags);
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
        return find(text, 0, text.length(), options);
    }

    /**
     * Finds the pattern's matches in a part of a text, as if there were nothing around it: what is outside neither
     * matches nor is shown, and lines are counted from the part's start. Offsets are those of the whole text.
     *
     * @param from where the part starts, in UTF-16 units
     * @param to where it ends, exclusive
     * @throws IndexOutOfBoundsException if the part is not in the text
     * @throws InterruptedException if the thread was interrupted before or during the search
     */
    public Matches find(String text, int from, int to, Options options) throws InterruptedException {
        Region region = new Region(text, from, to);
        if (pattern == null) {
            return matches(new LiteralFinder(source, region), region, options);
        }
        RegexFinder exact = new RegexFinder(pattern, region);
        if (program == null) {
            return matches(exact, region, options);
        }
        Automaton kept = spare.getAndSet(null);
        Automaton automaton = kept == null ? new Automaton(program) : kept;
        Matches matches = matches(new AutomatonFinder(region, automaton, prefix, exact), region, options);
        spare.set(automaton);
        return matches;
    }

    private static Matches matches(Finder finder, Region region, Options options) throws InterruptedException {
        LineCursor lines = new LineCursor(region, options);
        List<Match> matches = new ArrayList<>();
        int from = region.from();
        while (from <= region.to() && finder.find(from)) {
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
            int start = finder.start();
            int end = finder.end();
            if (region.endsBeforeLine(start)) {
                break;
            }
            if (matches.size() == options.maxMatches()) {
                return new Matches(matches, true);
            }
            matches.add(lines.match(start, end));
            from = end > start ? end : after(region, end);
        }
        return new Matches(matches, false);
    }

    private static int after(Region region, int place) {
        return place < region.to() ? place + Character.charCount(region.codePointAt(place)) : place + 1;
    }

    /** The pattern as it was given. */
    @Override
    public String toString() {
        return source;
    }
}
