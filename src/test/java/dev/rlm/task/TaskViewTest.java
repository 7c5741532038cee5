package dev.rlm.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rlm.TestClock;
import dev.rlm.engine.ScriptedModel;
import dev.rlm.model.LanguageModel;
import dev.rlm.task.TestReplica.Settings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a person sees who watches tasks. */
final class TaskViewTest {

    private static final Duration LONG = Duration.ofMinutes(3);
    private static final String MISCHIEF = "<b>bold</b>\u001b[31m \u202e";
    private static final String MADE_VISIBLE = "<b>bold</b>␛[31m �";

    @TempDir
    Path folder;

    private final TestClock clock = new TestClock();
    private final ScriptedModel sub = ScriptedModel.saying("yes");
    private final Semaphore mayEnd = new Semaphore(0);

    /** Writes what it has to say, and ends when it may. */
    private final LanguageModel root = new WritingModel(listener -> {
        listener.text(MISCHIEF);
        mayEnd.acquire();
        return ScriptedModel.text(MISCHIEF + "\n```repl\nend " + "x".repeat(30_000) + "\n```");
    });

    @Test
    void aTaskIsSeenWhileItRunsAndReadAfterwardsPartByPart() throws Exception {
        try (TestReplica replica =
                new TestReplica(folder.resolve("tasks.db"), "a", Settings.DEFAULTS, clock, root, sub)) {
            replica.service.start();
            String id = replica.tasks
                    .submit(new TaskRequest(MISCHIEF + "?", List.of("ctx_a"), null, null, TaskRequest.Limits.DEFAULTS)
                            .withRoute("rlm"))
                    .id();
            ObjectNode running = await().atMost(LONG)
                    .until(
                            () -> TaskView.of(replica.tasks, id, 0, 0).orElseThrow(),
                            view -> !view.at("/task/writing").isNull());
            assertThat(running.at("/task/state").asText()).isEqualTo("running");
            assertThat(running.at("/task/question").asText()).isEqualTo(MADE_VISIBLE + "?");
            assertThat(running.at("/task/writing/end").asText()).isEqualTo(MADE_VISIBLE);
            assertThat(running.at("/events/0/type").asText()).isEqualTo("submitted");
            assertThat(running.at("/events/0/question").asText()).isEqualTo(MADE_VISIBLE + "?");

            mayEnd.release();
            assertThat(replica.tasks.awaitEnd(id, LONG).orElseThrow().state()).isEqualTo(TaskState.ANSWERED);
            long seen = running.get("last").asLong();
            ObjectNode rest = TaskView.of(replica.tasks, id, seen, 0).orElseThrow();
            assertThat(rest.at("/events/0/number").asLong()).isEqualTo(seen + 1);
            assertThat(rest.get("last").asLong())
                    .isEqualTo(rest.at("/task/version").asLong());
            assertThat(rest.get("more").asBoolean()).isFalse();
            assertThat(types(rest)).contains("root_replied", "cell_ended").endsWith("finished");
            assertThat(rest.findValuesAsText("text")).anyMatch(text -> text.startsWith(MADE_VISIBLE));
            assertThat(rest.at("/task/writing").isNull()).isTrue();

            assertThat(rest.at("/task/answer").asText()).hasSize(20_000);
            assertThat(rest.get("answer_end").asLong()).isEqualTo(20_000);
            ObjectNode end = TaskView.of(replica.tasks, id, 1_000, 20_000).orElseThrow();
            assertThat(end.at("/task/answer").asText()).hasSize(10_000);
            assertThat(end.get("answer_end").asLong()).isEqualTo(30_000);
            assertThat(end.get("events").size()).isZero();
            assertThat(end.get("last").asLong()).isEqualTo(1_000);

            JsonNode recent = TaskView.recent(replica.tasks).get("tasks");
            assertThat(recent.findValuesAsText("task_id")).containsExactly(id);
            assertThat(recent.findValuesAsText("question")).containsExactly(MADE_VISIBLE + "?");
        }
    }

    @Test
    void anothersTaskIsNotThere() throws Exception {
        try (TestReplica replica =
                new TestReplica(folder.resolve("tasks.db"), "a", Settings.DEFAULTS, clock, root, sub)) {
            String id = replica.tasks
                    .submit(new TaskRequest("Is it?", List.of("ctx_a"), null, null, TaskRequest.Limits.DEFAULTS))
                    .id();
            assertThat(TaskView.of(replica.tasks, id, 0, 0)).isPresent();
            assertThat(TaskView.of(replica.of("eve"), id, 0, 0)).isEmpty();
            assertThat(TaskView.recent(replica.of("eve")).get("tasks").size()).isZero();
            assertThat(TaskView.of(replica.tasks, "task_none", 0, 0)).isEmpty();
        }
    }

    private static List<String> types(ObjectNode view) {
        List<String> types = new ArrayList<>();
        view.get("events").forEach(event -> types.add(event.get("type").asText()));
        return types;
    }
}
