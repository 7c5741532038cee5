package dev.rlm.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.rlm.sandbox.CellResult.Status;
import dev.rlm.sandbox.HostCalls.Outcome;
import dev.rlm.sandbox.PastCell.Call;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How the REPL of a task outlives its workers; with workers that have no Python. */
class TaskReplTest {
    private static final Duration SOON = Duration.ofSeconds(2);
    private static final Duration LONG = Duration.ofMinutes(1);

    private final FakeWorkers workers = new FakeWorkers();

    @AfterEach
    void close() {
        workers.close();
    }

    @Test
    void aKilledCellLeavesTheVariablesAsTheyWere() throws Exception {
        TestRepl repl = workers.impatient().repl();
        repl.output("set a 1");
        assertThat(repl.run("set b 2\nfail now\nset c 3").status()).isEqualTo(Status.ERROR);
        CellResult killed = repl.run("set a changed\nprint seen\nhang now", SOON);
        assertThat(killed.status()).isEqualTo(Status.KILLED);
        assertThat(killed.output()).startsWith("seen\n").endsWith(killed.error() + "\n");
        assertThat(killed.error())
                .startsWith("The cell was killed at its time limit of 2 s because it could not be interrupted.")
                .contains("All variables are as before")
                .contains("Do not run this cell again as it is: take smaller steps");
        assertThat(repl.output("show a\nshow b\nshow c")).isEqualTo("1\n2\nnull");
        assertThat(workers.started).hasSize(2);
        assertThat(workers.started.getFirst().alive()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 3})
    void aCellThatEndsItsWorkerLeavesTheVariablesAsTheyWere(int exit) throws Exception {
        TestRepl repl = workers.repl();
        repl.output("set a 1");
        CellResult killed = repl.run("die " + exit);
        assertThat(killed.status()).isEqualTo(Status.KILLED);
        assertThat(killed.error()).contains(exit == 3 ? "memory was exhausted" : "process died");
        assertThat(repl.output("show a")).isEqualTo("1");
    }

    @Test
    void aWorkerThatDiesBeforeItHasRunAnythingIsReplacedTwice() throws Exception {
        AtomicInteger dying = new AtomicInteger(2);
        TaskRepl.Workers some = dyingAtFirst(dying);
        TestRepl repl = new TestRepl(new TaskRepl(some, SOON, 0, List.of()));
        assertThat(repl.output("set a 1\nshow a")).isEqualTo("1");
        assertThat(workers.started).hasSize(3);

        dying.set(2);
        assertThat(repl.run("die 1").error()).contains("All variables are as before");
        assertThat(repl.output("show a")).isEqualTo("1");
        assertThat(workers.started).hasSize(6);

        dying.set(3);
        assertThatThrownBy(() -> new TaskRepl(some, SOON, 0, List.of()))
                .isInstanceOf(SandboxException.class)
                .hasMessage("The sandbox is gone: its process died.");
        assertThat(workers.started).hasSize(9);
    }

    @Test
    void aWorkerThatGivesNoAnswerBeforeItHasRunAnythingIsReplaced() throws Exception {
        AtomicInteger silent = new AtomicInteger(2);
        TaskRepl.Workers some = failingAtFirst(silent, TaskReplTest::freeze, Duration.ofMillis(50));
        TestRepl repl = new TestRepl(new TaskRepl(some, SOON, 0, List.of()));
        assertThat(repl.output("set a 1\nshow a")).isEqualTo("1");
        assertThat(workers.started).hasSize(3);
    }

    private TaskRepl.Workers dyingAtFirst(AtomicInteger dying) {
        return failingAtFirst(dying, TaskReplTest::kill, LONG);
    }

    /** Workers of which the first ones fail when they have started, and are asked for an answer for only so long. */
    private TaskRepl.Workers failingAtFirst(AtomicInteger failing, Consumer<Sandbox> failure, Duration patience) {
        return new TaskRepl.Workers() {
            @Override
            public Sandbox take() throws SandboxException, InterruptedException {
                Sandbox sandbox = workers.start();
                boolean fails = failing.getAndDecrement() > 0;
                if (fails) {
                    failure.accept(sandbox);
                }
                long _ = sandbox.root().open(List.of(), fails ? patience : LONG);
                return sandbox;
            }

            @Override
            public void release(Sandbox sandbox) {
                sandbox.close();
            }
        };
    }

    private static void freeze(Sandbox sandbox) {
        try {
            assertThat(new ProcessBuilder("kill", "-STOP", String.valueOf(sandbox.pid()))
                            .start()
                            .waitFor())
                    .isZero();
        } catch (IOException | InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void aWorkerThatWasKilledBetweenCellsIsReplacedUnderTheNextOne() throws Exception {
        TestRepl repl = workers.repl();
        repl.output("set a 1");
        kill(workers.started.getLast());
        CellResult shown = repl.run("show a");
        assertThat(shown.status()).isEqualTo(Status.OK);
        assertThat(shown.output())
                .startsWith("[The sandbox was lost before this cell: its process died. All variables are as before")
                .endsWith("]\n1\n");
        kill(workers.started.getLast());
        assertThat(repl.repl.variables()).extracting(Repl.Variable::name).containsExactly("a");
        kill(workers.started.getLast());
        assertThat(repl.repl.value("a").text()).isEqualTo("1");
    }

    private static void kill(Sandbox sandbox) {
        ProcessHandle process = ProcessHandle.of(sandbox.pid()).orElseThrow();
        process.destroyForcibly();
        process.onExit().join();
        // Who waits for the end of a process may hear of it before the sandbox does.
        await().atMost(LONG).until(() -> !sandbox.alive());
    }

    @Test
    void repliesAreReusedAndNothingIsAskedTwice() throws Exception {
        TestRepl repl = workers.impatient().repl();
        StubCalls calls = new StubCalls() {
            private int asked;

            @Override
            public synchronized List<Outcome> query(List<String> prompts) throws InterruptedException {
                asked++;
                List<Outcome> outcomes = super.query(prompts);
                return outcomes.stream()
                        .map(outcome -> outcome instanceof Outcome.Reply(String text)
                                ? new Outcome.Reply(text + " " + asked)
                                : outcome)
                        .toList();
            }
        };
        String asking = "ask same\nask same\nask please fail\nask other\nbudget now";
        String output = repl.run(asking, calls).output();
        assertThat(output).startsWith("echo: same 1\necho: same 2\nfailed: the model refused");
        CellResult killed = repl.run("hang now", SOON);
        assertThat(killed.error()).as("the cell printed the same replies").contains("printed the same");
        assertThat(calls.prompts).hasValue(4);
    }

    @Test
    void whatIsAskedAnewInARebuildFailsAndIsTold() throws Exception {
        TestRepl repl = workers.repl();
        StubCalls calls = new StubCalls();
        repl.output("set a 1");
        repl.run("pid p\ncopy p q\nask-pid p\nset b 2", calls);
        assertThat(calls.prompts).hasValue(1);
        repl.output("copy b c");
        CellResult killed = repl.run("die 1");
        assertThat(killed.status()).isEqualTo(Status.KILLED);
        assertThat(killed.error())
                .contains("The other variables are as before")
                .contains("Cell 2 did not do exactly the same or had been stopped, so these may differ: b, p, q, c.");
        assertThat(calls.prompts).hasValue(1);
    }

    @Test
    void aCellThatWasStoppedIsRunAgainAndNamed() throws Exception {
        TestRepl repl = workers.repl();
        repl.output("set a 1");
        assertThat(repl.run("set b 2\nwait now", SOON).status()).isEqualTo(Status.TIMED_OUT);
        CellResult killed = repl.run("die 1");
        assertThat(killed.error())
                .contains("Cell 2 did not do exactly the same or had been stopped, so these may differ: b.");
        assertThat(repl.output("show a\nshow b")).isEqualTo("1\n2");
    }

    @Test
    void aCellThatEndsTheWorkerAgainIsLeftOutAndNamed() throws Exception {
        TestRepl repl = workers.repl();
        repl.output("set a 1");
        repl.output("set b 2\ndie-again now");
        repl.output("copy b c");
        repl.output("set d 4");
        CellResult killed = repl.run("die 1");
        assertThat(killed.status()).isEqualTo(Status.KILLED);
        assertThat(killed.error())
                .contains(
                        "Cell 2 ended the sandbox again and had to be left out, so these are missing or differ: b, c.");
        assertThat(repl.output("show a\nshow b\nshow d")).isEqualTo("1\nnull\n4");
        assertThat(repl.run("die 1").error()).as("it is forgotten").doesNotContain("left out");
    }

    @Test
    void aRebuildThatNeverSucceedsGivesAnEmptyRepl() throws Exception {
        TestRepl repl = workers.repl();
        for (int i = 0; i < 6; i++) {
            repl.output("set a%d 1\ndie-again now".formatted(i));
        }
        CellResult lost = repl.run("die 1");
        assertThat(lost.status()).isEqualTo(Status.STATE_LOST);
        assertThat(lost.error()).endsWith("All variables are lost; context and documents are there again.");
        assertThat(workers.started).hasSizeLessThan(8);
        assertThat(repl.output("show a0\nset b 2\nshow b")).isEqualTo("null\n2");
        assertThat(repl.run("die 1").status()).isEqualTo(Status.KILLED);
        assertThat(repl.output("show b")).isEqualTo("2");
    }

    @Test
    void aCellThatEndsTheWorkerAfterItsEndIsFoundOut() throws Exception {
        TestRepl repl = workers.repl();
        repl.output("set a 1");
        repl.output("die-after now");
        await().atMost(LONG).until(() -> !workers.started.getLast().alive());
        CellResult shown = repl.run("show a");
        // The cell dies under this one too if it is faster than the end of its worker; then it is left out.
        if (shown.status() != Status.OK) {
            assertThat(shown.status()).isEqualTo(Status.KILLED);
            assertThat(shown.error()).contains("Cell 2 ended the sandbox again");
            shown = repl.run("show a");
        }
        assertThat(shown.output()).endsWith("1\n");
    }

    @Test
    void aValueHandedOverBeforeTheKillCounts() throws Exception {
        TestRepl repl = workers.impatient().repl();
        CellResult killed = repl.run("set a 1\nfinal 42\nhang now", SOON);
        assertThat(killed.finalValue()).isEqualTo(new FinalValue("42", "\"42\""));
        TestRepl other = workers.repl();
        assertThat(other.run("final 42\ndie 3").finalValue()).isEqualTo(new FinalValue("42", "\"42\""));
    }

    @Test
    void seedAndClocksComeBackInARebuild() throws Exception {
        TestRepl repl = workers.repl(List.of(), 7);
        assertThat(repl.output("seed now\nset a 1")).isEqualTo("7");
        assertThat(repl.output("clock now")).isEqualTo("null");
        assertThat(repl.run("die 1").error())
                .as("cell 2 printed its clocks")
                .contains("Cell 2 did not do exactly the same");
    }

    @Test
    void closingEndsARebuild() throws Exception {
        TestRepl repl = workers.repl();
        repl.output("hang-again now");
        try (ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<?> rebuilding = executor.submit(() -> assertThatThrownBy(() -> repl.run("die 1"))
                    .isInstanceOf(SandboxException.class)
                    .hasMessage("The sandbox was closed."));
            await().atMost(LONG).until(() -> workers.started.size() == 2);
            repl.close();
            rebuilding.get(LONG.toSeconds(), TimeUnit.SECONDS);
        }
        assertThat(workers.started).noneMatch(Sandbox::alive);
    }

    /** Runs a cell and records it as a task's journal would. */
    private static PastCell record(TestRepl repl, int number, String code, HostCalls calls, Map<Call, Outcome> replies)
            throws Exception {
        Repl.Cell cell = new Repl.Cell(number, code);
        Duration limit = code.endsWith("hang now") ? SOON : TestRepl.LIMIT;
        CellResult result = repl.repl.run(cell, limit, 20_000, calls);
        return new PastCell(
                cell,
                result.status(),
                20_000,
                result.active(),
                result.trace(),
                replies,
                List.of("{\"left\": 1}"),
                null,
                0);
    }

    private static String sha256(String text) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }

    private static Call call(String prompt, int occurrence) {
        return new Call(sha256(prompt), occurrence);
    }

    @Test
    void cellsOfAnEarlierProcessRunAgainWhenTheReplIsNeeded() throws Exception {
        StubCalls calls = new StubCalls() {
            @Override
            public String budgetJson() {
                return "{\"left\": 1}";
            }
        };
        List<PastCell> past = new ArrayList<>();
        try (TestRepl first = workers.impatient().repl(List.of(), 7)) {
            past.add(record(
                    first,
                    1,
                    "set a 1\nask same\nask same\nask please fail\nbudget now",
                    calls,
                    Map.of(
                            call("same", 1), new Outcome.Reply("echo: same"),
                            call("same", 2), new Outcome.Reply("echo: same"),
                            call("please fail", 1), new Outcome.Failure("the model refused this prompt"))));
            past.add(record(first, 2, "set b 2\nfail now", calls, Map.of()));
            past.add(record(first, 3, "set a lost\nset c lost\nhang now", calls, Map.of()));
        }
        assertThat(past).extracting(PastCell::status).containsExactly(Status.OK, Status.ERROR, Status.KILLED);
        int asked = calls.prompts.get();
        int started = workers.started.size();

        TestRepl resumed = workers.repl(List.of(), 7, past);
        assertThat(workers.started).as("not before it is needed").hasSize(started);
        CellResult shown =
                resumed.repl.run(new Repl.Cell(4, "show a\nshow b\nshow c\nseed now"), TestRepl.LIMIT, 20_000, calls);
        assertThat(shown.output()).as("nothing is told where nothing differs").isEqualTo("1\n2\nnull\n7\n");
        assertThat(calls.prompts).hasValue(asked);
        assertThat(workers.repl(List.of(), 7, past).repl.variables()).hasSize(2);
        assertThat(workers.repl(List.of(), 7, past).repl.value("a").text()).isEqualTo("1");
    }

    @Test
    void whatDiffersAfterARestartIsTold() throws Exception {
        StubCalls calls = new StubCalls();
        List<PastCell> past;
        try (TestRepl first = workers.repl()) {
            past = List.of(record(first, 1, "pid p", calls, Map.of()));
        }
        CellResult shown = workers.repl(List.of(), 0, past).run("print x");
        assertThat(shown.output())
                .startsWith("[The server was restarted before this cell. The other variables are as before")
                .contains("Cell 1 did not do exactly the same or had been stopped, so these may differ: p.")
                .endsWith("]\nx\n");
    }

    @Test
    void cellsThatWereLeftOutOnceAreLeftOutAfterARestart() throws Exception {
        StubCalls calls = new StubCalls();
        List<PastCell> past = new ArrayList<>();
        try (TestRepl first = workers.repl()) {
            past.add(record(first, 1, "set a 1", calls, Map.of()));
            past.add(record(first, 2, "set b 2\ndie-again now", calls, Map.of()));
            past.add(record(first, 3, "die 1", calls, Map.of()));
            past.add(record(first, 4, "set d 4", calls, Map.of()));
        }
        assertThat(past.get(2).trace().leftOut()).containsExactly(2);
        int started = workers.started.size();
        assertThat(workers.repl(List.of(), 0, past).output("show a\nshow b\nshow d"))
                .isEqualTo("1\nnull\n4");
        assertThat(workers.started).hasSize(started + 1);
    }

    @Test
    void aReplThatHadLostEverythingStartsEmptyAfterARestart() throws Exception {
        StubCalls calls = new StubCalls();
        List<PastCell> past = new ArrayList<>();
        try (TestRepl first = workers.repl()) {
            for (int i = 1; i <= 6; i++) {
                past.add(record(first, i, "set a%d 1\ndie-again now".formatted(i), calls, Map.of()));
            }
            past.add(record(first, 7, "die 1", calls, Map.of()));
            past.add(record(first, 8, "set b 1", calls, Map.of()));
        }
        assertThat(past.get(6).status()).isEqualTo(Status.STATE_LOST);
        assertThat(workers.repl(List.of(), 0, past).output("show a1\nshow b")).isEqualTo("null\n1");
    }
}
