package dev.rlm.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.rlm.TestClock;
import dev.rlm.engine.ScriptedModel;
import dev.rlm.model.Message;
import dev.rlm.model.ModelId;
import dev.rlm.model.ModelReply;
import dev.rlm.model.ModelRequest;
import dev.rlm.sandbox.PastCell;
import dev.rlm.task.TaskRequest.Limits;
import dev.rlm.task.TaskRequest.Priority;
import dev.rlm.task.TestReplica.Settings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Questions that follow up others. */
final class SessionTest {

    private static final Duration LONG = Duration.ofMinutes(3);

    @TempDir
    Path folder;

    private final TestClock clock = new TestClock();
    private final List<TestReplica> replicas = new ArrayList<>();
    private final ScriptedModel root = new ScriptedModel("test:root", (call, request) -> {
        String last = last(request);
        if (last.contains("The port is 4711.")) {
            return ScriptedModel.text("4711");
        }
        if (last.contains("Follow-up question:\nHow many?")) {
            return cell("ask four, five");
        }
        return cell(
                last.contains("Question:\n")
                        ? "ask one, two, three"
                        : "end done " + request.messages().size());
    });
    private final Semaphore replies = new Semaphore(0);
    private final ScriptedModel sub = new ScriptedModel("test:sub", (call, request) -> {
        if (last(request).equals("five")) {
            replies.acquire();
        }
        return ScriptedModel.text("re " + last(request));
    });

    private static ModelReply cell(String code) {
        return ScriptedModel.text("```repl\n" + code + "\n```");
    }

    private static String last(ModelRequest request) {
        return ((Message.User) request.messages().getLast()).text();
    }

    private TestReplica running() {
        TestReplica replica =
                new TestReplica(folder.resolve("tasks.db"), "replica", Settings.DEFAULTS, clock, root, sub);
        replicas.add(replica);
        replica.service.start();
        return replica;
    }

    @AfterEach
    void end() {
        replies.release(100);
        replicas.forEach(TestReplica::close);
    }

    private static TaskRequest request(String question) {
        return new TaskRequest(question, List.of("ctx_a"), null, null, Limits.DEFAULTS).withRoute("rlm");
    }

    private static TaskRequest followUp(String question, String task) {
        return new TaskRequest(question, List.of(), null, null, Limits.DEFAULTS).following(task);
    }

    private static TaskStatus ended(TestReplica replica, TaskRequest request) throws Exception {
        return replica.tasks.awaitEnd(replica.tasks.submit(request).id(), LONG).orElseThrow();
    }

    @Test
    void aFollowUpGoesOnWithTheConversationAndTheReplOfItsTask() throws Exception {
        replies.release(100);
        TestReplica replica = running();
        TaskStatus first = ended(replica, request("Which?"));
        TaskStatus second = ended(replica, followUp("And then?", first.id()));
        TaskStatus third = ended(replica, followUp("How many?", second.id()));

        assertThat(List.of(
                        first.result().text(),
                        second.result().text(),
                        third.result().text()))
                .as("each question sees all messages before it")
                .containsExactly("done 3", "done 5", "done 9");
        List<ModelRequest> asked = root.requests;
        List<Message> earlier = asked.get(1).messages();
        assertThat(asked.get(2).messages().subList(0, earlier.size()))
                .as("word for word, so that a provider has them in its cache")
                .isEqualTo(earlier);
        assertThat(last(asked.get(2)))
                .contains("how it ended: answered")
                .contains("<answer>\ndone 3\n</answer>")
                .contains("Follow-up question:\nAnd then?")
                .contains("Turn 1 of 30");
        assertThat(replica.opened).hasSize(3);
        assertThat(replica.opened.stream().map(TestReplica.Opened::seed).distinct())
                .hasSize(1);
        assertThat(replica.opened.get(1).past())
                .extracting(past -> past.source().code().strip())
                .containsExactly("ask one, two, three", "end done 3");
        assertThat(replica.opened.get(1).past().getFirst().replies()).hasSize(3);
        assertThat(third.cell()).as("cells are numbered through the session").isEqualTo(5);
        assertThat(third.turn()).as("turns are a task's own").isEqualTo(2);
        assertThat(third.spending().subCalls()).as("so is what it spends").isEqualTo(2);
        assertThat(third.request().follows()).containsExactly(first.id(), second.id());
        assertThat(third.route().reason()).contains("goes on with the REPL");
        assertThat(TaskReport.whole(third).path("follows")).hasSize(2);
        assertThat(TaskReport.whole(third).path("next").asText()).contains("as `session`");
    }

    @Test
    void aFollowUpThatIsTakenUpAgainHasTheCellsOfItsSessionAndItsOwn() throws Exception {
        TestReplica replica = running();
        TaskStatus first = ended(replica, request("Which?"));
        String id = replica.tasks.submit(followUp("How many?", first.id())).id();
        await().atMost(LONG).until(() -> sub.requests.size() == 5);
        replica.close();
        replies.release(100);
        TestReplica other = running();
        TaskStatus second = other.tasks.awaitEnd(id, LONG).orElseThrow();
        assertThat(second.state()).isEqualTo(TaskState.ANSWERED);
        assertThat(sub.requests).extracting(SessionTest::last).containsOnlyOnce("four");
        assertThat(other.opened.getLast().past().stream().map(PastCell::source).map(source -> source.number()))
                .startsWith(1, 2);
        assertThat(second.cell()).isEqualTo(4);
    }

    @Test
    void aFollowUpOfADirectAnswerKnowsItAndMayBeAnsweredDirectly() throws Exception {
        replies.release(100);
        TestReplica replica = running();
        TaskRequest direct = new TaskRequest("What is the port?", List.of("ctx_a"), null, null, Limits.DEFAULTS);
        TaskStatus first = ended(replica, direct);
        assertThat(first.route().route()).isEqualTo("direct");
        TaskStatus second = ended(replica, followUp("What is it, then?", first.id()));
        assertThat(second.route().route()).isEqualTo("direct");
        assertThat(last(root.requests.getLast()))
                .contains("An earlier question:\nWhat is the port?\n")
                .contains("<answer>\n4711\n</answer>")
                .contains("The question now:\nWhat is it, then?");
        TaskStatus third = ended(replica, followUp("How many?", first.id()).withRoute("rlm"));
        assertThat(third.result().text()).isEqualTo("done 3");
        assertThat(last(root.requests.get(2))).contains("<answer>\n4711\n</answer>");
    }

    @Test
    void whatCannotBeFollowedUpIsRefusedWithWhatToDo() throws Exception {
        TestReplica replica = running();
        assertThatThrownBy(() -> replica.tasks.submit(followUp("And?", "task_none")))
                .isInstanceOf(TaskException.class)
                .hasMessageStartingWith("There is no task with the id 'task_none' to follow up.");
        TaskStatus first = ended(replica, request("Which?"));
        assertThatThrownBy(() -> replica.of("somebody else")
                        .submit(new TaskRequest(
                                null,
                                Priority.NORMAL,
                                "And?",
                                List.of(),
                                null,
                                null,
                                Limits.DEFAULTS,
                                null,
                                null,
                                first.id(),
                                false)))
                .as("a caller does not learn of the tasks of others")
                .hasMessageStartingWith("There is no task with the id");
        assertThatThrownBy(() -> replica.tasks.submit(
                        new TaskRequest("And?", List.of("ctx_b"), null, null, Limits.DEFAULTS).following(first.id())))
                .hasMessageStartingWith("A follow-up is about the contexts of task");
        assertThatThrownBy(() -> replica.tasks.submit(
                        new TaskRequest("And?", List.of(), ModelId.parse("test:sub"), null, Limits.DEFAULTS)
                                .following(first.id())))
                .hasMessageContaining("goes on with the root model of task");
        String running = replica.tasks.submit(followUp("How many?", first.id())).id();
        assertThatThrownBy(() -> replica.tasks.submit(followUp("And?", running)))
                .hasMessageContaining("has not ended yet");
    }

    @Test
    void aTaskStaysAsLongAsAnOpenOneFollowsItUp() throws Exception {
        TestReplica replica = running();
        TaskStatus first = ended(replica, request("Which?"));
        TaskStatus other = ended(replica, request("Which other?"));
        String id = replica.tasks.submit(followUp("How many?", first.id())).id();
        assertThat(replica.service.deleteEnded(null, 0L)).isEqualTo(1);
        assertThat(replica.tasks.status(first.id())).isPresent();
        assertThat(replica.tasks.status(other.id())).isEmpty();
        clock.advance(Duration.ofSeconds(1));
        replies.release(100);
        TaskStatus second = replica.tasks.awaitEnd(id, LONG).orElseThrow();
        assertThat(second.state()).isEqualTo(TaskState.ANSWERED);
        assertThat(replica.service.deleteEnded(null, 1L)).isEqualTo(1);
        assertThatThrownBy(() -> replica.tasks.submit(followUp("And?", second.id())))
                .hasMessageContaining(first.id() + ", which the session goes on with, has been deleted");
    }
}
