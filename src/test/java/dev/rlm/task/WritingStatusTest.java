package dev.rlm.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.rlm.TestClock;
import dev.rlm.engine.ScriptedModel;
import dev.rlm.engine.Writing;
import dev.rlm.engine.Writing.Kind;
import dev.rlm.journal.Events;
import dev.rlm.journal.InMemoryJournal;
import dev.rlm.model.LanguageModel;
import dev.rlm.task.TestReplica.Settings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the root model is writing stands in the status as long as it does. */
final class WritingStatusTest {

    private static final Duration LONG = Duration.ofMinutes(3);

    @TempDir
    Path folder;

    private final TestClock clock = new TestClock();
    private final ScriptedModel sub = ScriptedModel.saying("yes");
    private final Semaphore pieces = new Semaphore(0);

    /** Writes one reply, each piece of it when it may. */
    private final LanguageModel root = new WritingModel(listener -> {
        for (String piece : List.of("All is clear.\n", "```repl\nend ", "done\n```")) {
            pieces.acquire();
            listener.text(piece);
        }
        pieces.acquire();
        return ScriptedModel.text("All is clear.\n```repl\nend done\n```");
    });

    private TestReplica replica(String name) {
        return new TestReplica(folder.resolve("tasks.db"), name, Settings.DEFAULTS, clock, root, sub);
    }

    private static TaskStatus awaitWriting(TestReplica replica, String id, Writing writing) {
        return await().atMost(LONG)
                .until(() -> replica.tasks.status(id).orElseThrow(), status -> writing.equals(status.writing()));
    }

    @Test
    void itIsSeenWhereTheTaskRunsAndOnlyThereAndOnlyWhileItIsWritten() throws Exception {
        try (TestReplica running = replica("a");
                TestReplica other = replica("b")) {
            running.service.start();
            String id = running.tasks
                    .submit(new TaskRequest("Is it?", List.of("ctx_a"), null, null, TaskRequest.Limits.DEFAULTS)
                            .withRoute("rlm"))
                    .id();
            assertThat(running.tasks.status(id).orElseThrow().writing()).isNull();

            pieces.release();
            TaskStatus text = awaitWriting(running, id, new Writing(1, Kind.TEXT, 14, "All is clear.\n"));
            assertThat(TaskReport.line(text))
                    .isEqualTo("turn 1 of 30, root model writing text, 14 characters: All is clear.");

            pieces.release();
            TaskStatus code = awaitWriting(running, id, new Writing(1, Kind.CODE, 26, "end "));
            assertThat(code.version()).as("it is no news of the journal").isEqualTo(text.version());
            JsonNode report = TaskReport.of(code, 0).path("writing");
            assertThat(report.toString())
                    .isEqualTo("{\"turn\":1,\"kind\":\"code\",\"characters\":26,\"end\":\"end \"}");
            assertThat(TaskReport.line(code)).isEqualTo("turn 1 of 30, root model writing code, 26 characters: end");
            assertThat(TaskReport.of(code, 0).path("last_output").isNull()).isTrue();
            assertThat(other.tasks.status(id).orElseThrow().writing()).isNull();

            pieces.release(2);
            TaskStatus ended = running.tasks.awaitEnd(id, LONG).orElseThrow();
            assertThat(ended.state()).isEqualTo(TaskState.ANSWERED);
            assertThat(ended.writing()).isNull();
            assertThat(TaskReport.of(ended, 0).path("writing").isNull()).isTrue();
        }
    }

    @Test
    void ofALongReplyTheProgressTellsTheEnd() {
        InMemoryJournal journal = new InMemoryJournal(clock);
        journal.record(Events.SUBMITTED);
        StatusReader reader = new StatusReader("task_a");
        reader.read(journal.entriesAfter(0));
        Writing writing = new Writing(2, Kind.CODE, 1_000, "x = 1\n".repeat(50) + "y = 2");
        assertThat(TaskReport.line(reader.status(writing)))
                .endsWith(", root model writing code, 1000 characters: …"
                        + "x = 1 ".repeat(10).substring(5) + "y = 2");
    }

    @Test
    void aTaskThatHasEndedWritesNothing() {
        InMemoryJournal journal = new InMemoryJournal(clock);
        journal.record(Events.SUBMITTED);
        journal.record(TaskRunner.CANCELLED);
        StatusReader reader = new StatusReader("task_a");
        reader.read(journal.entriesAfter(0));
        assertThat(reader.status(new Writing(1, Kind.TEXT, 1, "x")).writing()).isNull();
    }
}
