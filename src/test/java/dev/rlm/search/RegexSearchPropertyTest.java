package dev.rlm.search;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;

class RegexSearchPropertyTest {

    @Property(tries = 3_000)
    void itFindsWhatABacktrackerFinds(
            @ForAll("patterns") String pattern, @ForAll("texts") String text, @ForAll boolean ignoreCase)
            throws Exception {
        int flags = Pattern.MULTILINE | Pattern.UNIX_LINES | (ignoreCase ? Pattern.CASE_INSENSITIVE : 0);
        Matcher matcher = Pattern.compile(pattern, flags).matcher(text);
        List<String> expected = new ArrayList<>();
        while (matcher.find()) {
            if (matcher.start() < text.length() || !(text.isEmpty() || text.endsWith("\n"))) {
                expected.add(matcher.start() + "-" + matcher.end());
            }
        }

        List<Match> found = RegexSearch.compile(pattern, ignoreCase)
                .find(text, new Options(1_000, 0, 1_000))
                .matches();

        assertThat(found.stream().map(m -> m.start() + "-" + m.end())).isEqualTo(expected);
    }

    @Property(tries = 1_000)
    void linesAreThoseOfTheTextSplitAtLineBreaks(
            @ForAll("texts") String text, @ForAll @IntRange(max = 3) int contextLines) throws Exception {
        List<String> lines = text.lines().toList();
        List<Match> found = RegexSearch.compile("[ab]", false)
                .find(text, new Options(1_000, contextLines, 1_000))
                .matches();

        for (Match match : found) {
            int index = (int) match.line() - 1;
            assertThat(index).isEqualTo((int) text.substring(0, (int) match.start())
                    .chars()
                    .filter(c -> c == '\n')
                    .count());
            assertThat(match.lineText()).isEqualTo(lines.get(index));
            assertThat(match.before()).isEqualTo(lines.subList(Math.max(0, index - contextLines), index));
            assertThat(match.after())
                    .isEqualTo(lines.subList(index + 1, Math.min(lines.size(), index + 1 + contextLines)));
        }
    }

    @Property(tries = 1_000)
    void aCutLineIsAPartOfTheLineThatHoldsTheMatchsStart(
            @ForAll("texts") String text, @ForAll @IntRange(min = 1, max = 6) int width) throws Exception {
        for (Match match : RegexSearch.compile("b+", false)
                .find(text, new Options(1_000, 0, width))
                .matches()) {
            assertThat(match.lineText().length()).isBetween(1, width);
            assertThat(text.lines().toList().get((int) match.line() - 1)).contains(match.lineText());
            assertThat(match.lineText()).contains("b");
        }
    }

    @Property(tries = 2_000)
    void anyTextAsAPatternIsCompiledOrRefused(@ForAll("syntax") String pattern) throws Exception {
        try {
            RegexSearch.compile(pattern, false).find("aab{2}\n(x)", new Options(100, 1, 10));
        } catch (SearchException e) {
            assertThat(e.getMessage()).endsWith(".");
        }
    }

    @Provide
    Arbitrary<String> texts() {
        return Arbitraries.strings().withChars("abA\n").ofMaxLength(40);
    }

    @Provide
    Arbitrary<String> syntax() {
        return Arbitraries.strings()
                .withChars("ab\\(){}[]^$*+?|,019QE:pP<>=!\uD83D")
                .ofMaxLength(15);
    }

    /** Patterns over which both engines agree: a repetition's body matches at least one character. */
    @Provide
    Arbitrary<String> patterns() {
        Arbitrary<String> atom = Arbitraries.of("a", "b", ".", "[ab]", "[^a]", "\\n", "\\s", "\\w");
        Arbitrary<String> repeated = Combinators.combine(
                        atom, Arbitraries.of("", "", "*", "+", "?", "*?", "+?", "??", "{2}", "{1,3}"))
                .as(String::concat);
        Arbitrary<String> sequence = repeated.list().ofMinSize(1).ofMaxSize(3).map(parts -> String.join("", parts));
        Arbitrary<String> group = Combinators.combine(sequence, sequence).as((a, b) -> "(" + a + "|" + b + ")");
        Arbitrary<String> grouped = Combinators.combine(group, atom, Arbitraries.of("", "+", "{2}"))
                .as((alternatives, last, repeat) -> "(?:" + alternatives + last + ")" + repeat);
        Arbitrary<String> body = Arbitraries.oneOf(sequence, group, grouped);
        return Combinators.combine(Arbitraries.of("", "", "^"), body, Arbitraries.of("", "", "$"))
                .as((from, middle, to) -> from + middle + to);
    }
}
