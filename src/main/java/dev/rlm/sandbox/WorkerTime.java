package dev.rlm.sandbox;

import java.util.LinkedHashSet;
import java.util.Set;
import java.util.function.LongSupplier;

/**
 * Divides the time that passes among the cells that run in a worker. Cells that do not wait for calls take turns at one
 * interpreter, so each has an equal share of it. While all wait, what the process computes is divided among them; while one
 * does not, it is taken to be the one that computes. Not thread-safe.
 */
final class WorkerTime {
    private final LongSupplier nanos;
    private final LongSupplier processorNanos;
    private final Set<ActiveTime> cells = new LinkedHashSet<>();
    private int waiting;
    private long since;
    private long processorSince;

    /** By a clock and a processor clock of nanoseconds; the second is only asked about times in which all cells wait. */
    WorkerTime(LongSupplier nanos, LongSupplier processorNanos) {
        this.nanos = nanos;
        this.processorNanos = processorNanos;
    }

    /** A cell begins, and is active. */
    ActiveTime begin() {
        settle();
        ActiveTime time = new ActiveTime(this);
        cells.add(time);
        return time;
    }

    /** A cell is over. */
    void end(ActiveTime time) {
        settle();
        if (cells.remove(time) && time.waiting()) {
            waiting--;
        }
        begins();
    }

    /** A cell that runs begins to wait, or goes on. */
    void waits(ActiveTime time, boolean waits) {
        settle();
        time.setWaiting(waits);
        if (cells.contains(time)) {
            waiting += waits ? 1 : -1;
        }
        begins();
    }

    /** Divides what has passed so far. */
    void settle() {
        long now = nanos.getAsLong();
        long passed = now - since;
        since = now;
        int working = cells.size() - waiting;
        if (working > 0) {
            cells.stream().filter(cell -> !cell.waiting()).forEach(cell -> cell.worked(passed / working));
        } else if (waiting > 0) {
            long processor = processorNanos.getAsLong();
            long computed = Math.max(0, processor - processorSince) / waiting;
            processorSince = processor;
            cells.forEach(cell -> cell.waited(passed, computed));
        }
    }

    private void begins() {
        if (waiting > 0 && waiting == cells.size()) {
            processorSince = processorNanos.getAsLong();
        }
    }
}
