package dev.rlm.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.re2j.Pattern;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AutomatonTest {
    private static final Options PLAIN = new Options(1_000, 1, 80);

    @ParameterizedTest
    @CsvSource(
            delimiter = ' ',
            value = {
                "ERROR.*timeout ERROR",
                "^ERROR ERROR",
                "(?:user){2}\\d userus",
                "\\Qa.b\\E+ a.b",
                "x{3,5}y xxx",
                "(?P<name>ab)c abc",
                "\\.\\-a .-a",
                "\uD83D\uDE00x \uD83D\uDE00x",
                "(?i)error ''",
                "(?i:1)2 12",
                "error|warn ''",
                "[a]b ''",
                "a?b ''",
                "\\bab ab"
            })
    void aPrefixIsWhatEveryMatchStartsWith(String pattern, String prefix) {
        assertThat(Prefix.of(SyntaxReader.read(pattern, false).orElseThrow(), 6))
                .isEqualTo(prefix);
    }

    @Test
    void aPrefixEndsWithAWholeCharacter() {
        Syntax syntax = SyntaxReader.read("\uD83D\uDE00\uD83D\uDE00", false).orElseThrow();

        assertThat(Prefix.of(syntax, 3)).isEqualTo("\uD83D\uDE00");
    }

    @Test
    void whatIsRareIsLeftToRe2jAndStillFound() throws Exception {
        for (String pattern : List.of("\\101b", "[A-[:x]b:]", "a(?i)*B")) {
            assertThat(SyntaxReader.read(pattern, false)).isEmpty();
        }
        assertThat(RegexSearch.compile("\\101b", false).find("xAb", PLAIN).matches())
                .extracting(Match::start)
                .containsExactly(1L);
    }

    /** Each character of such a text leads to a state not met before. */
    @Test
    void itGivesUpWhereItOnlyBuildsAndNothingIsLost() throws Exception {
        StringBuilder text = new StringBuilder();
        Random random = new Random(1);
        for (int i = 0; i < 40_000; i++) {
            text.append(random.nextBoolean() ? 'a' : 'b');
        }
        text.append('c');
        String pattern = "a[ab]{900}c";
        Automaton automaton = new Automaton(
                Program.of(SyntaxReader.read(pattern, false).orElseThrow()).orElseThrow());
        Region region = new Region(text.toString(), 0, text.length());
        Pattern re2j = Pattern.compile(pattern);
        AutomatonFinder finder = new AutomatonFinder(region, automaton, "", new RegexFinder(re2j, region));

        boolean found = finder.find(0);

        assertThat(automaton.gaveUp()).isTrue();
        assertThat(found).isEqualTo(re2j.matcher(text).find());
    }

    @Test
    void itForgetsItsStatesWhenThereAreTooManyAndGoesOn() throws Exception {
        StringBuilder text = new StringBuilder();
        Random random = new Random(2);
        for (int i = 0; i < 300_000; i++) {
            text.append(random.nextBoolean() ? 'a' : 'b');
        }
        text.append('c');

        List<Match> found = RegexSearch.compile("a[ab]{17}c", false)
                .find(text.toString(), new Options(10, 0, 40))
                .matches();

        assertThat(found.isEmpty()).isEqualTo(text.charAt(300_000 - 18) != 'a');
    }

    @Test
    void itCopesWithManyClassesOfCharacters() throws Exception {
        StringBuilder pattern = new StringBuilder("[x");
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < 1_500; i++) {
            pattern.append(i == 0 ? "]|" : "|").appendCodePoint(0x4E00 + i).append((char) ('a' + i % 26));
            text.appendCodePoint(0x4E00 + i);
        }
        String all = text + "\n" + text + "z";

        assertThat(RegexSearch.compile(pattern.toString(), false)
                        .find(all, PLAIN)
                        .matches())
                .extracting(match -> all.substring((int) match.start(), (int) match.end()))
                .isEqualTo((1_499 % 26 == 25) ? List.of(all.substring(all.length() - 2)) : List.of());
    }

    @Test
    void aLongLiteralIsFoundInTextThatNearlyMatchesEverywhere() throws Exception {
        String literal = "a".repeat(4_000) + "b";
        String text = "a".repeat(200_000) + "b";

        assertThat(RegexSearch.compile(literal, false).find(text, PLAIN).matches())
                .extracting(Match::start)
                .containsExactly(196_000L);
    }

    @Test
    void aPartShowsNothingOfWhatIsAroundIt() throws Exception {
        String text = "before\none\nERROR two\nthree\nbehind ERROR";
        int from = text.indexOf("one");
        int to = text.indexOf("\nbehind");

        Matches found = RegexSearch.compile("ERROR", false).find(text, from, to, new Options(10, 5, 80));

        assertThat(found.matches())
                .containsExactly(new Match(11, 16, 2, "ERROR two", List.of("one"), List.of("three")));
        assertThat(found.truncated()).isFalse();
    }

    @Test
    void aPartsEndsAreTheEndsOfTextForAnchors() throws Exception {
        String text = "xabcx";

        for (String pattern : List.of("^abc$", "\\Aabc\\z", "\\babc\\b", "abc")) {
            assertThat(RegexSearch.compile(pattern, false)
                            .find(text, 1, 4, PLAIN)
                            .matches())
                    .extracting(Match::start)
                    .containsExactly(1L);
            assertThat(RegexSearch.compile(pattern, false)
                            .find(text, 1, 3, PLAIN)
                            .matches())
                    .isEmpty();
        }
    }

    @Test
    void aPartOutsideTheTextIsRefused() throws Exception {
        RegexSearch search = RegexSearch.compile("a", false);

        assertThatThrownBy(() -> search.find("aaa", 2, 4, PLAIN)).isInstanceOf(IndexOutOfBoundsException.class);
    }

    @Test
    void whatIsReportedIsBoundedHoweverLongLinesAndMatchesAre() throws Exception {
        String text = "x".repeat(100_000) + "\n" + "ab".repeat(100_000) + "\n" + "y".repeat(100_000);

        Matches found = RegexSearch.compile("(ab)+", false).find(text, new Options(5, 3, 100));

        Match match = found.matches().getFirst();
        assertThat(match.end() - match.start()).isEqualTo(200_000);
        assertThat(List.of(
                        match.lineText(),
                        match.before().getFirst(),
                        match.after().getFirst()))
                .allSatisfy(line -> assertThat(line).hasSize(100));
    }
}
