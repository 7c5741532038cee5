package dev.rlm.task;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.kagkarlsson.scheduler.event.SchedulerListener.SchedulerEventType;
import dev.rlm.TestClock;
import java.time.Duration;
import org.junit.jupiter.api.Test;

final class DeathWatchTest {
    private static final Duration SECOND = Duration.ofSeconds(1);

    private final TestClock clock = new TestClock();
    private final DeathWatch watch = new DeathWatch(clock, SECOND.multipliedBy(12), SECOND.multipliedBy(6));

    private void watchFor(int seconds) {
        for (int i = 0; i < seconds; i++) {
            watch.onSchedulerEvent(SchedulerEventType.RAN_EXECUTE_DUE);
            clock.advance(SECOND);
        }
    }

    @Test
    void whoHasJustComeCallsNobodyDead() {
        assertThat(watch.isLongEnough()).isFalse();
        watchFor(11);
        assertThat(watch.isLongEnough()).isFalse();
    }

    @Test
    void whoHasWatchedForLongEnoughMayCallOthersDead() {
        watchFor(12);
        assertThat(watch.isLongEnough()).isTrue();
    }

    @Test
    void whoDidNotReachTheDatabaseMustWatchAnew() {
        watchFor(100);
        clock.advance(SECOND.multipliedBy(6));
        assertThat(watch.isLongEnough()).isFalse();
        watchFor(12);
        assertThat(watch.isLongEnough()).isTrue();
    }

    @Test
    void failedHeartbeatsAreNoSightOfTheDatabase() {
        watchFor(100);
        for (int i = 0; i < 10; i++) {
            watch.onSchedulerEvent(SchedulerEventType.RAN_UPDATE_HEARTBEATS);
            clock.advance(SECOND);
        }
        assertThat(watch.isLongEnough()).isFalse();
    }

    @Test
    void whoCanReadTheDatabaseAndNotWriteMustWatchAnew() {
        watchFor(100);
        watch.onSchedulerEvent(SchedulerEventType.UNEXPECTED_ERROR);
        watchFor(11);
        assertThat(watch.isLongEnough()).isFalse();
        watchFor(1);
        assertThat(watch.isLongEnough()).isTrue();
    }

    @Test
    void aClockThatIsSetBackLetsTheWatchBeginAnew() {
        watchFor(100);
        clock.advance(SECOND.multipliedBy(-50));
        assertThat(watch.isLongEnough()).isFalse();
        watchFor(12);
        assertThat(watch.isLongEnough()).isTrue();
    }
}
