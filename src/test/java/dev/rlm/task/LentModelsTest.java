package dev.rlm.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.rlm.TestClock;
import dev.rlm.engine.ScriptedModel;
import dev.rlm.model.ClientModels;
import dev.rlm.model.LanguageModel;
import dev.rlm.model.ModelException;
import dev.rlm.model.ModelId;
import dev.rlm.model.ModelReply;
import dev.rlm.model.ModelReply.StopReason;
import dev.rlm.model.Usage;
import dev.rlm.task.TaskRequest.Limits;
import dev.rlm.task.TestReplica.Settings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Questions whose models come with them. */
final class LentModelsTest {

    private static final Duration LONG = Duration.ofSeconds(30);

    @TempDir
    private Path folder;

    private final TestClock clock = new TestClock();
    private final List<TestReplica> replicas = new ArrayList<>();

    /** What a client lends, and what it was asked for. */
    private record Lent(ScriptedModel model, List<ModelId> asked) implements ClientModels {

        Lent(ScriptedModel.Speech speech) {
            this(new ScriptedModel("client", speech), new ArrayList<>());
        }

        @Override
        public LanguageModel model(ModelId id) {
            asked.add(id);
            return model;
        }

        @Override
        public int callsInFlight() {
            return 3;
        }

        @Override
        public Duration callTime() {
            return Duration.ofMinutes(20);
        }
    }

    private static Lent willing() {
        return new Lent((_, _) -> new ModelReply(
                "```repl\nend done\n```", List.of(), new Usage(100, 10, 0, 0), StopReason.COMPLETE, "its-own-model"));
    }

    /** A server whose own model called `client` must never be asked. */
    private TestReplica replica() {
        ScriptedModel none = new ScriptedModel("client", (_, _) -> {
            throw new ModelException(ModelException.Kind.REFUSED, "The server's own model was asked.");
        });
        TestReplica replica = new TestReplica(
                folder.resolve("tasks.db"),
                "replica-" + replicas.size(),
                Settings.DEFAULTS,
                clock,
                none,
                new ScriptedModel("test:sub", (_, _) -> ScriptedModel.text("re")));
        replicas.add(replica);
        return replica;
    }

    @AfterEach
    void end() {
        replicas.forEach(TestReplica::close);
    }

    private static TaskRequest request(String rootModel) {
        return new TaskRequest("What?", List.of("ctx_a"), ModelId.parse(rootModel), null, Limits.DEFAULTS)
                .withRoute("rlm");
    }

    @Test
    void theClientsModelAnswersItsQuestion() throws Exception {
        TestReplica replica = replica();
        replica.service.start();
        Lent lent = willing();
        String id = replica.tasks.submit(request("client"), lent).id();
        TaskStatus ended = replica.tasks.awaitEnd(id, LONG).orElseThrow();
        assertThat(ended.result()).isNotNull();
        assertThat(ended.result().text()).isEqualTo("done");
        assertThat(lent.asked()).containsOnly(ModelId.parse("client"));
        assertThat(lent.model().requests).hasSize(1);
        assertThat(ended.request().options().parallel()).isEqualTo(3);
        assertThat(ended.request().options().callTime()).isEqualTo(Duration.ofMinutes(20));
        assertThat(ended.request().options().retryStragglers()).isFalse();
        assertThat(replica.tasks.journal(id).orElseThrow().entriesAfter(0).toString())
                .as("who answered is on record")
                .contains("client:its-own-model");
    }

    @Test
    void withoutAClientThatLendsThereIsNoTask() {
        TestReplica replica = replica();
        assertThatThrownBy(() -> replica.tasks.submit(request("client")))
                .isInstanceOf(TaskException.class)
                .hasMessage(ClientModels.NOT_LENT);
        assertThat(replica.service.counts().waiting()).isZero();
    }

    @Test
    void anotherServerLeavesTheTaskToTheOneThatItsClientHasAsked() throws Exception {
        TestReplica asked = replica();
        String id = asked.tasks.submit(request("client"), willing()).id();
        TestReplica other = replica();
        other.service.start();
        String ordinary = other.tasks.submit(request("test:sub")).id();
        other.tasks.awaitEnd(ordinary, LONG);
        assertThat(other.tasks.status(id).orElseThrow().state()).isEqualTo(TaskState.QUEUED);
        asked.service.start();
        await().atMost(LONG).until(() -> other.tasks.status(id).orElseThrow().state() == TaskState.ANSWERED);
    }

    @Test
    void aTaskThatItsServerNeverCameToEndsWhenItsTimeIsOver() throws Exception {
        String id = replica().tasks.submit(request("client"), willing()).id();
        clock.advance(Duration.ofMinutes(10));
        TestReplica other = replica();
        other.service.start();
        check(other.tasks.awaitEnd(id, LONG).orElseThrow());
    }

    @Test
    void aTaskThatLosesItsServerEndsWithWhatToDo() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        Lent slow = new Lent((_, _) -> {
            begun.countDown();
            Thread.sleep(LONG);
            return ScriptedModel.text("too late");
        });
        TestReplica first = replica();
        first.service.start();
        String id = first.tasks.submit(request("client"), slow).id();
        begun.await();
        first.close();
        TestReplica second = replica();
        second.service.start();
        check(second.tasks.awaitEnd(id, LONG).orElseThrow());
        // The follow-up that the sentence speaks of.
        TaskRequest again = new TaskRequest("Once more.", List.of(), null, null, Limits.DEFAULTS)
                .withRoute("rlm")
                .following(id);
        assertThatThrownBy(() -> second.tasks.submit(again)).hasMessage(ClientModels.NOT_LENT);
        String next = second.tasks.submit(again, willing()).id();
        assertThat(second.tasks.awaitEnd(next, LONG).orElseThrow().state()).isEqualTo(TaskState.ANSWERED);
    }

    private static void check(TaskStatus ended) {
        assertThat(ended.state()).isEqualTo(TaskState.FAILED);
        assertThat(ended.result()).isNotNull();
        assertThat(ended.result().reason())
                .startsWith("The model of this task was lent by the client that asked")
                .contains("ask again with `session`");
    }

    @Test
    void aCancelledQuestionAsksItsClientNoMore() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch interrupted = new CountDownLatch(1);
        Lent slow = new Lent((_, _) -> {
            begun.countDown();
            try {
                Thread.sleep(LONG);
            } catch (InterruptedException e) {
                interrupted.countDown();
                throw e;
            }
            return ScriptedModel.text("too late");
        });
        TestReplica replica = replica();
        replica.service.start();
        String id = replica.tasks.submit(request("client"), slow).id();
        begun.await();
        assertThat(replica.tasks.cancel(id).orElseThrow().state()).isEqualTo(TaskState.CANCELLED);
        await().atMost(LONG).until(() -> interrupted.getCount() == 0);
    }
}
