package dev.rlm.sandbox;

import java.time.Duration;

/**
 * How long a cell was active. While none of its calls is open that is the time that passes, or its share if cells of other
 * REPLs are active in the same worker. While at least one is open, the cell is taken to wait for it, and only what its
 * process computes meanwhile counts: a cell with one thread in a sub-call and another at work is active, and no cell can
 * stop its own clock by keeping a call open. The first {@link #ALLOWANCE} of that is not counted, because the process also
 * computes for itself: it compiles and collects garbage.
 *
 * <p>Not thread-safe.
 */
final class ActiveTime {
    /** How much computing during waits is not counted. */
    static final Duration ALLOWANCE = Duration.ofSeconds(1);

    private final WorkerTime worker;
    private long worked;
    private long waited;
    private long computed;
    private int waits;
    private boolean waiting;

    /** Of a cell that begins now. */
    ActiveTime(WorkerTime worker) {
        this.worker = worker;
    }

    void waitBegins() {
        waits++;
        if (waits == 1) {
            worker.waits(this, true);
        }
    }

    void waitEnds() {
        waits--;
        if (waits == 0) {
            worker.waits(this, false);
        }
    }

    /** The cell is over. */
    void end() {
        worker.end(this);
    }

    boolean waiting() {
        return waiting;
    }

    Duration elapsed() {
        worker.settle();
        // Sums, because a processor's clock ticks too coarsely for single waits; several processors count as one.
        return Duration.ofNanos(worked + Math.max(0, Math.min(waited, computed) - ALLOWANCE.toNanos()));
    }

    void setWaiting(boolean waiting) {
        this.waiting = waiting;
    }

    /** Time has passed of which this was the cell's share. */
    void worked(long nanos) {
        worked += nanos;
    }

    /** Time has passed in which all cells waited, and so much of what was computed meanwhile was the cell's share. */
    void waited(long nanos, long computedNanos) {
        waited += nanos;
        computed += computedNanos;
    }
}
