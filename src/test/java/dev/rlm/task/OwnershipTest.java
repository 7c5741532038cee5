package dev.rlm.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rlm.TestClock;
import dev.rlm.engine.ScriptedModel;
import dev.rlm.journal.JournalStore.StoredTask;
import dev.rlm.task.TaskRequest.Limits;
import dev.rlm.task.TaskRequest.Priority;
import dev.rlm.task.TestReplica.Settings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What callers see of the tasks of others: nothing. */
final class OwnershipTest {

    private static final Duration LONG = Duration.ofMinutes(1);

    @TempDir
    Path folder;

    private TestReplica replica;
    private CallerTasks ann;
    private CallerTasks bob;

    @BeforeEach
    void start() {
        ScriptedModel root = new ScriptedModel("test:root", (_, _) -> ScriptedModel.text("```repl\nend done\n```"));
        ScriptedModel sub = new ScriptedModel("test:sub", (_, _) -> ScriptedModel.text("unused"));
        replica = new TestReplica(folder.resolve("tasks.db"), "replica", Settings.DEFAULTS, new TestClock(), root, sub);
        ann = replica.of("ann");
        bob = replica.of("bob");
    }

    @AfterEach
    void end() {
        replica.close();
    }

    private static TaskRequest request(String key, String session) {
        return new TaskRequest(
                key,
                Priority.NORMAL,
                "Which?",
                session == null ? List.of("ctx_a") : List.of(),
                null,
                null,
                Limits.DEFAULTS,
                null,
                null,
                session,
                false);
    }

    @Test
    void anothersTaskIsLikeOneThatNeverWas() throws Exception {
        String id = ann.submit(request(null, null)).id();
        // Also once its owner has asked, so that how it stands is known to this server.
        assertThat(ann.status(id)).isPresent();

        assertThat(bob.status(id)).isEqualTo(bob.status("task_none")).isEmpty();
        assertThat(bob.awaitChange(id, 0, LONG)).isEmpty();
        assertThat(bob.awaitEnd(id, LONG)).isEmpty();
        assertThat(bob.journal(id)).isEmpty();
        assertThat(bob.request(id)).isEmpty();
        assertThat(bob.cancel(id)).isEmpty();
        assertThat(ann.status(id).orElseThrow().state()).isEqualTo(TaskState.QUEUED);
        assertThat(ann.cancel(id).orElseThrow().state()).isEqualTo(TaskState.CANCELLED);
    }

    @Test
    void listsAndCountsHaveOnlyTheCallersOwn() throws Exception {
        List<String> anns = List.of(
                ann.submit(request(null, null)).id(),
                ann.submit(request(null, null)).id());
        String bobs = bob.submit(request(null, null)).id();

        assertThat(ann.page(null, 10)).extracting(StoredTask::id).containsExactlyInAnyOrderElementsOf(anns);
        assertThat(bob.page(null, 10)).extracting(StoredTask::id).containsExactly(bobs);
        assertThat(bob.page(ann.page(null, 10).getFirst().position(), 10))
                .extracting(StoredTask::id)
                .isSubsetOf(bobs);
        assertThat(replica.of("eve").page(null, 10)).isEmpty();
        assertThat(ann.counts().waiting()).isEqualTo(2);
        assertThat(bob.counts().waiting()).isEqualTo(1);
        assertThat(replica.of("eve").counts().waiting()).isZero();
        assertThat(replica.service.counts().waiting()).isEqualTo(3);
    }

    @Test
    void theSameKeyOfTwoCallersIsTwoRequests() throws Exception {
        String anns = ann.submit(request("k", null)).id();
        String bobs = bob.submit(request("k", null)).id();

        assertThat(bobs).isNotEqualTo(anns);
        assertThat(ann.submit(request("k", null)).id()).isEqualTo(anns);
        assertThat(bob.submit(request("k", null)).id()).isEqualTo(bobs);
    }

    @Test
    void anothersTaskCannotBeFollowedUp() throws Exception {
        replica.service.start();
        String id = ann.submit(request(null, null)).id();
        assertThat(ann.awaitEnd(id, LONG).orElseThrow().state()).isEqualTo(TaskState.ANSWERED);

        String words = "There is no task with the id '%s' to follow up."
                + " It may have been deleted; ask without `session`, and name the contexts.";
        assertThatThrownBy(() -> bob.submit(request(null, id))).hasMessage(words.formatted(id));
        assertThatThrownBy(() -> bob.submit(request(null, "task_none"))).hasMessage(words.formatted("task_none"));
        String followUp = ann.submit(request(null, id)).id();
        assertThat(ann.awaitEnd(followUp, LONG).orElseThrow().state()).isEqualTo(TaskState.ANSWERED);
    }

    @Test
    void aQuestionIsAboutTheCallersOwnContexts() {
        // Each owner of the test's contexts has one, but for this one.
        assertThatThrownBy(() -> replica.of(TestReplica.OWNS_NOTHING).submit(request(null, null)))
                .isInstanceOf(TaskException.class)
                .hasMessageStartingWith("There is no context with the id 'ctx_a'.");
    }
}
