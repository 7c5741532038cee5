package dev.rlm.sandbox;

import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * How long a cell was active. While none of its calls is open that is the time that passes. While at least one is open,
 * the cell is taken to wait for it, and only what its process computes meanwhile counts: a cell with one thread in a
 * sub-call and another at work is active, and no cell can stop its own clock by keeping a call open. The first {@link
 * #ALLOWANCE} of that is not counted, because the process also computes for itself: it compiles and collects garbage.
 *
 * <p>Not thread-safe.
 */
final class ActiveTime {
    /** How much computing during waits is not counted. */
    static final Duration ALLOWANCE = Duration.ofSeconds(1);

    private final LongSupplier nanos;
    private final LongSupplier processorNanos;
    private long active;
    private long waited;
    private long computed;
    private long since;
    private long processorSince;
    private int waits;

    /** Starts now, by a clock and a processor clock of nanoseconds; the second is only asked when waits begin and end. */
    ActiveTime(LongSupplier nanos, LongSupplier processorNanos) {
        this.nanos = nanos;
        this.processorNanos = processorNanos;
        this.since = nanos.getAsLong();
    }

    void waitBegins() {
        if (waits == 0) {
            long now = nanos.getAsLong();
            active += now - since;
            since = now;
            processorSince = processorNanos.getAsLong();
        }
        waits++;
    }

    void waitEnds() {
        waits--;
        if (waits == 0) {
            long now = nanos.getAsLong();
            waited += now - since;
            computed += Math.max(0, processorNanos.getAsLong() - processorSince);
            since = now;
        }
    }

    boolean waiting() {
        return waits > 0;
    }

    Duration elapsed() {
        long now = nanos.getAsLong();
        if (!waiting()) {
            return Duration.ofNanos(active + now - since + counted(waited, computed));
        }
        long computing = Math.max(0, processorNanos.getAsLong() - processorSince);
        return Duration.ofNanos(active + counted(waited + now - since, computed + computing));
    }

    /** Sums, because a processor's clock ticks too coarsely for single waits; several processors count as one. */
    private static long counted(long waited, long computed) {
        return Math.max(0, Math.min(waited, computed) - ALLOWANCE.toNanos());
    }
}
