package dev.rlm.search.passages;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rlm.search.SearchException;
import dev.rlm.search.passages.PassageIndexing.TooLargeException;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PassageIndexTest {
    private static final String FILLER = "Nothing of note happened on that day, and nobody wrote a word about it.\n";

    @Test
    void passagesWithRarerWordsAreBetter() throws Exception {
        Corpus corpus = Corpus.of("the common word\n" + FILLER.repeat(60) + "the common word and a zebra\n"
                + FILLER.repeat(60) + "the common word again\n");
        assertThat(corpus.texts("common zebra", 3).getFirst()).contains("zebra");
        assertThat(corpus.texts("common zebra", 3)).hasSize(3);
    }

    @Test
    void passagesThatFitEquallyComeInTheOrderOfTheText() throws Exception {
        String same = ("needle " + "x ".repeat(490)).strip() + "\n\n";
        Corpus corpus = Corpus.of(same.repeat(40));
        List<Passage> passages = corpus.find("needle", 40).passages();
        assertThat(passages).hasSize(40).extracting(Passage::start).isSorted();
        assertThat(passages)
                .extracting(Passage::score)
                .containsOnly(passages.getFirst().score());
    }

    @ParameterizedTest
    @CsvSource({
        "getUserName",
        "username",
        "user name",
        "getusername",
        "user_id",
        "USERID",
        "ERR-1042",
        "err1042",
        "1042",
        "Foo.java",
        "main/java",
        "src/main/java/Foo.java",
        "https://example.org/login?next=1",
        "example.org",
        "10.0.0.17",
        "größe",
        "GROSSE",
        "errors",
        "超时",
        "Ошибка",
        "🔥"
    })
    void namesPathsCodesAndScriptsAreFound(String query) throws Exception {
        String target = "getUserName(user_id) failed with ERR-1042 in src/main/java/Foo.java, see"
                + " https://example.org/login?next=1 at 10.0.0.17: Größe, error, 错误超时了, Ошибка 🔥\n\n";
        Corpus corpus = Corpus.of(FILLER.repeat(50) + "\n" + target + FILLER.repeat(50));
        assertThat(corpus.texts(query, 1)).singleElement().asString().contains(target.strip());
    }

    @Test
    void aPhraseMustBeThereInARow() throws Exception {
        Corpus corpus = Corpus.of("the connection was refused\n" + FILLER.repeat(40) + "Connection-refused, again\n"
                + FILLER.repeat(40) + "refused connection\n" + FILLER.repeat(20) + "超时错误\n");
        assertThat(corpus.texts("\"connection refused\"", 9))
                .singleElement()
                .asString()
                .contains("again");
        assertThat(corpus.texts("connection refused", 9)).hasSize(3);
        assertThat(corpus.texts("\"connection refused\" zebra", 9)).hasSize(1);
        assertThat(corpus.texts("zebra \"refused\"", 9)).hasSize(3);
        assertThat(corpus.texts("\"时错\"", 9)).hasSize(1);
        assertThat(corpus.texts("\"错时\"", 9)).isEmpty();
        assertThat(corpus.texts("an odd \" connection", 9))
                .as("one quotation mark is none")
                .isNotEmpty();
        assertThat(corpus.texts("connection \"\"", 9))
                .as("nothing in quotation marks")
                .hasSize(3);
    }

    @ParameterizedTest
    @ValueSource(strings = {"a AND (b", "title:x^2 ~", "[a TO b}", "+ - && || ! ( ) word", "back\\slash \"", "*?word*"})
    void nothingElseIsSyntax(String query) throws Exception {
        assertThat(Corpus.of("a word, b x title back slash").texts(query, 1)).hasSize(1);
    }

    @Test
    void aQueryWithoutWordsIsRefusedWithASentence() {
        for (String query : List.of("", "  ", "!?", "\"\"", "──")) {
            assertThatThrownBy(() -> Corpus.of("text").find(query, 1))
                    .isInstanceOf(SearchException.class)
                    .hasMessageStartingWith("There is no word in the query");
        }
        assertThatThrownBy(() -> Corpus.of("text").find("word ".repeat(2_000), 1))
                .isInstanceOf(SearchException.class)
                .hasMessageContaining("at most 5000");
    }

    @Test
    void aQueryWithManyWordsIsAnswered() throws Exception {
        String many = IntStream.range(0, 700).mapToObj(i -> "w" + i).collect(Collectors.joining(" "));
        assertThat(Corpus.of("needle").texts("needle " + many, 1)).hasSize(1);
    }

    @Test
    void whatIsNowhereIsNotFound() throws Exception {
        assertThat(Corpus.of(FILLER.repeat(100)).find("zebra", 10)).isEqualTo(new Found(List.of(), false));
        assertThat(Corpus.of("").texts("a", 10)).isEmpty();
        assertThat(Corpus.of().texts("a", 10)).isEmpty();
        assertThat(Corpus.of("", " \n ", "a").texts("a", 10)).containsExactly("a");
    }

    @Test
    void itTellsWhetherThereAreMore() throws Exception {
        Corpus corpus = Corpus.of(("needle\n" + FILLER.repeat(25)).repeat(5));
        int all = corpus.find("needle", 1_000).passages().size();
        assertThat(all).isGreaterThanOrEqualTo(5);
        assertThat(corpus.find("needle", all).truncated()).isFalse();
        assertThat(corpus.find("needle", all - 1).truncated()).isTrue();
        assertThatThrownBy(() -> corpus.find("needle", 0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> corpus.find("needle", 1_001)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void linesAreCountedInTheDocument() throws Exception {
        Corpus corpus = Corpus.of("first\n", FILLER.repeat(99) + "\nneedle\n");
        Passage passage = corpus.find("needle", 1).passages().getFirst();
        String before = corpus.text(1).substring(0, passage.start());
        assertThat(passage.line())
                .isEqualTo(1 + (int) before.chars().filter(c -> c == '\n').count());
        assertThat(passage.line()).isGreaterThan(50);
    }

    @Test
    void theNameOfADocumentIsAmongSeveralAWordOfItsPassages() throws Exception {
        Corpus corpus = Corpus.named(List.of("a/PaymentService.java", "b/Other.java"), List.of("x y", "x z"));
        assertThat(corpus.find("payment service", 5).passages())
                .extracting(Passage::range)
                .containsExactly(0);
        assertThat(corpus.texts("\"y a\"", 5))
                .as("no phrase crosses into the name")
                .isEmpty();
        assertThat(Corpus.named(List.of("text"), List.of("a b c")).texts("text", 5))
                .isEmpty();
    }

    @Test
    void aRangeShowsNothingOfWhatIsAroundIt() throws Exception {
        String text = "outside zebra\ninside needle\nmore\noutside zebra\n";
        Corpus corpus = Corpus.of(FILLER, text);
        int start = text.indexOf("inside");
        Range range = new Range(1, start, text.indexOf("outside", start));
        Passage passage = corpus.find("needle", 5, List.of(range)).passages().getFirst();
        assertThat(text.substring(passage.start(), passage.end())).isEqualTo("inside needle\nmore\n");
        assertThat(passage.range()).isZero();
        assertThat(passage.line()).as("from the start of the range").isEqualTo(1);
        assertThat(corpus.find("zebra", 5, List.of(range)).passages()).isEmpty();
        assertThat(corpus.find("\"needle more\"", 5, List.of(range)).passages()).hasSize(1);
        assertThat(corpus.find("\"more outside\"", 5, List.of(range)).passages())
                .isEmpty();
        assertThat(corpus.find("nothing", 5, List.of(range)).passages()).isEmpty();
        assertThat(corpus.find("needle", 5, List.of(new Range(1, 3, 3))).passages())
                .isEmpty();
        assertThatThrownBy(() -> corpus.find("a", 5, List.of(new Range(1, 0, text.length() + 1))))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> corpus.find("a", 5, List.of(new Range(2, 0, 0))))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void linesOfARangeCountFromItsStart() throws Exception {
        String text = FILLER.repeat(100) + "needle\n" + FILLER.repeat(30);
        Corpus corpus = Corpus.of(text);
        int start = FILLER.length() * 50 + 10;
        Passage passage = corpus.find("needle", 1, List.of(new Range(0, start, text.length())))
                .passages()
                .getFirst();
        long breaks = text.substring(start, passage.start())
                .chars()
                .filter(c -> c == '\n')
                .count();
        assertThat(passage.line()).isEqualTo((int) breaks + 1);
    }

    @Test
    void aDocumentMayComeInPieces() throws Exception {
        try (PassageIndexing indexing = new PassageIndexing(false, PassageIndexing.LEAST_BYTES)) {
            indexing.document("a");
            indexing.add("one\ntwo\n", 0, 8);
            indexing.add("?three\nfour?", 1, 11);
            PassageIndex index = indexing.finish();
            assertThat(index.whole(0)).isEqualTo(new Range(0, 0, 18));
            Passage passage = index.find("four", 5, List.of(index.whole(0)), (_, _, _) -> "")
                    .passages()
                    .getFirst();
            assertThat(passage)
                    .extracting(Passage::start, Passage::end, Passage::line)
                    .containsExactly(8, 18, 3);
        }
    }

    @Test
    void anIndexThatWouldTakeMoreThanItMayIsGivenUp() {
        Random random = new Random(5);
        String noise = IntStream.range(0, 4_000_000)
                .mapToObj(_ -> Long.toString(random.nextLong() >>> 1, 36))
                .limit(1_500_000)
                .collect(Collectors.joining(" "));
        assertThatThrownBy(() -> Corpus.index(List.of("a"), List.of(noise), PassageIndexing.LEAST_BYTES))
                .isInstanceOf(TooLargeException.class);
        assertThatThrownBy(() -> new PassageIndexing(false, PassageIndexing.LEAST_BYTES - 1))
                .isInstanceOf(TooLargeException.class);
    }

    @Test
    void itIsMadeOnlyAsLongAsNobodyInterrupts() throws Exception {
        Thread.currentThread().interrupt();
        assertThatThrownBy(() -> Corpus.of(FILLER.repeat(1_000))).isInstanceOf(InterruptedException.class);
        assertThat(Thread.interrupted()).isFalse();
        assertThat(Corpus.of(FILLER).texts("nobody", 1)).hasSize(1);
    }

    @Test
    void severalThreadsSearchAtOnce() throws Exception {
        Corpus corpus = Corpus.of(IntStream.range(0, 2_000)
                .mapToObj(i -> "rare" + i + " " + FILLER)
                .collect(Collectors.joining()));
        List<Callable<Boolean>> searches = IntStream.range(0, 64)
                .<Callable<Boolean>>mapToObj(
                        i -> () -> corpus.texts("rare" + 31 * i, 1).getFirst().contains("rare" + 31 * i + " "))
                .toList();
        try (var threads = Executors.newFixedThreadPool(8)) {
            for (Future<Boolean> found : threads.invokeAll(searches)) {
                assertThat(found.get()).isTrue();
            }
        }
    }

    @Test
    void theIndexIsMuchSmallerThanProse() throws Exception {
        Random random = new Random(3);
        String[] words = IntStream.range(0, 20_000)
                .mapToObj(i -> Integer.toString(i * 7919, 26).replaceAll("[0-9]", "a"))
                .toArray(String[]::new);
        StringBuilder prose = new StringBuilder();
        while (prose.length() < 4_000_000) {
            prose.append(words[(int) (words.length * Math.pow(random.nextDouble(), 3))])
                    .append(' ');
        }
        Corpus corpus = Corpus.of(prose.toString());
        assertThat(corpus.index().bytes()).isLessThan(prose.length());
    }
}
