package dev.rlm.task;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rlm.TestClock;
import dev.rlm.journal.JournalStore;
import dev.rlm.journal.JournalStore.NewEntry;
import dev.rlm.journal.TaskEvent;
import dev.rlm.journal.TaskEvent.CancelRequested;
import dev.rlm.journal.TaskEvent.Resumed;
import dev.rlm.journal.TaskEvent.Started;
import dev.rlm.journal.TaskEvent.TurnStarted;
import dev.rlm.journal.TestStore;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class RestartPauseTest {

    @TempDir
    Path folder;

    private final TestClock clock = new TestClock();
    private JournalStore store;

    @BeforeEach
    void open() {
        store = TestStore.withTask(folder, clock);
        record(new Started(clock.instant(), 7));
    }

    @AfterEach
    void close() {
        store.close();
    }

    private void record(TaskEvent event) {
        long lease = store.take("t", "a").orElseThrow();
        store.append("t", lease, 1, List.of(new NewEntry(clock.instant(), null, event, List.of())));
    }

    private void resume(int times) {
        for (int i = 0; i < times; i++) {
            record(new Resumed("a"));
        }
    }

    private Duration left() {
        return RestartPause.left(store, "t", clock.instant());
    }

    @Test
    void whoseServersDieNowAndThenGoesOnAtOnce() {
        assertThat(left()).isZero();
        resume(2);
        assertThat(left()).isZero();
        assertThat(RestartPause.left(store, "nobody", clock.instant())).isZero();
    }

    @Test
    void whoComesNoFurtherWaitsLongerEachTime() {
        resume(3);
        assertThat(left()).isEqualTo(Duration.ofSeconds(2));
        resume(1);
        assertThat(left()).isEqualTo(Duration.ofSeconds(4));
        resume(4);
        assertThat(left()).isEqualTo(Duration.ofSeconds(64));
        resume(100);
        assertThat(left()).isEqualTo(Duration.ofMinutes(10));
    }

    @Test
    void theTimeSinceTheLastStartCounts() {
        resume(5);
        clock.advance(Duration.ofSeconds(7));
        assertThat(left()).isEqualTo(Duration.ofSeconds(1));
        clock.advance(Duration.ofSeconds(2));
        assertThat(left()).isNegative();
    }

    @Test
    void whoHasComeFurtherGoesOnAtOnce() {
        resume(8);
        record(new TurnStarted(1, "briefing"));
        resume(1);
        assertThat(left()).isZero();
    }

    @Test
    void whoIsToBeCancelledIsCancelledAtOnce() {
        resume(8);
        record(new CancelRequested());
        assertThat(left()).isZero();
    }
}
