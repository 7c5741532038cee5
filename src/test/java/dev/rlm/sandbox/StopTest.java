package dev.rlm.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.rlm.sandbox.CellResult.Status;
import dev.rlm.sandbox.HostCalls.Outcome;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How cells are stopped, and what is left then. */
@Tag("slow")
class StopTest {
    private static final Duration SOON = Duration.ofSeconds(1);

    /** Enough for some statements, however slow the machine. */
    private static final Duration LATER = Duration.ofSeconds(4);

    /** Only tells what has ended from what goes on: how soon cells are stopped is measured by the abuse suite. */
    private static final Duration LONG = Duration.ofMinutes(1);

    @TempDir
    static Path folder;

    static SandboxPool pool;

    /** As a start takes seconds. */
    static TestRepl lasting;

    @BeforeAll
    static void open() throws Exception {
        pool = TestRepl.pool(0);
        lasting = repl();
    }

    @AfterAll
    static void close() {
        pool.close();
    }

    private static TestRepl repl() throws Exception {
        return new TestRepl(pool.open(TestRepl.documents(folder, "only", "the text")));
    }

    @Test
    void endlessPythonIsStoppedAndTheVariablesAreKept() throws Exception {
        TestRepl repl = lasting;
        for (String code : List.of(
                "before = 1\nprint('seen')\nwhile True: pass",
                "before = 2\nprint('seen')\nwhile True:\n    try:\n        while True: pass\n    except BaseException: pass",
                "before = 3\nprint('seen')\nimport time\ntime.sleep(1000)",
                "before = 5\nprint('seen')\nclass R:\n    def __repr__(self):\n        while True: pass\nR()")) {
            long start = System.nanoTime();
            CellResult result = repl.run(code, LATER);
            assertThat(result.status()).describedAs(code).isEqualTo(Status.TIMED_OUT);
            assertThat(result.output()).startsWith("seen\n").contains("time limit of 4 s");
            assertThat(result.error()).startsWith("TimeoutError: ");
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(LONG);
        }
        assertThat(repl.output("before, context")).isEqualTo("(5, 'the text')");
    }

    @Test
    void aSearchIsStoppedWhileItsIndexIsMadeAndTheNextMakesIt() throws Exception {
        Random random = new Random(1);
        StringBuilder text = new StringBuilder();
        while (text.length() < 25_000_000) {
            text.append("word").append(random.nextInt(50_000)).append(random.nextInt(12) == 0 ? '\n' : ' ');
        }
        text.append("needle");
        try (TestRepl repl = new TestRepl(pool.open(TestRepl.documents(folder, "large", text.toString())))) {
            assertThat(repl.run("before = 1\nsearch('needle')", Duration.ofMillis(300))
                            .status())
                    .isEqualTo(Status.TIMED_OUT);
            assertThat(repl.output("before, [p.text.endswith('needle') for p in search('needle')]"))
                    .isEqualTo("(1, [True])");
            assertThat(repl.run("search('needle')", LATER).status())
                    .as("it is there now")
                    .isEqualTo(Status.OK);
        }
    }

    @Test
    void aValueHandedOverBeforeATimeOutCounts() throws Exception {
        try (TestRepl repl = repl()) {
            CellResult result =
                    repl.run("try:\n    FINAL('in time')\nexcept:\n    pass\nwhile True: pass", Duration.ofSeconds(5));
            assertThat(result.finalValue()).isEqualTo(new FinalValue("in time", "\"in time\""));
        }
    }

    @Test
    void waitingForSubCallsDoesNotCount() throws Exception {
        CellResult result = lasting.run("llm_query('slow')", LATER, 1000, new StubCalls(6000));
        assertThat(result.status()).isEqualTo(Status.OK);
        assertThat(result.output()).isEqualTo("'echo: slow'\n");
    }

    @Test
    void computingCountsWhileAnotherThreadWaitsForASubCall() throws Exception {
        long start = System.nanoTime();
        CellResult result = lasting.run("""
                import threading
                threading.Thread(target=llm_query, args=("slow",), daemon=True).start()
                while True: pass
                """, SOON, 1000, new StubCalls(600_000));
        assertThat(result.status()).isEqualTo(Status.TIMED_OUT);
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofMinutes(5));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "time.sleep(10**6)",
                "time.sleep(1000.5)",
                "time.sleep(0.01)\ntime.sleep(1000)",
                "threading.Event().wait(1000.5)",
                "ThreadPoolExecutor(4).submit(time.sleep, 1000).result()"
            })
    void aWaitOfAnyKindIsStoppedAndVariablesAreKept(String code) throws Exception {
        lasting.output("from concurrent.futures import ThreadPoolExecutor\nimport threading, time\nheld = 'held'");
        CellResult stopped = lasting.run(code, SOON);
        assertThat(stopped.status()).describedAs(stopped.output()).isEqualTo(Status.TIMED_OUT);
        assertThat(lasting.output("held")).isEqualTo("'held'");
    }

    @Test
    void sleepsAreNotShorterThanTheySay() throws Exception {
        assertThat(lasting.output("""
                        import time
                        took = []
                        for seconds in (0, 0.02, 0.33, True - 0.9):
                            start = time.monotonic()
                            time.sleep(seconds)
                            took.append(time.monotonic() - start - seconds)
                        min(took) >= 0, took
                        """)).startsWith("(True,");
        assertThat(lasting.run("time.sleep(-1)").error()).isEqualTo("ValueError: sleep length must be non-negative");
        assertThat(lasting.run("time.sleep(float('inf'))").error())
                .isEqualTo("OverflowError: timestamp too large to convert to C PyTime_t");
        assertThat(lasting.run("time.sleep('1')").error())
                .isEqualTo("TypeError: 'str' object cannot be interpreted as an integer");
    }

    @ParameterizedTest
    @ValueSource(strings = {"while True: pass", "llm_query('slow')"})
    void interruptingTheServersThreadStopsTheCell(String code) throws Exception {
        lasting.output("held = 'held'");
        assertThat(interrupted(lasting, code)).isLessThan(LONG);
        assertThat(lasting.output("held")).isEqualTo("'held'");
    }

    @Test
    void interruptingTheServersThreadKillsWhatDoesNotStop() throws Exception {
        try (SandboxPool impatient = TestRepl.pool(Duration.ofSeconds(1));
                TestRepl repl = new TestRepl(impatient.open(List.of()))) {
            assertThat(interrupted(repl, "import itertools\nsum(itertools.repeat(1))"))
                    .isLessThan(LONG);
        }
    }

    /** How long a cell takes to end when its thread is interrupted. */
    private static Duration interrupted(TestRepl repl, String code) throws Exception {
        StubCalls begun = new StubCalls();
        StubCalls calls = new StubCalls(600_000) {
            @Override
            public List<Outcome> query(List<String> batch) throws InterruptedException {
                return batch.equals(List.of("begun")) ? begun.query(batch) : super.query(batch);
            }
        };
        try (ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<Long> stopped = executor.submit(() -> {
                assertThatThrownBy(() -> repl.run("llm_query('begun')\n" + code, Duration.ofMinutes(10), 1000, calls))
                        .isInstanceOf(InterruptedException.class);
                return System.nanoTime();
            });
            assertThat(begun.awaitAsked()).isTrue();
            Thread.sleep(1000);
            long start = System.nanoTime();
            executor.shutdownNow();
            return Duration.ofNanos(stopped.get(LONG.toSeconds(), TimeUnit.SECONDS) - start);
        }
    }

    @Test
    void closingTheReplStopsTheCellAndEndsTheProcess() throws Exception {
        TestRepl repl = repl();
        StubCalls begun = new StubCalls();
        try (ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<?> running = executor.submit(
                    () -> assertThatThrownBy(() -> repl.run("llm_query('begun')\nwhile True: pass", begun))
                            .isInstanceOf(SandboxException.class)
                            .hasMessage("The sandbox was closed."));
            assertThat(begun.awaitAsked()).isTrue();
            Thread.sleep(500);
            repl.close();
            repl.close();
            running.get(LONG.toSeconds(), TimeUnit.SECONDS);
        }
        assertThatThrownBy(() -> repl.run("1")).isInstanceOf(SandboxException.class);
    }

    @Test
    void severalReplsNeverMixTheirOutput() throws Exception {
        try (SandboxPool many = TestRepl.pool(0);
                ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<String>> outputs = java.util.stream.IntStream.range(0, 3)
                    .mapToObj(i -> executor.submit(() -> {
                        try (TestRepl repl = new TestRepl(many.open(TestRepl.documents(folder, "d", "text " + i)))) {
                            return repl.output("for _ in range(200): print(llm_query(context))");
                        }
                    }))
                    .toList();
            for (int i = 0; i < 3; i++) {
                assertThat(outputs.get(i).get().lines().distinct()).containsExactly("echo: text " + i);
            }
        }
    }

    @Test
    void aClosedPoolLeavesNoProcessAndOpensNothing() throws Exception {
        List<ProcessHandle> others = ProcessHandle.current().children().toList();
        SandboxPool closing = TestRepl.pool(1);
        await().atMost(LONG).until(() -> childrenBut(others) > 0);
        closing.close();
        await().atMost(LONG).until(() -> childrenBut(others) == 0);
        assertThatThrownBy(() -> closing.open(List.of())).isInstanceOf(SandboxException.class);
    }

    private static long childrenBut(List<ProcessHandle> others) {
        return ProcessHandle.current()
                .children()
                .filter(child -> child.isAlive() && !others.contains(child))
                .count();
    }

    @Test
    void documentsThatCannotBeHeldAreRefusedWithASentence() {
        SandboxDocument missing = new SandboxDocument("gone.txt", folder.resolve("gone.txt"), 5);
        assertThatThrownBy(() -> pool.open(List.of(missing)))
                .isInstanceOf(SandboxException.class)
                .hasMessage("The document gone.txt cannot be read.");
    }
}
