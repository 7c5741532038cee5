package dev.rlm.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.rlm.TestClock;
import dev.rlm.engine.ScriptedModel;
import dev.rlm.journal.Journal.Entry;
import dev.rlm.journal.JournalStore.NewTask;
import dev.rlm.journal.JournalStore.Position;
import dev.rlm.journal.TaskEvent.Resumed;
import dev.rlm.journal.TaskEvent.Submitted;
import dev.rlm.model.Message;
import dev.rlm.model.ModelRequest;
import dev.rlm.task.TaskRequest.Limits;
import dev.rlm.task.TaskRequest.Priority;
import dev.rlm.task.TestReplica.Settings;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class DurableTasksTest {

    /** Far beyond what anything here takes, however slow the machine. */
    private static final Duration LONG = Duration.ofMinutes(3);

    @TempDir
    Path folder;

    private String firstCell = "ask a, b";

    private final TestClock clock = new TestClock();
    private final List<TestReplica> replicas = new ArrayList<>();
    private final ScriptedModel root = new ScriptedModel("test:root", (call, request) -> {
        long turn = request.messages().stream()
                .filter(Message.Assistant.class::isInstance)
                .count();
        return ScriptedModel.text(turn == 0 ? "```repl\n" + firstCell + "\n```" : "```repl\nend done\n```");
    });
    private ScriptedModel sub =
            new ScriptedModel("test:sub", (call, request) -> ScriptedModel.text("re " + prompt(request)));

    private TestReplica replica(Settings settings) {
        TestReplica replica =
                new TestReplica(folder.resolve("tasks.db"), "replica-" + replicas.size(), settings, clock, root, sub);
        replicas.add(replica);
        return replica;
    }

    private TestReplica running(Settings settings) {
        TestReplica replica = replica(settings);
        replica.service.start();
        return replica;
    }

    @AfterEach
    void end() {
        replicas.forEach(TestReplica::close);
    }

    private static String prompt(ModelRequest request) {
        return ((Message.User) request.messages().getFirst()).text();
    }

    private static TaskRequest request(String caller, @Nullable String key, Priority priority) {
        return new TaskRequest(
                key,
                priority,
                caller + " asks",
                List.of("ctx_a"),
                null,
                null,
                Limits.DEFAULTS,
                null,
                null,
                null,
                false);
    }

    private static TaskRequest request() {
        return request("ann", null, Priority.NORMAL);
    }

    /** A sub-model that does not answer before it is allowed to. */
    private Semaphore holdSubModel() {
        Semaphore replies = new Semaphore(0);
        sub = new ScriptedModel("test:sub", (call, request) -> {
            replies.acquire();
            return ScriptedModel.text("re " + prompt(request));
        });
        return replies;
    }

    private void awaitSubCalls(int calls) {
        await().atMost(LONG).until(() -> sub.requests.size() >= calls);
    }

    @Test
    void anAnswerOutlivesTheReplicaThatFoundIt() throws Exception {
        TestReplica first = running(Settings.DEFAULTS);
        String id = first.tasks.submit(request()).id();
        assertThat(first.tasks.awaitEnd(id, LONG).orElseThrow().state()).isEqualTo(TaskState.ANSWERED);
        first.close();
        TestReplica second = replica(Settings.DEFAULTS);
        TaskStatus status = second.tasks.status(id).orElseThrow();
        assertThat(status.result()).isNotNull();
        assertThat(status.result().text()).isEqualTo("done");
        assertThat(status.spending().subCalls()).isEqualTo(2);
        assertThat(status.evidence()).isNotNull();
        assertThat(status.evidence().coverage().bySubModels()).isEqualTo(250);
        assertThat(TaskReport.whole(status).at("/coverage/read_by_sub_models").doubleValue())
                .isEqualTo(0.25);
        assertThat(second.tasks.status("task_none")).isEmpty();
        assertThat(second.service.counts().ended()).isEqualTo(1);
    }

    @Test
    void aSchemaIsCheckedAtOnceAndHoldsOnEveryReplica() throws Exception {
        TestReplica first = replica(Settings.DEFAULTS);
        assertThatThrownBy(() -> first.tasks.submit(request().withSchema("{\"type\": \"text\"}")))
                .isInstanceOf(TaskException.class)
                .hasMessageStartingWith("The schema is no JSON Schema. /type: ");
        String schema = "{\"type\":\"string\",\"minLength\":5}";
        String id = first.tasks.submit(request().withSchema(" " + schema)).id();
        first.close();
        TestReplica second = running(Settings.DEFAULTS);
        TaskStatus status = second.tasks.awaitEnd(id, LONG).orElseThrow();
        assertThat(status.request().schema()).isEqualTo(schema);
        assertThat(status.state())
                .as("'done' is too short, whenever it is handed over")
                .isEqualTo(TaskState.FAILED);
        assertThat(status.result().json()).isNull();
        assertThat(status.result().reason())
                .isEqualTo("The limit of 30 turns is reached. There was no value that fits the schema.");
    }

    @Test
    void aTaskThatNobodyRunsWaitsForTheNextReplica() throws Exception {
        String id = replica(Settings.DEFAULTS).tasks.submit(request()).id();
        assertThat(replicas.getFirst().tasks.status(id).orElseThrow().state()).isEqualTo(TaskState.QUEUED);
        TestReplica second = running(Settings.DEFAULTS);
        assertThat(second.tasks.awaitEnd(id, LONG).orElseThrow().state()).isEqualTo(TaskState.ANSWERED);
    }

    @Test
    void theSameKeyOfTheSameCallerIsTheSameTaskForADay() throws Exception {
        TestReplica replica = replica(Settings.DEFAULTS);
        String id =
                replica.of("ann").submit(request("ann", "k", Priority.NORMAL)).id();
        assertThat(replica.of("ann")
                        .submit(request("ann", "k", Priority.NORMAL))
                        .id())
                .isEqualTo(id);
        assertThat(replica.of("bob")
                        .submit(request("bob", "k", Priority.NORMAL))
                        .id())
                .isNotEqualTo(id);
        clock.advance(Duration.ofHours(25));
        assertThat(replica.of("ann")
                        .submit(request("ann", "k", Priority.NORMAL))
                        .id())
                .isNotEqualTo(id);
    }

    @Test
    void aTaskThatWaitsIsCancelledAtOnce() throws Exception {
        TestReplica replica = replica(Settings.DEFAULTS);
        String id = replica.tasks.submit(request()).id();
        assertThat(replica.tasks.cancel(id).orElseThrow().state()).isEqualTo(TaskState.CANCELLED);
        replica.service.start();
        String next = replica.tasks.submit(request()).id();
        replica.tasks.awaitEnd(next, LONG);
        assertThat(replica.tasks.status(id).orElseThrow().state()).isEqualTo(TaskState.CANCELLED);
        assertThat(replica.tasks.cancel(next).orElseThrow().state()).isEqualTo(TaskState.ANSWERED);
    }

    @Test
    void anyReplicaCancelsATaskThatAnotherRuns() throws Exception {
        CountDownLatch abandoned = new CountDownLatch(2);
        sub = new ScriptedModel("test:sub", (call, request) -> {
            try {
                Thread.sleep(LONG);
            } catch (InterruptedException e) {
                abandoned.countDown();
                throw e;
            }
            return ScriptedModel.text("too late");
        });
        TestReplica runner = running(Settings.DEFAULTS);
        String id = runner.tasks.submit(request()).id();
        awaitSubCalls(2);
        TestReplica other = replica(Settings.DEFAULTS);
        assertThat(other.tasks.cancel(id).orElseThrow().state()).isEqualTo(TaskState.CANCELLED);
        assertThat(abandoned.await(LONG.toSeconds(), TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void aReplicaThatIsToldToEndHandsItsTaskOnAndNothingIsAskedTwice() throws Exception {
        Semaphore replies = holdSubModel();
        TestReplica first = running(Settings.DEFAULTS);
        String id = first.tasks.submit(request()).id();
        awaitSubCalls(2);
        replies.release();
        await().atMost(LONG)
                .until(() -> first.tasks.status(id).orElseThrow().spending().subCalls() == 1);
        first.close();
        TestReplica second = running(Settings.DEFAULTS);
        replies.release(10);
        TaskStatus status = second.tasks.awaitEnd(id, LONG).orElseThrow();
        assertThat(status.state()).isEqualTo(TaskState.ANSWERED);
        assertThat(root.requests).hasSize(2);
        // Two at first, and the one of them that had no reply once more.
        assertThat(sub.requests).hasSize(3);
        assertThat(status.spending().subCalls()).isEqualTo(2);
        assertThat(second.tasks.journal(id).orElseThrow().entriesAfter(0))
                .extracting(Entry::event)
                .anyMatch(Resumed.class::isInstance);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void whatARunLosesWhileItIsStoppedDoesNotFailItsTask(boolean cancelled) throws Exception {
        firstCell = "lose a, b";
        Semaphore replies = holdSubModel();
        TestReplica first = running(Settings.DEFAULTS);
        String id = first.tasks.submit(request()).id();
        awaitSubCalls(2);
        if (cancelled) {
            assertThat(first.tasks.cancel(id).orElseThrow().state()).isEqualTo(TaskState.CANCELLED);
            return;
        }
        first.close();
        replies.release(10);
        TestReplica second = running(Settings.DEFAULTS);
        assertThat(second.tasks.awaitEnd(id, LONG).orElseThrow().state()).isEqualTo(TaskState.ANSWERED);
    }

    @Test
    void tasksGoOnWhileTheGraceOfAShutdownLasts() throws Exception {
        Semaphore replies = holdSubModel();
        TestReplica replica = running(new Settings(2, 100, 1_000, Settings.DEFAULTS.quotas(), Duration.ofSeconds(30)));
        String id = replica.tasks.submit(request()).id();
        awaitSubCalls(2);
        Thread closing = Thread.startVirtualThread(replica::close);
        replies.release(2);
        closing.join();
        TestReplica second = replica(Settings.DEFAULTS);
        assertThat(second.tasks.status(id).orElseThrow().state()).isEqualTo(TaskState.ANSWERED);
        assertThatThrownBy(() -> replica.tasks.submit(request()))
                .isInstanceOf(TaskException.class)
                .hasMessageContaining("shutting down");
    }

    @Test
    void aRunnerThatWasFencedOffWritesNothingMore() throws Exception {
        Semaphore replies = holdSubModel();
        TestReplica first = running(Settings.DEFAULTS);
        String id = first.tasks.submit(request()).id();
        awaitSubCalls(2);
        first.store.take(id, "usurper");
        long entries = first.store.entries(id);
        replies.release(2);
        Thread.sleep(500);
        assertThat(first.store.entries(id)).isEqualTo(entries);
        assertThat(first.tasks.status(id).orElseThrow().state()).isEqualTo(TaskState.RUNNING);
    }

    @Test
    void aTaskThatTheQueueHandsOutTwiceGoesOnAndNothingIsAskedTwice() throws Exception {
        Semaphore replies = holdSubModel();
        TestReplica replica = running(Settings.DEFAULTS);
        String id = replica.tasks.submit(request()).id();
        awaitSubCalls(2);
        // As the queue does with what had no heartbeats for long: on a full disk, for example.
        long before = queued("SELECT version FROM task_queue");
        try (Connection database = database();
                Statement statement = database.createStatement()) {
            statement.executeUpdate("UPDATE task_queue SET picked = FALSE, picked_by = NULL, last_heartbeat = NULL,"
                    + " version = version + 1");
        }
        await().atMost(LONG).until(() -> queued("SELECT version FROM task_queue") >= before + 3);
        replies.release(2);
        assertThat(replica.tasks.awaitEnd(id, LONG).orElseThrow().state()).isEqualTo(TaskState.ANSWERED);
        assertThat(sub.requests).hasSize(2);
        await().atMost(LONG).until(() -> queued("SELECT COUNT(*) FROM task_queue") == 0);
    }

    private Connection database() throws SQLException {
        return TestReplica.database(folder.resolve("tasks.db")).getConnection();
    }

    private long queued(String query) throws SQLException {
        try (Connection database = database();
                Statement statement = database.createStatement();
                ResultSet rows = statement.executeQuery(query)) {
            rows.next();
            return rows.getLong(1);
        }
    }

    @Test
    void aCallersManyTasksDoNotKeepAnothersFirstWaiting() throws Exception {
        TestReplica replica = replica(new Settings(1, 100, 1_000, Settings.DEFAULTS.quotas(), Duration.ZERO));
        List<String> ids = new ArrayList<>();
        for (int i = 0; i < 30; i++) {
            ids.add(replica.of("ann")
                    .submit(request("ann", null, Priority.NORMAL))
                    .id());
        }
        ids.add(replica.of("bob").submit(request("bob", null, Priority.NORMAL)).id());
        ids.add(replica.of("eve").submit(request("eve", null, Priority.LOW)).id());
        ids.add(replica.of("dan").submit(request("dan", null, Priority.HIGH)).id());
        replica.service.start();
        for (String id : ids) {
            CallerTasks own = replica.of(replica.store.find(id).orElseThrow().caller());
            assertThat(own.awaitEnd(id, LONG).orElseThrow().state()).isEqualTo(TaskState.ANSWERED);
        }
        List<String> callers = root.requests.stream()
                .map(asked -> prompt(asked).replaceFirst("(?s)Question:\n(\\w+).*", "$1"))
                .toList();
        assertThat(callers.indexOf("dan")).isZero();
        assertThat(callers.indexOf("bob")).isLessThanOrEqualTo(4);
        assertThat(callers.indexOf("eve")).isEqualTo(callers.size() - 2);
    }

    @Test
    void limitsOfRunningTasksHoldOverAllReplicasAndPerCaller() throws Exception {
        Semaphore replies = holdSubModel();
        Settings settings = new Settings(4, 3, 1_000, new Quotas(2, 1_000, null), Duration.ZERO);
        TestReplica first = running(settings);
        TestReplica second = running(settings);
        for (int i = 0; i < 5; i++) {
            first.of("ann").submit(request("ann", null, Priority.NORMAL));
            second.of("bob").submit(request("bob", null, Priority.NORMAL));
        }
        awaitSubCalls(6);
        Thread.sleep(3_000);
        assertThat(first.service.counts().running()).isEqualTo(3);
        assertThat(first.store.counts("ann").running()).isLessThanOrEqualTo(2);
        replies.release(1_000);
        await().atMost(LONG)
                .untilAsserted(() -> assertThat(first.service.counts().ended()).isEqualTo(10));
    }

    @Test
    void aFullQueueAndUsedUpQuotasAreRefusedWithASentence() throws Exception {
        TestReplica replica =
                replica(new Settings(1, 100, 3, new Quotas(1, 2, new BigDecimal("0.001")), Duration.ZERO));
        String id = replica.tasks.submit(request()).id();
        replica.tasks.submit(request());
        assertThatThrownBy(() -> replica.tasks.submit(request())).hasMessageStartingWith("You have 2 tasks waiting");
        replica.of("bob").submit(request("bob", null, Priority.NORMAL));
        assertThatThrownBy(() -> replica.of("eve").submit(request("eve", null, Priority.NORMAL)))
                .hasMessageStartingWith("The queue is full: 3 tasks are waiting.");
        replica.service.start();
        await().atMost(LONG).until(() -> replica.service.counts().ended() == 3);
        assertThat(replica.tasks.status(id).orElseThrow().spending().total().usd())
                .isPositive();
        // Four calls cost 0.0002 USD each.
        while (replica.store
                        .cost("ann", clock.instant().minus(Duration.ofDays(1)))
                        .compareTo(new BigDecimal("0.001"))
                < 0) {
            replica.tasks.awaitEnd(replica.tasks.submit(request()).id(), LONG);
        }
        assertThatThrownBy(() -> replica.tasks.submit(request()))
                .hasMessageContaining("have cost 0.001 USD, which is as much as allowed");
        clock.advance(Duration.ofDays(2));
        replica.tasks.submit(request());
    }

    @Test
    void aTaskThatWasRecordedButNeverQueuedIsFound() throws Exception {
        TestReplica replica = running(Settings.DEFAULTS);
        Submitted submitted = (Submitted) replica.tasks
                .journal(replica.tasks.submit(request()).id())
                .orElseThrow()
                .entriesAfter(0)
                .getFirst()
                .event();
        replica.store.create(new NewTask("task_lost", "ann", null, 0, clock.instant(), submitted), Duration.ofDays(1));
        clock.advance(Duration.ofMinutes(1));
        assertThat(replica.tasks.awaitEnd("task_lost", LONG).orElseThrow().state())
                .isEqualTo(TaskState.ANSWERED);
    }

    @Test
    void tasksThatWereNeverQueuedKeepTheirPriority() throws Exception {
        Semaphore replies = holdSubModel();
        TestReplica replica = running(new Settings(1, 100, 1_000, new Quotas(100, 1_000, null), Duration.ZERO));
        replica.tasks.submit(request());
        awaitSubCalls(1);
        List<Priority> priorities = List.of(Priority.LOW, Priority.HIGH);
        for (int rank = 0; rank < priorities.size(); rank++) {
            Priority priority = priorities.get(rank);
            replica.store.create(
                    new NewTask("task_" + priority, "ann", null, rank, clock.instant(), submitted(priority)),
                    Duration.ofDays(1));
        }
        clock.advance(Duration.ofMinutes(1));
        await().atMost(LONG)
                .until(() -> replica.store.unqueued(clock.instant(), 10).isEmpty());
        // Not which of them begins first: the queue may have been looked at when only one of them was in it.
        assertThat(queued("SELECT priority FROM task_queue WHERE task_instance = 'task_HIGH'"))
                .isEqualTo(TaskQueue.priority(Priority.HIGH, 1));
        assertThat(queued("SELECT priority FROM task_queue WHERE task_instance = 'task_LOW'"))
                .isEqualTo(TaskQueue.priority(Priority.LOW, 0));
        replies.release(100);
        for (Priority priority : priorities) {
            assertThat(replica.tasks
                            .awaitEnd("task_" + priority, LONG)
                            .orElseThrow()
                            .state())
                    .isEqualTo(TaskState.ANSWERED);
        }
    }

    /** What a request of a priority is recorded as, in a store of its own. */
    private Submitted submitted(Priority priority) throws Exception {
        try (TestReplica elsewhere =
                new TestReplica(folder.resolve(priority + ".db"), "elsewhere", Settings.DEFAULTS, clock, root, sub)) {
            String id = elsewhere
                    .tasks
                    .submit(request(priority.name(), null, priority))
                    .id();
            return elsewhere.store.request(id).orElseThrow();
        }
    }

    @Test
    void tasksAreListedPageByPage() throws Exception {
        TestReplica replica = replica(Settings.DEFAULTS);
        List<String> ids = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            clock.advance(Duration.ofSeconds(1));
            ids.addFirst(replica.tasks.submit(request()).id());
        }
        List<String> listed = new ArrayList<>();
        Position after = null;
        for (var page = replica.tasks.page(null, 2); !page.isEmpty(); page = replica.tasks.page(after, 2)) {
            page.forEach(task -> listed.add(task.id()));
            after = page.getLast().position();
            assertThat(replica.tasks.request(listed.getLast())).isPresent();
        }
        assertThat(listed).isEqualTo(ids);
    }

    @Test
    void howARootModelWritesCodeIsSettledByItsProfileWhenTheTaskIsSubmitted() throws Exception {
        ScriptedModel qwen = new ScriptedModel("test:qwen3-coder", (call, request) -> ScriptedModel.text(""));
        try (TestReplica elsewhere =
                new TestReplica(folder.resolve("qwen.db"), "elsewhere", Settings.DEFAULTS, clock, qwen, sub)) {
            String id = elsewhere.tasks.submit(request()).id();
            assertThat(elsewhere.store.request(id).orElseThrow().options().toolCalls())
                    .isFalse();
        }
        assertThat(submitted(Priority.NORMAL).options().toolCalls()).isTrue();
    }
}
