package dev.rlm.search;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.re2j.Matcher;
import com.google.re2j.Pattern;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.Tuple;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.statistics.Statistics;

/** The quick ways find exactly what RE2/J finds by itself. */
class AutomatonPropertyTest {
    private static final Options ALL = new Options(100_000, 0, 10);

    @Property(tries = 10_000, edgeCases = EdgeCasesMode.NONE, shrinking = ShrinkingMode.OFF)
    void itFindsWhatRe2jFinds(
            @ForAll("patterns") String pattern, @ForAll("texts") String text, @ForAll boolean ignoreCase)
            throws Exception {
        assertThat(found(pattern, text, ignoreCase)).isEqualTo(expected(pattern, text, ignoreCase));
    }

    @Property(tries = 500, edgeCases = EdgeCasesMode.NONE, shrinking = ShrinkingMode.OFF)
    void itFindsWhatRe2jFindsAcrossThePiecesOfALongText(
            @ForAll("patterns") String pattern,
            @ForAll("texts") String start,
            @ForAll("texts") String text,
            @ForAll @IntRange(min = 200, max = 400) int times)
            throws Exception {
        String repeated = start + (text + "-").repeat(times) + start;
        assertThat(found(pattern, repeated, false)).isEqualTo(expected(pattern, repeated, false));
    }

    @Property(tries = 5_000, edgeCases = EdgeCasesMode.NONE, shrinking = ShrinkingMode.OFF)
    void aPartIsSearchedAsIfItWereAlone(
            @ForAll("patterns") String pattern,
            @ForAll("texts") String before,
            @ForAll("texts") String text,
            @ForAll("texts") String behind,
            @ForAll @IntRange(max = 2) int contextLines)
            throws Exception {
        RegexSearch search = compiled(pattern, false);
        Options options = new Options(50, contextLines, 20);
        List<Match> expected = new ArrayList<>();
        for (Match match : search.find(text, options).matches()) {
            expected.add(new Match(
                    match.start() + before.length(),
                    match.end() + before.length(),
                    match.line(),
                    match.lineText(),
                    match.before(),
                    match.after()));
        }

        Matches found = search.find(before + text + behind, before.length(), before.length() + text.length(), options);

        assertThat(found.matches()).isEqualTo(expected);
    }

    @Property(tries = 3_000, edgeCases = EdgeCasesMode.NONE, shrinking = ShrinkingMode.OFF)
    void whatIsReadOfAPatternMatchesAsMuch(@ForAll("syntax") String pattern, @ForAll("texts") String text)
            throws Exception {
        try {
            Pattern.compile(pattern, Pattern.MULTILINE);
        } catch (com.google.re2j.PatternSyntaxException _) {
            return;
        }
        assertThat(found(pattern, text + pattern, false)).isEqualTo(expected(pattern, text + pattern, false));
    }

    private static List<String> found(String pattern, String text, boolean ignoreCase) throws Exception {
        return compiled(pattern, ignoreCase).find(text, ALL).matches().stream()
                .map(match -> match.start() + "-" + match.end())
                .toList();
    }

    private static RegexSearch compiled(String pattern, boolean ignoreCase) throws SearchException {
        Statistics.label("understood")
                .collect(SyntaxReader.read(pattern, ignoreCase).isPresent());
        return RegexSearch.compile(pattern, ignoreCase);
    }

    private static List<String> expected(String pattern, String text, boolean ignoreCase) {
        int flags = Pattern.MULTILINE | (ignoreCase ? Pattern.CASE_INSENSITIVE : 0);
        Matcher matcher = Pattern.compile(pattern, flags).matcher(text);
        List<String> expected = new ArrayList<>();
        int from = 0;
        while (from <= text.length() && matcher.find(from)) {
            int start = matcher.start();
            int end = matcher.end();
            if (start == text.length() && (text.isEmpty() || text.endsWith("\n"))) {
                break;
            }
            expected.add(start + "-" + end);
            from = end > start ? end : end < text.length() ? text.offsetByCodePoints(end, 1) : end + 1;
        }
        return expected;
    }

    @Provide
    Arbitrary<String> texts() {
        return Arbitraries.of(
                        "a",
                        "b",
                        "c",
                        "A",
                        "k",
                        "K",
                        "\u212A",
                        "s",
                        "\u017F",
                        "\u00df",
                        "\u00e9",
                        "\u00c9",
                        "\u03c3",
                        "\u03c2",
                        "\u4e2d",
                        "\uD83D\uDE00",
                        "\uD83D\uDE01",
                        "\uD83D",
                        "\uDE00",
                        "1",
                        "0",
                        "_",
                        "-",
                        ".",
                        " ",
                        "\n",
                        "\n",
                        "\r\n",
                        "ab",
                        "abc",
                        "ERR",
                        "err")
                .list()
                .ofMaxSize(25)
                .map(parts -> String.join("", parts));
    }

    @Provide
    Arbitrary<String> patterns() {
        return alternatives(2).filter(pattern -> !pattern.isEmpty() && PatternCost.of(pattern) <= 2_000);
    }

    /** Mostly nonsense, with what has a meaning in patterns. */
    @Provide
    Arbitrary<String> syntax() {
        return Arbitraries.of(
                        "a",
                        "b",
                        "\\",
                        "(",
                        ")",
                        "(?:",
                        "(?i)",
                        "(?-i:",
                        "{",
                        "}",
                        "[",
                        "]",
                        "^",
                        "$",
                        "*",
                        "+",
                        "?",
                        "|",
                        ",",
                        "0",
                        "1",
                        "2",
                        "{2}",
                        "{01}",
                        "{1,}",
                        "{,2}",
                        "[:",
                        ":]",
                        "[^",
                        "]",
                        "-",
                        "\\Q",
                        "\\E",
                        ":",
                        "[:alpha:]",
                        "\\x41",
                        "\\x{1F600}",
                        "\\p{L}",
                        "\\pN",
                        "\\101",
                        "\\d",
                        "\\.",
                        "\\\u00e9",
                        "\u4e2d",
                        "\uD83D\uDE00")
                .list()
                .ofMinSize(1)
                .ofMaxSize(8)
                .map(parts -> String.join("", parts));
    }

    private static Arbitrary<String> alternatives(int depth) {
        return sequence(depth)
                .list()
                .ofMinSize(1)
                .ofMaxSize(depth == 2 ? 3 : 2)
                .map(choices -> String.join("|", choices));
    }

    private static Arbitrary<String> sequence(int depth) {
        Arbitrary<String> repeated = Combinators.combine(
                        atom(depth),
                        Arbitraries.of(
                                "", "", "", "", "", "*", "+", "?", "*?", "+?", "??", "{2}", "{1,3}", "{0,2}?", "{2,}",
                                "{0}"))
                .as(String::concat);
        Arbitrary<String> part = Arbitraries.frequencyOf(Tuple.of(6, repeated), Tuple.of(1, place()));
        return part.list().ofMinSize(depth == 2 ? 1 : 0).ofMaxSize(depth + 2).map(parts -> String.join("", parts));
    }

    private static Arbitrary<String> place() {
        return Arbitraries.of("^", "$", "\\b", "\\B", "\\A", "\\z", "(?i)", "(?s)", "(?-m)", "(?U)", "\\Qa.b\\E");
    }

    private static Arbitrary<String> atom(int depth) {
        Arbitrary<String> single = Arbitraries.of(
                "a",
                "b",
                "c",
                "ab",
                "abc",
                "ERR",
                "k",
                "s",
                "K",
                "\u00df",
                "\u00e9",
                "\u03c3",
                "\u4e2d",
                "\uD83D\uDE00",
                "-",
                "1",
                "\\n",
                "\\.",
                "\\-",
                "\\x{1F600}",
                "\\x41",
                ".",
                ".",
                "[ab]",
                "[^a]",
                "[^a\\n]",
                "[a-c\\d]",
                "[]a]",
                "[^]a]",
                "[[:alpha:]_]",
                "[^[:space:]]",
                "[\\]\\-a]",
                "[a-]",
                "\\d",
                "\\D",
                "\\s",
                "\\S",
                "\\w",
                "\\W",
                "\\pL",
                "\\p{Lu}",
                "\\P{L}",
                "\\p{^Greek}",
                "[\\p{Han}a]",
                "[\uD83D\uDE00-\uD83D\uDE10]",
                "[k-s]",
                "[\u00e0-\u00ef]");
        if (depth == 0) {
            return single;
        }
        Arbitrary<String> group = Combinators.combine(
                        Arbitraries.of("(", "(?:", "(?i:", "(?s:", "(?-m:", "(?i-s:", "(?P<name>", "(?<x>", "(?U:"),
                        Arbitraries.lazyOf(() -> alternatives(depth - 1)))
                .as((open, body) -> (open.contains("<") ? "(" : open) + body + ")");
        return Arbitraries.frequencyOf(Tuple.of(4, single), Tuple.of(1, group));
    }
}
