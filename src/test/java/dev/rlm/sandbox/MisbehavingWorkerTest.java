package dev.rlm.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rlm.sandbox.CellResult.Status;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the server makes of a worker that somebody has broken out into. */
class MisbehavingWorkerTest {
    @TempDir
    Path folder;

    private final FakeWorkers workers = new FakeWorkers();

    @AfterEach
    void close() {
        workers.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "random-bytes",
                "huge-length",
                "unknown-kind",
                "malformed-text",
                "server-request",
                "wrong-answer",
                "wrong-run",
                "unknown-repl",
                "call-of-unknown-repl",
                "closed",
                "long-output",
                "long-output-so-far",
                "long-error",
                "same-call-twice",
                "many-prompts",
                "stray-frames"
            })
    void aWorkerThatSpeaksNonsenseIsKilledAndTheReplRebuilt(String how) throws Exception {
        TestRepl repl = workers.repl();
        repl.output("set a kept");
        CellResult result =
                repl.run("misbehave " + how, TestRepl.LIMIT, 1000, new StubCalls(how.startsWith("same") ? 60_000 : 0));
        assertThat(result.status()).isEqualTo(Status.KILLED);
        assertThat(result.error())
                .startsWith("The cell was killed because it broke the sandbox")
                .contains("All variables are as before");
        assertThat(repl.output("show a")).isEqualTo("kept");
    }

    @ParameterizedTest
    @ValueSource(strings = {"end-of-another", "value-of-another", "closed-another"})
    void aWorkerThatSpeaksForAnotherReplIsKilled(String how) throws Exception {
        TestRepl repl = workers.repl();
        repl.output("set a kept");
        TestRepl child = new TestRepl(repl.repl.child(new ChildContext.Slices(List.of()), 0, List.of()));
        CellResult result = child.run("misbehave " + how);
        assertThat(result.status()).isEqualTo(Status.STATE_LOST);
        assertThat(result.error()).startsWith("The cell was killed because it broke the sandbox");
        assertThat(repl.run("show a").output()).endsWith("kept\n");
    }

    @Test
    void aSecondAnswerEndsTheWorkerAndInTheEndItsCellIsLeftOut() throws Exception {
        TestRepl repl = workers.repl();
        repl.output("set a kept");
        assertThat(repl.run("misbehave second-answer").status()).isEqualTo(Status.OK);
        CellResult shown = repl.run("show a");
        for (int attempt = 0; attempt < 3 && shown.status() != Status.OK; attempt++) {
            assertThat(shown.status()).isEqualTo(Status.KILLED);
            shown = repl.run("show a");
        }
        assertThat(shown.output()).endsWith("kept\n");
    }

    @Test
    void aWorkerThatTakesNoAnswersEndsAtTheTimeLimit() throws Exception {
        TestRepl repl = workers.impatient().repl();
        repl.output("set a kept");
        long start = System.nanoTime();
        CellResult result = repl.run("misbehave unread-answers", Duration.ofSeconds(2));
        assertThat(result.status()).isEqualTo(Status.KILLED);
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofMinutes(2));
        assertThat(repl.output("show a")).isEqualTo("kept");
    }

    @Test
    void aWorkerThatSpeaksNonsenseAtItsStartIsRefused() throws Exception {
        assertThatThrownBy(() -> workers.start("random-bytes"))
                .isInstanceOf(SandboxException.class)
                .hasMessage("The sandbox is gone: it sent what makes no sense and was ended.");
        assertThatThrownBy(() -> workers.start("wrong-answer"))
                .isInstanceOf(SandboxException.class)
                .hasMessageContaining("makes no sense");
    }

    @Test
    void whatSteersTerminalsIsMadeVisibleOnTheServer() throws Exception {
        TestRepl repl = workers.repl();
        CellResult result = repl.run("set a \u001b[2J\u202e\nraw now");
        assertThat(result.output()).isEqualTo("␛]0;title␇\ufffdover\ufffdride\ufffd␡");
        assertThat(repl.repl.variables()).containsExactly(new Repl.Variable("a", "str", 1, "␛[2J\ufffd"));
    }

    @Test
    void aWorkerSeesOnlyItsOwnContextsAndReplies() throws Exception {
        TestRepl one = workers.repl(TestRepl.documents(folder, "one", "1"));
        TestRepl other = workers.repl(TestRepl.documents(folder, "other", "2"));
        StubCalls callsOfOne = new StubCalls();
        StubCalls callsOfOther = new StubCalls();
        assertThat(one.run("context now\nask secret\npid p", callsOfOne).output())
                .startsWith("[one]\necho: secret\n");
        assertThat(other.run("context now\nask public\npid p", callsOfOther).output())
                .startsWith("[other]\necho: public\n");
        assertThat(callsOfOne.prompts).hasValue(1);
        assertThat(callsOfOther.prompts).hasValue(1);
        assertThat(other.run("ask secret").output())
                .as("asked anew, not from another task's record")
                .isEqualTo("echo: secret\n");
        assertThat(one.output("show p")).isNotEqualTo(other.output("show p"));
    }
}
