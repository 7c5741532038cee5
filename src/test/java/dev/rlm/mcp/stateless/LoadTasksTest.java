package dev.rlm.mcp.stateless;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rlm.TestClock;
import dev.rlm.access.Caller;
import dev.rlm.access.Scope;
import dev.rlm.context.Lease;
import dev.rlm.context.LoadRecords.LoadRecord;
import dev.rlm.context.LocalContextStore;
import dev.rlm.mcp.RlmTool;
import dev.rlm.mcp.TestTools;
import dev.rlm.mcp.Tools;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
final class LoadTasksTest {

    private static final Duration LONG = Duration.ofMinutes(1);

    @TempDir
    Path folder;

    private LocalContextStore store;

    @BeforeEach
    void open() throws Exception {
        store = LocalContextStore.open(folder, Clock.systemUTC());
    }

    @AfterEach
    void close() {
        // Interrupts what goes on, and waits for that.
        servers.forEach(server -> server.tasks.end(null));
        store.close();
    }

    private final List<Server> servers = new ArrayList<>();
    private final TestClock clock = new TestClock();

    /** A server whose loads end when they are let, or interrupted. */
    private class Server implements LoadTasks.Loading {

        final List<String> begun = new CopyOnWriteArrayList<>();
        final List<String> interrupted = new CopyOnWriteArrayList<>();
        final CountDownLatch mayEnd = new CountDownLatch(1);
        final LoadTasks tasks;

        Server(Duration patience) {
            tasks = new LoadTasks(this, () -> store.loadRecords(), patience, clock);
            servers.add(this);
        }

        @Override
        public Tools.Result begin(ObjectNode arguments, RlmTool.Caller caller) {
            return load("begun", arguments);
        }

        @Override
        public Tools.Result resume(ObjectNode arguments, RlmTool.Caller caller) {
            return load("resumed", arguments);
        }

        private Tools.Result load(String how, ObjectNode arguments) {
            begun.add(how + " " + arguments);
            try {
                mayEnd.await();
            } catch (InterruptedException _) {
                interrupted.add(how);
                Thread.currentThread().interrupt();
                return new Tools.Result("interrupted", null);
            }
            return new Tools.Result(
                    "done", JsonNodeFactory.instance.objectNode().put("loaded", true));
        }

        ObjectNode begin() throws ProtocolError {
            return tasks.begin(arguments(), call(Caller.LOCAL));
        }

        JsonNode get(String id) throws ProtocolError {
            return tasks.find(id, call(Caller.LOCAL)).detailed();
        }

        JsonNode awaited(String id, String status) {
            await().atMost(LONG).until(() -> get(id).path("status").asText().equals(status));
            try {
                return get(id);
            } catch (ProtocolError e) {
                throw new AssertionError(e);
            }
        }
    }

    private static ObjectNode arguments() {
        ObjectNode arguments = JsonNodeFactory.instance.objectNode();
        arguments.putArray("urls").add("s3://logs/2026/");
        return arguments;
    }

    private static Call call(Caller who) {
        ObjectNode none = JsonNodeFactory.instance.objectNode();
        return new Call(new Request(IntNode.valueOf(1), "tools/call", none, none), who, new SilentExchange());
    }

    @Test
    void whatTheCallCarriesItselfMakesNoTask() {
        LoadTasks tasks = new Server(Duration.ZERO).tasks;
        assertThat(tasks.isFor("rlm_load_context", arguments())).isTrue();
        assertThat(tasks.isFor("rlm_load_context", arguments().put("text", "a")))
                .isTrue();
        assertThat(tasks.isFor("rlm_load_context", arguments().put("text", "a".repeat(1_000_001))))
                .isFalse();
        assertThat(tasks.isFor(
                        "rlm_load_context",
                        JsonNodeFactory.instance.objectNode().put("text", "a")))
                .isFalse();
        assertThat(tasks.isFor("rlm_ask", arguments())).isFalse();
    }

    @Test
    void aLoadThatIsDoneSoonIsAnsweredAtOnce() throws Exception {
        Server server = new Server(LONG);
        server.mayEnd.countDown();
        ObjectNode answer = server.begin();
        assertThat(answer.path("resultType").asText()).isEqualTo("complete");
        assertThat(answer.at("/structuredContent/loaded").asBoolean()).isTrue();
    }

    @Test
    void aLoadThatTakesLongIsATaskWithTheResultOfTheToolInTheEnd() throws Exception {
        Server server = new Server(Duration.ZERO);
        ObjectNode task = server.begin();
        assertThat(task.path("resultType").asText()).isEqualTo("task");
        String id = task.path("taskId").asText();
        assertThat(server.tasks.isId(id)).isTrue();
        assertThat(server.get(id).path("status").asText()).isEqualTo("working");
        server.mayEnd.countDown();
        JsonNode ended = server.awaited(id, "completed");
        assertThat(ended.at("/result/structuredContent/loaded").asBoolean()).isTrue();
        assertThat(ended.at("/result/resultType").asText()).isEqualTo("complete");
        assertThat(server.begun).hasSize(1);
    }

    @Test
    void afterAnOrderlyStopAnotherServerGoesOnUnderTheSameKeyAtOnce() throws Exception {
        Server first = new Server(Duration.ZERO);
        String id = first.begin().path("taskId").asText();
        Server second = new Server(Duration.ZERO);
        assertThat(second.get(id).path("status").asText()).isEqualTo("working");
        assertThat(second.begun).isEmpty();
        first.tasks.end(null);
        assertThat(first.interrupted).containsExactly("begun");

        second.mayEnd.countDown();
        assertThat(second.awaited(id, "completed")
                        .at("/result/structuredContent/loaded")
                        .asBoolean())
                .isTrue();
        assertThat(second.begun).containsExactly(first.begun.getFirst().replace("begun", "resumed"));
        assertThat(second.begun.getFirst()).contains("\"key\":\"" + id + "\"");
    }

    @Test
    void whatAKilledServerDidIsDoneByAnotherWhenTheLeaseHasPassed() throws Exception {
        String id = "load_" + "0a".repeat(16);
        store.loadRecords().renew(LoadRecord.begun(id, Caller.LOCAL.name(), arguments(), clock.instant()));
        Server server = new Server(Duration.ZERO);
        server.mayEnd.countDown();
        assertThat(server.get(id).path("status").asText()).isEqualTo("working");
        assertThat(server.begun).isEmpty();
        clock.advance(Lease.TIME);
        server.awaited(id, "completed");
        assertThat(server.begun).hasSize(1);
    }

    @Test
    void whoMayNotLoadNeitherGoesOnNorCancels() throws Exception {
        String id = "load_" + "0a".repeat(16);
        store.loadRecords().renew(LoadRecord.begun(id, Caller.LOCAL.name(), arguments(), Instant.EPOCH));
        Server server = new Server(Duration.ZERO);
        Call asks = call(new Caller(Caller.LOCAL.name(), Set.of(Scope.ASK)));
        assertThat(server.tasks.find(id, asks).ended()).isFalse();
        assertThat(catchThrowableOfType(ProtocolError.class, () -> server.tasks.cancel(id, asks))
                        .json()
                        .path("message")
                        .asText())
                .contains("rlm:load");
        assertThat(server.begun).isEmpty();
        assertThat(server.get(id).path("status").asText()).isEqualTo("working");
    }

    @Test
    void oneCallerCannotTakeAllTheRoom() throws Exception {
        Server server = new Server(Duration.ZERO);
        for (int i = 0; i < 16; i++) {
            assertThat(server.begin().path("resultType").asText()).isEqualTo("task");
        }
        Thread further = Thread.ofVirtual().start(() -> {
            try {
                server.begin();
            } catch (ProtocolError e) {
                throw new AssertionError(e);
            }
        });
        await().atMost(LONG).until(() -> server.begun.size() == 17);
        assertThat(further.join(Duration.ofMillis(100))).as("waits for its end").isFalse();
        Call other = call(new Caller("somebody else", Set.of(Scope.values())));
        assertThat(server.tasks.begin(arguments(), other).path("resultType").asText())
                .isEqualTo("task");
        server.mayEnd.countDown();
        assertThat(further.join(LONG)).isTrue();
    }

    @Test
    void anErrorOfTheProgramIsARefusalAndNothingToRepeat() throws Exception {
        Server server = new Server(Duration.ZERO) {
            @Override
            public Tools.Result begin(ObjectNode arguments, RlmTool.Caller caller) {
                var _ = super.begin(arguments, caller);
                throw new StackOverflowError();
            }
        };
        String id = server.begin().path("taskId").asText();
        server.mayEnd.countDown();
        JsonNode ended = server.awaited(id, "completed");
        assertThat(ended.at("/result/isError").asBoolean()).isTrue();
        assertThat(ended.path("statusMessage").asText()).isEqualTo("The load was refused.");
    }

    @Test
    void aKeyOfTheClientIsKept() throws Exception {
        Server server = new Server(Duration.ZERO);
        server.tasks.begin(arguments().put("key", "mine"), call(Caller.LOCAL));
        assertThat(server.begun).singleElement().asString().contains("\"key\":\"mine\"");
    }

    @Test
    void cancellingStopsItAlsoByWayOfAnotherServer() throws Exception {
        Server first = new Server(Duration.ZERO);
        String id = first.begin().path("taskId").asText();
        Server second = new Server(Duration.ZERO);
        second.tasks.cancel(id, call(Caller.LOCAL));
        await().atMost(LONG).until(() -> first.interrupted.contains("begun"));
        assertThat(first.get(id).path("status").asText()).isEqualTo("cancelled");
        assertThat(first.get(id).has("result")).isFalse();
        second.tasks.cancel(id, call(Caller.LOCAL));
        assertThat(second.begun).isEmpty();
        assertThat(store.loadRecords().find(id).orElseThrow().request()).isNull();
    }

    @Test
    void theTaskOfAnotherCallerIsNotThere() throws Exception {
        Server server = new Server(Duration.ZERO);
        String id = server.begin().path("taskId").asText();
        Call other = call(new Caller("somebody else", Set.of(Scope.values())));
        ProtocolError error = catchThrowableOfType(ProtocolError.class, () -> server.tasks.find(id, other));
        assertThat(error.json().path("code").asInt()).isEqualTo(-32602);
        assertThat(error.json().path("message").asText()).startsWith("Task not found: ");
        assertThat(server.tasks.isKnown(id, other)).isFalse();
        assertThat(server.tasks.isKnown(id, call(Caller.LOCAL))).isTrue();
        assertThat(catchThrowableOfType(ProtocolError.class, () -> server.tasks.cancel(id, other)))
                .isNotNull();
        assertThat(server.interrupted).isEmpty();
        server.mayEnd.countDown();
    }

    @Test
    void idsOfLoadsAndOfQuestionsAreToldApart() {
        LoadTasks loads = new Server(Duration.ZERO).tasks;
        QuestionTasks questions = new QuestionTasks(TestTools.over(null), () -> null, null, Clock.systemUTC());
        TaskHandles handles = new TaskHandles(loads, questions);
        assertThat(handles.of("load_" + "0a".repeat(16))).isSameAs(loads);
        assertThat(handles.of("load_../../secret")).isSameAs(questions);
        assertThat(handles.of("task_" + "a".repeat(26))).isSameAs(questions);
    }
}
