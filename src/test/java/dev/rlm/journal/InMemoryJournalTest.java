package dev.rlm.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rlm.TestClock;
import dev.rlm.journal.TaskEvent.CallCost;
import dev.rlm.journal.TaskEvent.CellStarted;
import dev.rlm.journal.TaskEvent.RootReplied;
import dev.rlm.journal.TaskEvent.Started;
import dev.rlm.journal.TaskEvent.SubCallEnded;
import dev.rlm.journal.TaskEvent.TurnStarted;
import java.io.IOException;
import java.io.StringWriter;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

final class InMemoryJournalTest {

    private static final Started STARTED = new Started(Instant.EPOCH, 1);

    private final Journal journal = new InMemoryJournal(new TestClock());

    @Test
    void aRecordedStepIsNotDoneAgain() throws Exception {
        AtomicInteger done = new AtomicInteger();
        for (int i = 0; i < 3; i++) {
            TurnStarted event = journal.<TurnStarted, RuntimeException>step(
                    "root/1", TurnStarted.class, () -> new TurnStarted(done.incrementAndGet(), ""));
            assertThat(event.turn()).isEqualTo(1);
        }
        assertThat(done).hasValue(1);
        assertThat(journal.entriesAfter(0)).hasSize(1);
    }

    @Test
    void aStepThatFailsIsNotRecorded() throws Exception {
        assertThatThrownBy(() -> journal.<Started, IOException>step("x", Started.class, () -> {
                    throw new IOException("no");
                }))
                .isInstanceOf(IOException.class);
        assertThat(journal.entriesAfter(0)).isEmpty();
        journal.<Started, IOException>step("x", Started.class, () -> STARTED);
        assertThat(journal.entriesAfter(0)).hasSize(1);
    }

    @Test
    void aStepThatIsRecordedAsSomethingElseIsAnError() throws Exception {
        journal.<Started, RuntimeException>step("x", Started.class, () -> STARTED);
        assertThatThrownBy(() -> journal.<TurnStarted, RuntimeException>step(
                        "x", TurnStarted.class, () -> new TurnStarted(1, "")))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("x is recorded as Started");
    }

    @Test
    void whoWaitsIsWokenByTheNextEntry() throws Exception {
        journal.record(STARTED);
        assertThat(journal.awaitEntryAfter(0, Duration.ZERO)).isTrue();
        assertThat(journal.awaitEntryAfter(1, Duration.ofMillis(1))).isFalse();
        Thread.startVirtualThread(() -> journal.record(new TurnStarted(1, "")));
        assertThat(journal.awaitEntryAfter(1, Duration.ofSeconds(30))).isTrue();
        assertThat(journal.entriesAfter(1)).singleElement().satisfies(entry -> {
            assertThat(entry.number()).isEqualTo(2);
            assertThat(entry.event()).isEqualTo(new TurnStarted(1, ""));
        });
    }

    @Test
    void theTrajectoryHasALineForEachEntry() throws Exception {
        CallCost cost = new CallCost("openai:m", 10, 2, 0, null, Duration.ofMillis(1500), null);
        journal.record(new RootReplied(1, "hi\nthere", List.of(), false, cost));
        journal.record(new CellStarted(1, 1, "print('ä')"));
        journal.record(new SubCallEnded(1, "p", 1, "00", null, "refused", null));
        StringWriter text = new StringWriter();
        Trajectory.write(journal.entriesAfter(0), text);
        assertThat(text.toString().lines())
                .containsExactly(
                        "{\"number\":1,\"time\":\"2026-01-01T00:00:00Z\",\"type\":\"root_replied\",\"turn\":1,\"text\":\"hi\\nthere\","
                                + "\"tool_calls\":[],\"cut\":false,\"cost\":{\"model\":\"openai:m\",\"input_tokens\":10,"
                                + "\"output_tokens\":2,\"cached_tokens\":0,\"usd\":null,\"latency\":1.5,"
                                + "\"saved_usd\":null}}",
                        "{\"number\":2,\"time\":\"2026-01-01T00:00:00Z\",\"type\":\"cell_started\",\"turn\":1,\"cell\":1,"
                                + "\"code\":\"print('ä')\"}",
                        "{\"number\":3,\"time\":\"2026-01-01T00:00:00Z\",\"type\":\"sub_call_ended\",\"cell\":1,"
                                + "\"prompt_start\":\"p\",\"prompt_characters\":1,\"prompt_sha256\":\"00\",\"reply\":null,"
                                + "\"failure\":\"refused\",\"cost\":null,\"images\":[]}");
    }
}
