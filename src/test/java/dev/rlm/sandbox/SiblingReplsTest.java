package dev.rlm.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rlm.sandbox.CellResult.Status;
import dev.rlm.sandbox.ChildContext.Slice;
import dev.rlm.sandbox.ChildContext.Text;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer.OrderAnnotation;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/** Children that are opened while a cell of their parent waits in a call, as recursion does it; in real workers. */
@Tag("slow")
@TestMethodOrder(OrderAnnotation.class)
class SiblingReplsTest {
    private static final Duration SOON = Duration.ofSeconds(3);

    @TempDir
    static Path folder;

    static SandboxPool pool;
    static TestRepl root;

    @BeforeAll
    static void open() throws Exception {
        // Long enough for a cell that obeys, and short for one that must be killed.
        pool = TestRepl.pool(Duration.ofSeconds(5));
        root = new TestRepl(pool.open(TestRepl.documents(folder, "only", "0123456789 😀 the rest")));
        root.output("kept = 'kept'");
    }

    @AfterAll
    static void close() {
        pool.close();
    }

    /** Answers each prompt "start end code" by running the code in a child over that slice; an endless one has a limit. */
    private static final class Recursion extends StubCalls {
        final Map<String, CellResult> results = new ConcurrentHashMap<>();
        private final Duration limit;

        Recursion(Duration limit) {
            this.limit = limit;
        }

        @Override
        public List<Outcome> query(List<String> prompts) throws InterruptedException {
            return prompts.stream().map(this::answer).toList();
        }

        private Outcome answer(String prompt) {
            String[] words = prompt.split(" ", 3);
            Slice slice = new Slice(Long.parseLong(words[0]), Long.parseLong(words[1]));
            try (TestRepl child =
                    new TestRepl(root.repl.child(new ChildContext.Slices(List.of(slice)), slice.start(), List.of()))) {
                CellResult result = child.run(words[2], words[2].contains("while True") ? SOON : limit);
                results.put(prompt, result);
                return result.finalValue() == null
                        ? new Outcome.Failure(result.status() + " " + result.output())
                        : new Outcome.Reply(result.finalValue().text());
            } catch (Exception e) {
                return new Outcome.Failure(String.valueOf(e.getMessage()));
            }
        }
    }

    @Test
    @Order(1)
    void childrenRunInParallelWhileTheirParentWaits() throws Exception {
        CellResult result = root.run("""
                from concurrent.futures import ThreadPoolExecutor
                with ThreadPoolExecutor(8) as pool:
                    found = list(pool.map(llm_query, [f"{i} {i + 2} FINAL(context * 2)" for i in range(8)]))
                print(found, "pool" in globals(), kept)
                """, new Recursion(TestRepl.LIMIT));
        assertThat(result.output())
                .isEqualTo("['0101', '1212', '2323', '3434', '4545', '5656', '6767', '7878'] True kept\n");
        assertThat(result.finalValue()).isNull();
    }

    @Test
    @Order(2)
    void aChildThatIsStoppedIsAFailureOfItsCallOnly() throws Exception {
        Recursion calls = new Recursion(TestRepl.LIMIT);
        CellResult result = root.run("""
                from concurrent.futures import ThreadPoolExecutor
                def ask(prompt):
                    try:
                        return llm_query(prompt)
                    except SubCallError as error:
                        return str(error)[:9]
                with ThreadPoolExecutor(3) as pool:
                    found = list(pool.map(ask, [
                        "0 1 import time\\nwhile True: time.sleep(0.01)",
                        "11 12 FINAL(context)",
                        "0 3 import time\\nfor _ in range(30): time.sleep(0.1)\\nFINAL('slept')",
                    ]))
                found
                """, calls);
        assertThat(result.status()).describedAs(result.output()).isEqualTo(Status.OK);
        assertThat(result.output()).isEqualTo("['TIMED_OUT', '😀', 'slept']\n");
        assertThat(root.output("kept")).isEqualTo("'kept'");
    }

    @Test
    @Order(3)
    void textsAreContextsToo() throws Exception {
        Repl opened = root.repl.child(
                new ChildContext.Texts(List.of(new Text("a", "ä😀"), new Text("b", "second"))), 0, List.of());
        try (TestRepl child = new TestRepl(opened)) {
            assertThat(child.output("[(d.name, d.text) for d in documents], len(grep('second'))"))
                    .isEqualTo("([('a', 'ä😀'), ('b', 'second')], 1)");
            assertThat(child.repl.variables()).isEmpty();
        }
    }

    @Test
    @Order(4)
    void aChildThatCannotBeStoppedEndsTheWorkerAndTheRootIsRebuilt() throws Exception {
        Recursion calls = new Recursion(SOON);
        CellResult result = root.run("""
                lost = llm_query("0 1 import itertools\\nprint('begun')\\nsum(itertools.repeat(1))")
                """, calls);
        assertThat(result.status()).describedAs(result.output()).isEqualTo(Status.KILLED);
        assertThat(result.error()).contains("a cell of another REPL of this task had to be killed");
        assertThat(calls.results.values()).extracting(CellResult::status).containsExactly(Status.STATE_LOST);
        assertThat(root.output("kept, 'lost' in globals()")).isEqualTo("('kept', False)");
        CellResult again = root.run("llm_query('0 1 FINAL(context)')", new Recursion(TestRepl.LIMIT));
        assertThat(again.output()).isEqualTo("'0'\n");
    }
}
