package dev.rlm.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RegexSearchTest {
    private static final Options PLAIN = new Options(1_000, 0, 1_000);

    @Test
    void aMatchTellsItsOffsetsItsLineAndTheLinesAround() throws Exception {
        Matches found = RegexSearch.compile("b+", false).find("one\ntwo\nabba\nthree\nfour", new Options(10, 1, 80));

        assertThat(found.truncated()).isFalse();
        assertThat(found.matches()).containsExactly(new Match(9, 11, 3, "abba", List.of("two"), List.of("three")));
    }

    @Test
    void contextStopsAtTheEndsOfTheText() throws Exception {
        Matches found = RegexSearch.compile("a", false).find("a\n\nb\na\n", new Options(10, 5, 80));

        assertThat(found.matches())
                .containsExactly(
                        new Match(0, 1, 1, "a", List.of(), List.of("", "b", "a")),
                        new Match(5, 6, 4, "a", List.of("a", "", "b"), List.of()));
    }

    @Test
    void aMatchOverSeveralLinesShowsThemAll() throws Exception {
        Matches found = RegexSearch.compile("b\\nc\\n", false).find("a\nxb\nc\nd\n", new Options(10, 1, 80));

        assertThat(found.matches()).containsExactly(new Match(3, 7, 2, "xb\nc", List.of("a"), List.of("d")));
    }

    @Test
    void linesAreShownWithoutTheirCarriageReturn() throws Exception {
        Matches found = RegexSearch.compile("two", false).find("one\r\ntwo\r\nthree\r\n", new Options(10, 1, 80));

        assertThat(found.matches()).containsExactly(new Match(5, 8, 2, "two", List.of("one"), List.of("three")));
    }

    @Test
    void moreMatchesThanAskedForAreToldOf() throws Exception {
        RegexSearch search = RegexSearch.compile("a", false);

        assertThat(search.find("aaa", new Options(2, 0, 10)).matches()).hasSize(2);
        assertThat(search.find("aaa", new Options(2, 0, 10)).truncated()).isTrue();
        assertThat(search.find("aaa", new Options(3, 0, 10)).truncated()).isFalse();
    }

    @Test
    void anchorsMatchAtEveryLine() throws Exception {
        assertThat(offsets("^a$", "a\nba\na")).containsExactly("0-1", "5-6");
        assertThat(offsets("(?-m)^a", "a\na")).containsExactly("0-1");
    }

    @Test
    void emptyMatchesAdvanceByWholeCharactersAndEndWithTheLastLine() throws Exception {
        assertThat(offsets("x*", "a\uD83D\uDE00x")).containsExactly("0-0", "1-1", "3-4", "4-4");
        assertThat(offsets("^$", "a\n\nb\n")).containsExactly("2-2");
        assertThat(offsets("^", "")).isEmpty();
    }

    @Test
    void ignoringCaseFindsEitherCase() throws Exception {
        assertThat(RegexSearch.compile("stra\u00dfe|\u00c4", true)
                        .find("STRA\u00dfE \u00e4", PLAIN)
                        .matches())
                .hasSize(2);
        assertThat(offsets("abc", "ABC")).isEmpty();
    }

    @Test
    void aLongLineIsCutAroundTheMatch() throws Exception {
        String text = "x".repeat(5_000) + "needle" + "y".repeat(5_000);

        Match match = RegexSearch.compile("needle", false)
                .find(text, new Options(1, 0, 20))
                .matches()
                .getFirst();

        assertThat(match.lineText()).isEqualTo("xxxxxxxneedleyyyyyyy");
    }

    @Test
    void aCutNeverSplitsACharacter() throws Exception {
        String emoji = "\uD83D\uDE00".repeat(50);
        for (int width = 1; width < 30; width++) {
            Options options = new Options(1, 1, width);
            String text = emoji + "\n" + emoji + "n" + emoji + "\n" + emoji;
            Match match = RegexSearch.compile("n", false)
                    .find(text, options)
                    .matches()
                    .getFirst();
            for (String line : List.of(
                    match.lineText(), match.before().getFirst(), match.after().getFirst())) {
                assertThat(line.length()).isLessThanOrEqualTo(width);
                assertThat(line.codePoints()).noneMatch(c -> c >= 0xD800 && c < 0xE000);
            }
            assertThat(match.lineText()).contains("n");
        }
    }

    @Test
    void aLiteralIsFoundAcrossTheWindowsItIsSearchedIn() throws Exception {
        for (int offset : new int[] {65_530, 65_535, 65_536, 65_537, 131_070}) {
            String text = ".".repeat(offset) + "needle" + ".".repeat(offset);
            assertThat(offsets("needle", text)).containsExactly(offset + "-" + (offset + 6));
        }
        assertThat(offsets("needle", "needl")).isEmpty();
    }

    @Test
    void aPatternOfHalfACharacterIsRefused() throws Exception {
        assertThatThrownBy(() -> RegexSearch.compile("\uDE00", false)).hasMessageContaining("half a character");
        assertThat(offsets("\uD83D\uDE00", "a\uD83D\uDE00")).containsExactly("1-3");
    }

    @Test
    @Timeout(600)
    void oneHugeLineWithManyMatchesStaysLinear() throws Exception {
        String text = "some words and a needle; ".repeat(400_000) + "\nneedle\n" + "needle ".repeat(100_000);

        Matches found = RegexSearch.compile("n[e]edle", false).find(text, new Options(300_000, 3, 40));

        assertThat(found.matches()).hasSize(300_000);
        assertThat(found.truncated()).isTrue();
    }

    @Test
    @Timeout(600)
    void aPatternThatMakesBacktrackersExplodeIsHarmless() throws Exception {
        assertThat(offsets("(a+)+$", "a".repeat(50_000) + "b")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "(?=a)b",
                "a(?!b)",
                "(?<=a)b",
                "(?<!a)b",
                "(a)\\1",
                "(?P<x>a)(?P=x)",
                "a\\Z",
                "(?>a)",
                "a++",
                "(",
                ")",
                "[a",
                "*",
                "a{2,1}",
                "a{1001}",
                "\\",
                "",
                "(?x)a",
                "\\k<x>"
            })
    void whatRe2DoesNotSupportIsRefusedWithASentence(String pattern) {
        assertThatThrownBy(() -> RegexSearch.compile(pattern, false))
                .isInstanceOf(SearchException.class)
                .satisfies(e -> assertThat(e.getMessage()).matches("(?s)The (regular expression|pattern) .*[.]"));
    }

    @Test
    void theSentenceNamesLookAroundAndBackReferences() {
        assertThatThrownBy(() -> RegexSearch.compile("a(?<!b)", false)).hasMessageContaining("look-around ((?<!b))");
        assertThatThrownBy(() -> RegexSearch.compile("(a)\\1", true)).hasMessageContaining("back-references (\\1)");
        assertThatThrownBy(() -> RegexSearch.compile("x*+", false)).hasMessageContaining("possessive");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "((a{1000}){1000}){1000}",
                "(((a{100}){100}){100}){100}",
                "(\\w\\w\\w\\w\\w\\w\\w\\w\\w\\w){1000}",
                "(a|[^\\]{}]{900}){900}",
                "(?:(?:x?){1000}){1000}"
            })
    void patternsThatGrowWithoutLimitAreRefused(String pattern) {
        assertThatThrownBy(() -> RegexSearch.compile(pattern, false))
                .isInstanceOf(SearchException.class)
                .hasMessageContaining("too large");
    }

    @Test
    void aPatternOfAnyLengthIsRefusedOrWorks() throws Exception {
        assertThatThrownBy(() -> RegexSearch.compile("a".repeat(5_001), false)).hasMessageContaining("5001 characters");
        assertThat(offsets("(".repeat(1_000) + "a" + ")".repeat(1_000), "ba")).containsExactly("1-2");
        assertThat(offsets("(a?){1000}b", "aab")).containsExactly("0-3");
        assertThat(offsets("[{}]{2}|\\{x|\\Q{9}{9}\\E|\\p{Lu}{2}", "{} {x {9}{9} AB"))
                .hasSize(4);
    }

    @Test
    void deepPatternsWorkOnTheSmallStackOfAVirtualThread() throws Exception {
        AtomicReference<Object> result = new AtomicReference<>("nothing");
        Thread.ofVirtual()
                .start(() -> {
                    try {
                        result.set(offsets("(?:a?b?c?d?){800}e", "abe"));
                    } catch (Exception | Error e) {
                        result.set(e);
                    }
                })
                .join();
        assertThat(result.get()).isEqualTo(List.of("0-3"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"b{1000}[xy]", "needle", "[^q]*q"})
    void anInterruptStopsASearch(String pattern) throws Exception {
        RegexSearch search = RegexSearch.compile(pattern, false);
        String text = "b".repeat(20_000_000);
        AtomicReference<Object> result = new AtomicReference<>("nothing");
        Thread thread = new Thread(() -> {
            try {
                while (true) {
                    search.find(text, PLAIN);
                }
            } catch (InterruptedException e) {
                result.set(e);
            }
        });
        thread.start();
        Thread.sleep(50);
        thread.interrupt();

        assertThat(thread.join(Duration.ofMinutes(2))).isTrue();
        assertThat(result.get()).isInstanceOf(InterruptedException.class);
    }

    @Test
    void optionsOutOfRangeAreRefused() {
        assertThatThrownBy(() -> new Options(0, 0, 1)).hasMessageContaining("at least 1, not 0");
        assertThatThrownBy(() -> new Options(1, -1, 1)).hasMessageContaining("at least 0, not -1");
        assertThatThrownBy(() -> new Options(1, 0, 0)).hasMessageContaining("at least 1, not 0");
        assertThatCode(() -> new Options(1, 0, 1)).doesNotThrowAnyException();
    }

    private static List<String> offsets(String pattern, String text) throws Exception {
        return RegexSearch.compile(pattern, false).find(text, PLAIN).matches().stream()
                .map(match -> match.start() + "-" + match.end())
                .toList();
    }
}
