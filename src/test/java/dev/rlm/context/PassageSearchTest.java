package dev.rlm.context;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.rlm.search.SearchException;
import dev.rlm.search.passages.PassageIndexing;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PassageSearchTest {
    private static final Duration LONG = Duration.ofMinutes(2);
    private static final long ROOM = 1L << 30;

    @TempDir
    Path temporary;

    private Workbench bench;
    private Counting counting;
    private PassageSearch search;

    @BeforeEach
    void open() throws Exception {
        bench = new Workbench(temporary);
        counting = new Counting(bench.store);
        search = new PassageSearch(counting, ROOM);
    }

    @AfterEach
    void close() {
        search.close();
    }

    /** Counts who has a context's documents held, and may keep the first waiting. */
    private static final class Counting implements ContextStore {
        final ContextStore store;
        final AtomicInteger holds = new AtomicInteger();
        volatile CountDownLatch gate = new CountDownLatch(0);

        Counting(ContextStore store) {
            this.store = store;
        }

        @Override
        public Optional<Context> find(String id) throws ContextException {
            return store.find(id);
        }

        @Override
        public List<Context> list() throws ContextException {
            return store.list();
        }

        @Override
        public boolean delete(String id) throws ContextException {
            return store.delete(id);
        }

        @Override
        public Path content(Context context, Document document) throws ContextException {
            return store.content(context, document);
        }

        @Override
        public ContentHold hold(Context context, Collection<Document> documents)
                throws ContextException, InterruptedException {
            // An index is made of all documents; passages are read from those that have some.
            if (documents.size() == context.documents().size()) {
                holds.incrementAndGet();
                gate.await();
            }
            return store.hold(context, documents);
        }
    }

    private ContextPassages find(Context context, String query, int most, @Nullable String documents) throws Exception {
        return search.search(context, query, most, documents, LONG);
    }

    private static String filler(int lines) {
        return "Nothing of note was written down on that day.\n".repeat(lines);
    }

    @Test
    void passagesComeWithTheirPlaces() throws Exception {
        Context context = bench.loadText("nothing", filler(60) + "\nthe 😀 needle\n" + filler(60), "other");
        ContextPassages found = find(context, "needle", 5, null);
        assertThat(found.truncated()).isFalse();
        assertThat(found.passages()).singleElement().satisfies(passage -> {
            assertThat(passage.document()).isEqualTo("text 2");
            assertThat(passage.text()).contains("the 😀 needle\n");
            Slice slice = bench.reader.readCharacters(
                    context, "text 2", passage.start(), passage.text().length());
            assertThat(slice.text()).isEqualTo(passage.text());
            assertThat(slice.firstLine()).isEqualTo(passage.line());
            assertThat(passage.score()).isPositive();
        });
    }

    @Test
    void passagesFarInALargeDocumentAreRead() throws Exception {
        String text = IntStream.range(0, 150_000)
                .mapToObj(i -> "Zeile über Nummer rare" + i + " der Datei")
                .collect(Collectors.joining("\n"));
        Context context = bench.loadText(text, "a small one");
        assertThat(context.documents().getFirst().bytes()).isGreaterThan(3 << 20);
        for (int i = 0; i < 150_000; i += 49_999) {
            String rare = "rare" + i;
            assertThat(find(context, rare, 1, null).passages()).singleElement().satisfies(passage -> {
                assertThat(passage.text()).contains(rare + " ");
                assertThat(text.startsWith(passage.text(), passage.start())).isTrue();
            });
        }
    }

    @Test
    void aPatternChoosesDocuments() throws Exception {
        bench.write("src/A.java", "needle");
        bench.write("src/deep/B.java", "needle");
        bench.write("C.md", "needle");
        Context context = bench.load(bench.inputs);
        assertThat(find(context, "needle", 5, "*.java").passages()).hasSize(2);
        assertThat(find(context, "needle", 5, null).passages()).hasSize(3);
        assertThatThrownBy(() -> find(context, "needle", 5, "*.py"))
                .hasMessageContaining("No document's name matches *.py");
        assertThatThrownBy(() -> find(context, "?", 5, null)).isInstanceOf(SearchException.class);
    }

    @Test
    void whoSearchesAtTheSameTimeWaitsForTheSameIndex() throws Exception {
        Context context = bench.loadText("a needle", "hay");
        counting.gate = new CountDownLatch(1);
        List<Callable<ContextPassages>> calls = IntStream.range(0, 8)
                .<Callable<ContextPassages>>mapToObj(_ -> () -> find(context, "needle", 5, null))
                .toList();
        try (var threads = Executors.newFixedThreadPool(8)) {
            List<Future<ContextPassages>> asked =
                    calls.stream().map(threads::submit).toList();
            await().until(() -> counting.holds.get() == 1);
            counting.gate.countDown();
            for (Future<ContextPassages> answer : asked) {
                assertThat(answer.get().passages()).hasSize(1);
            }
        }
        assertThat(find(context, "hay", 5, null).passages()).hasSize(1);
        assertThat(counting.holds).hasValue(1);
    }

    @Test
    void whoDoesNotWaitLongEnoughIsToldAndTheIndexIsMadeNevertheless() throws Exception {
        Context context = bench.loadText("a needle", "hay");
        counting.gate = new CountDownLatch(1);
        assertThatThrownBy(() -> search.search(context, "needle", 5, null, Duration.ofMillis(50)))
                .isInstanceOf(ContextException.class)
                .hasMessageContaining("still being indexed");
        counting.gate.countDown();
        assertThat(find(context, "needle", 5, null).passages()).hasSize(1);
        assertThat(counting.holds).hasValue(1);
    }

    @Test
    void aContextThatIsTooLargeIsRefusedWithASentence() throws Exception {
        search.close();
        search = new PassageSearch(counting, PassageIndexing.LEAST_BYTES - 1);
        Context context = bench.loadText("a needle", "hay");
        assertThatThrownBy(() -> find(context, "needle", 5, null))
                .isInstanceOf(ContextException.class)
                .hasMessageContaining("no memory for an index");
        assertThat(search.size()).isZero();
    }

    @Test
    void indexesThatWereNotUsedForLongestMakeRoom() throws Exception {
        String prose = IntStream.range(0, 400_000).mapToObj(i -> "w" + i).collect(Collectors.joining(" "));
        search.close();
        search = new PassageSearch(counting, PassageIndexing.LEAST_BYTES + (8 << 20));
        for (int i = 0; i < 12; i++) {
            Context context = bench.loadText("needle number" + i + " " + prose);
            assertThat(find(context, "needle", 5, null).passages()).hasSize(1);
            bench.store.delete(context.id());
        }
        assertThat(search.size()).isBetween(1, 11);
    }

    @Test
    void anIndexThatNobodyUsesIsForgotten() throws Exception {
        search.close();
        search = new PassageSearch(counting, ROOM, Duration.ofMillis(100));
        Context context = bench.loadText("a needle", "hay");
        assertThat(find(context, "needle", 5, null).passages()).hasSize(1);
        await().until(() -> search.size() == 0);
        assertThat(find(context, "needle", 5, null).passages()).hasSize(1);
        assertThat(counting.holds).hasValue(2);
    }

    @Test
    void theIndexOfADeletedContextIsForgottenAlsoWhileItIsMade() throws Exception {
        Context context = bench.loadText("a needle", "hay");
        counting.gate = new CountDownLatch(1);
        try (var threads = Executors.newSingleThreadExecutor()) {
            Future<ContextPassages> asked = threads.submit(() -> find(context, "needle", 5, null));
            await().until(() -> counting.holds.get() == 1);
            search.forget(context.id());
            assertThatThrownBy(asked::get).hasRootCauseMessage("The context was deleted.");
        }
        assertThat(search.size()).isZero();
        counting.gate.countDown();
        assertThat(find(context, "needle", 5, null).passages())
                .as("the next is not held up")
                .hasSize(1);
    }
}
