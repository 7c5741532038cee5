package dev.rlm.task;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.rlm.TestClock;
import dev.rlm.journal.Events;
import dev.rlm.journal.InMemoryJournal;
import dev.rlm.journal.Journal;
import dev.rlm.journal.TaskEvent;
import dev.rlm.journal.TaskEvent.Finished;
import dev.rlm.journal.TaskEvent.Published;
import dev.rlm.journal.TaskEvent.Started;
import dev.rlm.journal.TaskEvent.Value;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What was published stands in every status until there is an answer, and in the result. */
class PublishedStatusTest {

    private final TestClock clock = new TestClock();
    private final Journal journal = new InMemoryJournal(clock);

    private TaskStatus status(TaskEvent... events) {
        for (TaskEvent event : events) {
            journal.record(event);
        }
        StatusReader reader = new StatusReader("task_a");
        reader.read(journal.entriesAfter(0));
        return reader.status();
    }

    private TaskStatus running() {
        return status(
                Events.SUBMITTED,
                new Started(clock.instant(), 7),
                new Published(1, new Value("early", "\"early\""), null),
                new Published(2, new Value("[\n  1\n]", "[1]"), null),
                new Published(3, null, "It does not fit."));
    }

    @Test
    void theLatestThatWasTakenIsInTheReportAndInTheProgress() {
        JsonNode published = TaskReport.of(running(), 0).path("published");
        assertThat(published.path("cell").intValue()).isEqualTo(2);
        assertThat(published.path("answer").textValue()).isEqualTo("[\n  1\n]");
        assertThat(published.path("answer_characters").intValue()).isEqualTo(7);
        assertThat(published.path("value").toString()).isEqualTo("[1]");
        assertThat(published.path("at").textValue()).isEqualTo(clock.instant().toString());
        assertThat(TaskReport.line(running())).endsWith("; published so far: [ 1 ]");
    }

    @Test
    void withoutOneThereIsNothing() {
        TaskStatus status = status(Events.SUBMITTED);
        assertThat(TaskReport.of(status, 0).path("published").isNull()).isTrue();
        assertThat(TaskReport.line(status)).doesNotContain("published");
    }

    @Test
    void aLongOneIsToldInPart() {
        String text = "x".repeat(30_000);
        JsonNode published = TaskReport.of(
                        status(Events.SUBMITTED, new Published(1, new Value(text, "\"" + text + "\""), null)), 0)
                .path("published");
        assertThat(published.path("answer").textValue()).hasSize(TaskReport.ANSWER_PART);
        assertThat(published.path("answer_characters").intValue()).isEqualTo(30_000);
        assertThat(published.path("value").isNull()).isTrue();
    }

    @Test
    void itStaysWithATaskThatIsCancelledAndGivesWayToAnAnswer() {
        running();
        TaskStatus cancelled = status(TaskRunner.CANCELLED);
        assertThat(TaskReport.of(cancelled, 0).path("published").path("cell").intValue())
                .isEqualTo(2);
        journal.record(new Finished("answered", "7", "7", "Handed over by the code in the REPL.", null));
        assertThat(TaskReport.of(status(), 0).path("published").isNull()).isTrue();
    }

    @Test
    void theResultHasIt() throws Exception {
        running();
        TaskStatus ended = status(new Finished("answered", "7", "7", "Handed over by the code in the REPL.", null));
        JsonNode published = new ObjectMapper()
                .readTree(ResultDocument.of(ended, List.of(), "key"))
                .path("published");
        assertThat(published.path("value").toString()).isEqualTo("[1]");
        assertThat(published.path("answer").textValue()).isEqualTo("[\n  1\n]");
    }
}
