package dev.rlm.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.rlm.sandbox.CellResult.Status;
import dev.rlm.sandbox.ChildContext.Slice;
import dev.rlm.sandbox.ChildContext.Text;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Children of a task's REPL on the server's side; with workers that have no Python. */
class ChildReplTest {
    private static final Duration SOON = Duration.ofSeconds(2);

    private final FakeWorkers workers = new FakeWorkers();
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

    @AfterEach
    void close() {
        threads.shutdownNow();
        workers.close();
    }

    private static TestRepl child(TestRepl parent) throws Exception {
        return new TestRepl(parent.repl.child(new ChildContext.Slices(List.of(new Slice(0, 3))), 7, List.of()));
    }

    private Future<CellResult> start(TestRepl repl, String code) {
        return threads.submit(() -> repl.run(code));
    }

    private static CellResult end(Future<CellResult> running) throws Exception {
        return running.get(60, TimeUnit.SECONDS);
    }

    @Test
    void childrenHaveVariablesAndContextsOfTheirOwn() throws Exception {
        TestRepl root = workers.repl();
        TestRepl child = child(root);
        TestRepl grandchild = child(child);
        TestRepl reader =
                new TestRepl(root.repl.child(new ChildContext.Texts(List.of(new Text("a", "é"))), 1, List.of()));
        root.output("set a of-root");
        child.output("set a of-child");
        assertThat(root.output("show a")).isEqualTo("of-root");
        assertThat(child.output("show a\nseed now")).isEqualTo("of-child\n7");
        assertThat(grandchild.output("show a")).isEqualTo("null");
        assertThat(grandchild.output("context now"))
                .isEqualTo("[Range[start=0, end=3]] of [Range[start=0, end=3]] of []");
        assertThat(reader.output("context now")).isEqualTo("[a]");
        assertThat(child.repl.variables()).extracting(Repl.Variable::preview).containsExactly("of-child");
        assertThat(child.repl.value("a")).isEqualTo(new FinalValue("of-child", "\"of-child\""));
        assertThat(workers.started).hasSize(1);
    }

    @Test
    void cellsOfDifferentReplsOverlapAndEachGetsItsOwnEnd() throws Exception {
        TestRepl root = workers.repl();
        TestRepl one = child(root);
        TestRepl other = child(root);
        Future<CellResult> waiting = start(root, "pause now");
        awaitPaused(one, 0);
        Future<CellResult> waitingToo = start(one, "pause now");
        awaitPaused(other, 1);
        assertThat(waiting.isDone() || waitingToo.isDone()).isFalse();
        other.output("release 1");
        assertThat(end(waitingToo).status()).isEqualTo(Status.OK);
        assertThat(waiting.isDone()).isFalse();
        other.output("release 0");
        assertThat(end(waiting).status()).isEqualTo(Status.OK);
    }

    /** Waits until the cell of a REPL is paused: the fake worker takes one frame after the other. */
    private static void awaitPaused(TestRepl asking, int repl) throws Exception {
        while (!asking.output("paused " + repl).equals("true")) {
            Thread.sleep(5);
        }
    }

    @Test
    void callsReachTheCellThatMakesThem() throws Exception {
        TestRepl root = workers.repl();
        TestRepl child = child(root);
        StubCalls ofRoot = new StubCalls();
        StubCalls ofChild = new StubCalls();
        Future<CellResult> waiting = threads.submit(() -> root.run("pause now", ofRoot));
        awaitPaused(child, 0);
        assertThat(child.run("ask something", ofChild).output()).isEqualTo("echo: something\n");
        assertThat(ofRoot.prompts).hasValue(0);
        assertThat(ofChild.prompts).hasValue(1);
        child.output("release 0");
        assertThat(end(waiting).status()).isEqualTo(Status.OK);
    }

    @Test
    void aChildThatMustBeKilledIsLostAndTheTasksOwnReplIsRebuilt() throws Exception {
        TestRepl root = workers.impatient().repl();
        root.output("set a kept");
        TestRepl child = child(root);
        TestRepl sibling = child(root);
        Future<CellResult> waiting = start(root, "pause now");
        awaitPaused(child, 0);
        CellResult killed = child.run("print seen\nhang now", SOON);
        assertThat(killed.status()).isEqualTo(Status.STATE_LOST);
        assertThat(killed.error())
                .startsWith("The cell was killed at its time limit of 2 s because it could not be interrupted."
                        + " This REPL is gone with its variables")
                .contains("Do not run this cell again as it is");
        CellResult beside = end(waiting);
        assertThat(beside.status()).isEqualTo(Status.KILLED);
        assertThat(beside.error())
                .startsWith(
                        "The cell was ended with the sandbox, in which a cell of another REPL of this task had to be"
                                + " killed. All variables are as before")
                .endsWith("It was not the cause and can be run again.");
        for (TestRepl lost : List.of(child, sibling)) {
            CellResult notRun = lost.run("set b 1");
            assertThat(notRun.status()).isEqualTo(Status.STATE_LOST);
            assertThat(notRun.error())
                    .startsWith(
                            "The sandbox was lost before this cell: a cell in it could not be stopped. The cell was not"
                                    + " run. This REPL is gone");
            lost.close();
        }
        assertThat(root.output("show a")).isEqualTo("kept");
        assertThat(child(root).output("set b 1\nshow b")).isEqualTo("1");
    }

    @Test
    void aCellThatIsStoppedLeavesTheOthers() throws Exception {
        TestRepl root = workers.repl();
        TestRepl child = child(root);
        child.output("set a 1");
        assertThat(child.run("wait now", SOON).status()).isEqualTo(Status.TIMED_OUT);
        assertThat(child.output("show a")).isEqualTo("1");
        assertThat(root.output("set b 2\nshow b")).isEqualTo("2");
        assertThat(workers.started).hasSize(1);
    }

    @Test
    void aValueHandedOverBeforeTheKillCounts() throws Exception {
        TestRepl child = child(workers.impatient().repl());
        CellResult killed = child.run("final 42\nhang now", SOON);
        assertThat(killed.status()).isEqualTo(Status.KILLED);
        assertThat(killed.finalValue()).isEqualTo(new FinalValue("42", "\"42\""));
    }

    @Test
    void closingAChildEndsItsOwnChildrenAndNobodyElse() throws Exception {
        TestRepl root = workers.repl();
        TestRepl child = child(root);
        TestRepl grandchild = child(child);
        TestRepl sibling = child(root);
        child.close();
        child.close();
        for (TestRepl closed : List.of(child, grandchild)) {
            assertThatThrownBy(() -> closed.run("set a 1"))
                    .isInstanceOf(SandboxException.class)
                    .hasMessage("The REPL was closed.");
        }
        assertThatThrownBy(() -> child(child)).isInstanceOf(SandboxException.class);
        assertThat(sibling.output("set a 1\nshow a")).isEqualTo("1");
        assertThat(root.output("set a 1\nshow a")).isEqualTo("1");
        assertThat(workers.started).hasSize(1);
    }

    @Test
    void closingTheTasksReplEndsItsChildren() throws Exception {
        TestRepl root = workers.repl();
        TestRepl child = child(root);
        root.close();
        assertThatThrownBy(() -> child.run("set a 1"))
                .isInstanceOf(SandboxException.class)
                .hasMessage("The sandbox was closed.");
        child.close();
    }

    @Test
    void interruptingTheThreadOfAChildStopsItsCellOnly() throws Exception {
        TestRepl root = workers.repl();
        TestRepl child = child(root);
        child.output("set a 1");
        CompletableFuture<Throwable> thrown = new CompletableFuture<>();
        Thread running = Thread.ofVirtual().start(() -> thrown.complete(catchThrowable(() -> child.run("wait now"))));
        // The same comes of an interrupt before the cell waits.
        Thread.sleep(300);
        running.interrupt();
        assertThat(thrown.get(60, TimeUnit.SECONDS)).isInstanceOf(InterruptedException.class);
        assertThat(child.output("show a")).isEqualTo("1");
        assertThat(workers.started).hasSize(1);
    }

    @Test
    void moreReplsThanAllowedAreRefusedWithASentence() throws Exception {
        TestRepl root = workers.repl();
        TestRepl first = child(root);
        for (int i = 2; i < 64; i++) {
            var _ = child(root);
        }
        assertThatThrownBy(() -> child(root))
                .isInstanceOf(SandboxException.class)
                .hasMessage("There are 64 REPLs open in this task and no more can be: close some of them.");
        first.close();
        assertThat(child(root).output("set a 1\nshow a")).isEqualTo("1");
    }
}
