package dev.rlm.task;

import com.github.kagkarlsson.scheduler.event.AbstractSchedulerListener;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Tells whether this replica may call another one dead: only if it has itself reached the database, without a gap or an
 * error, for as long as a heartbeat must be missing. After an outage all heartbeats are old, and who tells that first is
 * not the only one alive. Thread-safe.
 */
final class DeathWatch extends AbstractSchedulerListener {

    private final Clock clock;
    private final Duration deadAfter;
    private final Duration gap;
    private @Nullable Instant since;
    private @Nullable Instant last;

    /**
     * A watch that has seen nothing yet.
     *
     * @param deadAfter for so long a dead replica's heartbeats are missing
     * @param gap who has not seen the database for longer than this must watch anew
     */
    DeathWatch(Clock clock, Duration deadAfter, Duration gap) {
        this.clock = clock;
        this.deadAfter = deadAfter;
        this.gap = gap;
    }

    /** Notes that the database was reached. */
    @Override
    public void onSchedulerEvent(SchedulerEventType type) {
        switch (type) {
            case RAN_EXECUTE_DUE, RAN_DETECT_DEAD -> seen();
            // It may be possible to read when nobody can write heartbeats: on a full disk, for example.
            case UNEXPECTED_ERROR -> failed();
            default -> {
                // Heartbeats count as run even if none of them reached the database; the others are no sight of it.
            }
        }
    }

    private synchronized Instant seen() {
        Instant now = clock.instant();
        if (since == null
                || last == null
                || now.isBefore(last)
                || last.plus(gap).isBefore(now)) {
            since = now;
        }
        last = now;
        return since;
    }

    private synchronized void failed() {
        since = null;
    }

    /** Whether this replica, which reaches the database now, has watched it for long enough. */
    boolean isLongEnough() {
        return !seen().plus(deadAfter).isAfter(clock.instant());
    }
}
