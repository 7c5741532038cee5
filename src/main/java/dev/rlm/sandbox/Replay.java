package dev.rlm.sandbox;

import dev.rlm.sandbox.Sandbox.Assignment;
import dev.rlm.sandbox.protocol.Frame;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** Runs recorded cells again in an empty REPL, with the replies, chance and clocks that they had. */
final class Replay {
    /** What a cell may take more than it did: the worker may be slower, or still warming up. */
    static final Duration CELL_EXTRA = Duration.ofSeconds(10);

    private static final Duration EXTRA = Duration.ofSeconds(30);
    private static final Duration MOST_TIME = Duration.ofMinutes(10);
    private static final int SLOWER = 3;

    private final long seed;
    private final Duration grace;
    private final LongSupplier nanos;

    Replay(long seed, Duration grace, LongSupplier nanos) {
        this.seed = seed;
        this.grace = grace;
        this.nanos = nanos;
    }

    /** How long running these cells again may take. */
    static Duration time(List<CellRecord> cells) {
        Duration active = cells.stream().map(CellRecord::active).reduce(Duration.ZERO, Duration::plus);
        Duration time = active.multipliedBy(SLOWER).plus(EXTRA);
        return time.compareTo(MOST_TIME) < 0 ? time : MOST_TIME;
    }

    /**
     * Runs the cells again.
     *
     * @param differing is given the cells that ended differently or said something else, and those that were stopped
     * @param deadline when to give up, by the clock of this object
     * @return the cell in which the worker was lost or the time was up, or null if all have run
     */
    @Nullable
    CellRecord run(WorkerRepl repl, List<CellRecord> cells, Set<CellRecord> differing, long deadline)
            throws SandboxException, InterruptedException {
        for (CellRecord cell : cells) {
            if (deadline - nanos.getAsLong() <= 0) {
                return cell;
            }
            AtomicBoolean askedAnew = new AtomicBoolean();
            Assignment again = new Assignment(
                    cell.source(), seed, cell.trace().clocks(), limit(cell, deadline), cell.outputLimit());
            switch (repl.run(again, cell.calls().replaying(askedAnew), grace)) {
                case RunOutcome.Ended(Frame.CellEnded ended, Duration _) -> {
                    if (askedAnew.get() || cell.stopped() || cell.differsFrom(ended)) {
                        differing.add(cell);
                    }
                }
                case RunOutcome.Lost _ -> {
                    return cell;
                }
            }
        }
        return null;
    }

    private Duration limit(CellRecord cell, long deadline) {
        Duration limit = cell.stopped()
                ? cell.active()
                : cell.active().multipliedBy(SLOWER).plus(CELL_EXTRA);
        Duration left = Duration.ofNanos(Math.max(1, deadline - nanos.getAsLong()));
        return limit.compareTo(left) < 0 ? limit : left;
    }
}
