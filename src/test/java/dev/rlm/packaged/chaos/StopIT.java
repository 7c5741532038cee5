package dev.rlm.packaged.chaos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.rlm.journal.Journal;
import dev.rlm.journal.JournalStore;
import dev.rlm.journal.TaskEvent.Resumed;
import dev.rlm.journal.sql.SqliteJournalStore;
import dev.rlm.packaged.PackagedRlm;
import dev.rlm.packaged.PatientClient;
import dev.rlm.packaged.Replica;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.sqlite.SQLiteDataSource;

/**
 * What becomes of a task in the middle of many slow calls when it is cancelled, its server ends in peace, or its servers die
 * again and again.
 */
@Tag("slow")
@EnabledOnOs(OS.LINUX)
final class StopIT {
    private static final int CALLS = 64;
    private static final Duration START = Duration.ofMinutes(5);

    /** Far above the second that is promised, for machines that are busy with other things; the time is printed. */
    private static final Duration STOPPED = Duration.ofSeconds(30);

    @TempDir
    private Path folder;

    private final WorkerCensus workers = WorkerCensus.before();
    private HeldModels models;
    private Replica server;
    private PatientClient client;
    private String task;

    @BeforeEach
    void askManyThings() throws Exception {
        models = new HeldModels(CALLS);
        server = new Replica(
                "server",
                folder,
                Map.of(
                        "OPENAI_BASE_URL", models.baseUrl().toString(),
                        "RLM_MODEL_ROOT", "openai:root",
                        "RLM_MODEL_SUB", "openai:sub",
                        "RLM_ENGINE_TOOL_CALLS", "false",
                        "RLM_ENGINE_SUB_CALLS", "100",
                        "RLM_ENGINE_PARALLEL", String.valueOf(CALLS),
                        "RLM_SANDBOX_WARM_WORKERS", "0",
                        "RLM_TASK_SHUTDOWN_GRACE", "200MS",
                        "RLM_TASK_STORE", folder.resolve("tasks.db").toString(),
                        "RLM_CONTEXT_FOLDER", folder.resolve("contexts").toString()));
        server.set("RLM_TASK_RESULTS_ENABLED", "false");
        server.start();
        client = new PatientClient(List.of(server));
        task = client.ask("held", client.load("held", "a text"), "How many?");
        await().atMost(START).until(() -> models.waiting() == CALLS);
        assertThat(workers.alive()).isNotEmpty();
    }

    @AfterEach
    void end() {
        client.close();
        server.close();
        models.close();
    }

    @Test
    void aTaskThatIsCancelledAbandonsItsCallsAndEndsItsWorkerAtOnce() throws Exception {
        long start = System.nanoTime();
        JsonNode status = client.call("rlm_cancel", Map.of("task_id", task)).path("task");
        Duration cancelled = Duration.ofNanos(System.nanoTime() - start);
        long aborted = millisUntil(start, () -> models.abandoned() == CALLS);
        long gone = millisUntil(start, () -> workers.alive().isEmpty());
        System.out.printf(
                "cancel among %d slow calls: cancelled after %d ms, calls aborted after %d ms, worker gone after %d ms%n",
                CALLS, cancelled.toMillis(), aborted, gone);
        assertThat(status.path("state").asText()).isEqualTo("cancelled");
        assertThat(cancelled).isLessThan(STOPPED);
        assertThat(models.waiting()).isZero();
    }

    private static long millisUntil(long start, BooleanSupplier done) throws InterruptedException {
        while (!done.getAsBoolean()) {
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(STOPPED);
            Thread.sleep(5);
        }
        return Duration.ofNanos(System.nanoTime() - start).toMillis();
    }

    @Test
    void aServerThatIsToldToEndLeavesItsTaskToTheNext() throws Exception {
        server.close();
        await().atMost(STOPPED)
                .until(() -> models.waiting() == 0 && workers.alive().isEmpty());
        assertThat(models.abandoned()).isEqualTo(CALLS);
        models.release();
        server.start();
        awaitRightAnswer();
        assertThat(trajectory()).contains("submitted", "resumed").endsWith("finished");
    }

    @Test
    void aTaskWhoseServersDieAgainAndAgainWaitsLongerEachTimeAndIsAnsweredInTheEnd() throws Exception {
        try (JournalStore store = new SqliteJournalStore(database())) {
            server.kill();
            for (int resumed = 1; resumed <= 5; resumed++) {
                server.start();
                awaitResumptions(store, resumed);
                server.kill();
            }
            models.release();
            server.start();
            awaitRightAnswer();

            List<Instant> times = resumptions(store);
            assertThat(times).hasSize(6);
            List<Duration> gaps = new ArrayList<>();
            for (int i = 1; i < times.size(); i++) {
                gaps.add(Duration.between(times.get(i - 1), times.get(i)));
            }
            System.out.println("servers that die again and again: the task went on after " + gaps);
            assertThat(gaps.get(2)).isGreaterThanOrEqualTo(Duration.ofSeconds(2));
            assertThat(gaps.get(3)).isGreaterThanOrEqualTo(Duration.ofSeconds(4));
            assertThat(gaps.get(4)).isGreaterThanOrEqualTo(Duration.ofSeconds(8));
            assertThat(folder.resolve("server.log")).content().contains(task + " was resumed several times");
        }
    }

    private void awaitRightAnswer() {
        JsonNode status = await().atMost(START)
                .until(
                        () -> client.status(task).orElse(null),
                        it -> it != null && it.path("state").asText().equals("answered"));
        assertThat(status.path("value").asInt()).isEqualTo(CALLS);
    }

    private DataSource database() {
        SQLiteDataSource database = new SQLiteDataSource();
        database.setUrl("jdbc:sqlite:" + folder.resolve("tasks.db"));
        return database;
    }

    private void awaitResumptions(JournalStore store, int count) {
        await().atMost(START)
                .pollInterval(Duration.ofMillis(20))
                .until(() -> resumptions(store).size() == count);
    }

    /** When the task was taken up again. */
    private List<Instant> resumptions(JournalStore store) {
        return store.read(task, 0, JournalStore.MOST).stream()
                .filter(entry -> entry.event() instanceof Resumed)
                .map(Journal.Entry::time)
                .toList();
    }

    /** The types of all that happened, as the command tells them beside the server that runs. */
    private List<String> trajectory() throws Exception {
        PackagedRlm.Finished told = PackagedRlm.run(
                Map.of("RLM_TASK_STORE", folder.resolve("tasks.db").toString()), "", folder, "trajectory", task);
        assertThat(told.exitCode()).as(told.err()).isZero();
        List<String> types = new ArrayList<>();
        for (String line : told.out().lines().toList()) {
            types.add(new ObjectMapper().readTree(line).path("type").asText());
        }
        return types;
    }
}
