package dev.rlm.sandbox;

import java.time.Duration;
import java.util.function.LongSupplier;

/** A stopwatch that stands still while at least one wait is on. Not thread-safe. */
final class ActiveTime {
    private final LongSupplier nanos;
    private long active;
    private long runningSince;
    private int waits;

    /** Starts now, by a clock of nanoseconds. */
    ActiveTime(LongSupplier nanos) {
        this.nanos = nanos;
        this.runningSince = nanos.getAsLong();
    }

    void waitBegins() {
        if (waits == 0) {
            active += nanos.getAsLong() - runningSince;
        }
        waits++;
    }

    void waitEnds() {
        waits--;
        if (waits == 0) {
            runningSince = nanos.getAsLong();
        }
    }

    boolean waiting() {
        return waits > 0;
    }

    Duration elapsed() {
        return Duration.ofNanos(waiting() ? active : active + nanos.getAsLong() - runningSince);
    }
}
