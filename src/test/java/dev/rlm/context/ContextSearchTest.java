package dev.rlm.context;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rlm.search.Match;
import dev.rlm.search.Options;
import dev.rlm.search.RegexSearch;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ContextSearchTest {
    private static final Options OPTIONS = new Options(100, 0, 80);

    @TempDir
    Path temporary;

    private Workbench bench;
    private ContextSearch search;

    @BeforeEach
    void open() throws Exception {
        bench = new Workbench(temporary);
        search = new ContextSearch(bench.store);
    }

    @Test
    void matchesComeDocumentByDocument() throws Exception {
        Context context = bench.loadText("a needle\n", "nothing", "needle needle");
        ContextMatches found = search.search(context, RegexSearch.compile("needle", false), OPTIONS, null);
        assertThat(found.documents())
                .extracting(ContextMatches.InDocument::document)
                .containsExactly("text 1", "text 3");
        assertThat(found.documents().getLast().matches()).hasSize(2);
        assertThat(found.searched()).isEqualTo(3);
        assertThat(found.truncated()).isFalse();
    }

    @Test
    void theTotalIsBounded() throws Exception {
        Context context = bench.loadText("xx", "xx", "xx");
        RegexSearch x = RegexSearch.compile("x", false);
        assertThat(count(search.search(context, x, new Options(3, 0, 80), null)))
                .isEqualTo(3);
        assertThat(search.search(context, x, new Options(3, 0, 80), null).truncated())
                .isTrue();
        assertThat(search.search(context, x, new Options(4, 0, 80), null).truncated())
                .isTrue();
        assertThat(search.search(context, x, new Options(6, 0, 80), null).truncated())
                .isFalse();
    }

    @Test
    void aPatternChoosesDocuments() throws Exception {
        bench.write("src/A.java", "x");
        bench.write("src/deep/B.java", "x");
        bench.write("C.md", "x");
        Context context = bench.load(bench.inputs);
        RegexSearch x = RegexSearch.compile("x", false);
        assertThat(search.search(context, x, OPTIONS, "*.java").searched()).isEqualTo(2);
        assertThat(search.search(context, x, OPTIONS, "src/*").searched()).isEqualTo(1);
        assertThatThrownBy(() -> search.search(context, x, OPTIONS, "*.py"))
                .hasMessageContaining("No document's name matches *.py");
        assertThatThrownBy(() -> search.search(context, x, OPTIONS, "{a"))
                .hasMessageContaining("pattern {a for document names");
    }

    @ParameterizedTest
    @CsvSource({
        "*.java, a/B.java, true",
        "*.java, B.javax, false",
        "**, a/b, true",
        "src/**, src/a/b, true",
        "src/**, xsrc/a, false",
        "**/b.txt, b.txt, true",
        "**/b.txt, a/c/b.txt, true",
        "a/*/c, a/b/c, true",
        "a/*/c, a/b/b/c, false",
        "?.txt, a.txt, true",
        "?.txt, ab.txt, false",
        "[ab].txt, b.txt, true",
        "[!ab].txt, b.txt, false",
        "'{a,b}.txt', b.txt, true",
        "'{a,b}.txt', c.txt, false",
        "a+(b).txt, a+(b).txt, true",
        "a.txt, abtxt, false"
    })
    void patternsForNamesAreThoseOfAShell(String glob, String name, boolean matches) throws Exception {
        assertThat(new DocumentGlob(glob).matches(name)).isEqualTo(matches);
    }

    @Test
    void malformedPatternsForNamesAreRefused() {
        for (String glob : List.of("", "[", "[]", "{", "}", "{a", "x".repeat(2_000), "[z-a]")) {
            assertThatThrownBy(() -> new DocumentGlob(glob)).isInstanceOf(ContextException.class);
        }
    }

    @Test
    void aLargeDocumentIsSearchedInPiecesWithItsOwnOffsetsAndLines() throws Exception {
        String text = "caf\u00e9 \uD83D\uDE00 line\n".repeat(300) + "x".repeat(500) + "\u00e9".repeat(500)
                + "line\nlast line";
        Context context = bench.loadText(text);
        RegexSearch line = RegexSearch.compile("line", false);
        List<Match> whole = line.find(text, new Options(1_000, 0, 20)).matches();
        for (int piece : new int[] {64, 65, 66, 67, 1_000, 1_001, 100_000}) {
            ContextMatches found =
                    new ContextSearch(bench.store, piece).search(context, line, new Options(1_000, 0, 20), null);
            assertThat(found.documents().getFirst().matches())
                    .extracting(Match::start, Match::line)
                    .containsExactlyElementsOf(whole.stream()
                            .map(m -> org.assertj.core.groups.Tuple.tuple(m.start(), m.line()))
                            .toList());
            assertThat(found.truncated()).isFalse();
        }
        ContextMatches first = new ContextSearch(bench.store, 64).search(context, line, new Options(7, 0, 20), null);
        assertThat(count(first)).isEqualTo(7);
        assertThat(first.truncated()).isTrue();
    }

    @Test
    void anInterruptEndsASearch() throws Exception {
        Context context = bench.loadText("b".repeat(20_000_000));
        RegexSearch slow = RegexSearch.compile("(b|bb|bbb)*c", false);
        AtomicReference<Throwable> thrown = new AtomicReference<>();
        Thread thread = Thread.ofPlatform().start(() -> {
            try {
                while (true) {
                    search.search(context, slow, OPTIONS, null);
                }
            } catch (Exception e) {
                thrown.set(e);
            }
        });
        Thread.sleep(100);
        thread.interrupt();
        assertThat(thread.join(Duration.ofMinutes(2))).isTrue();
        assertThat(thrown.get()).isInstanceOf(InterruptedException.class);
    }

    private static int count(ContextMatches found) {
        return found.documents().stream().mapToInt(d -> d.matches().size()).sum();
    }
}
