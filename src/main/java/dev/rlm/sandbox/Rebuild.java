package dev.rlm.sandbox;

import dev.rlm.sandbox.Sandbox.Assignment;
import dev.rlm.sandbox.protocol.Frame;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Runs the cells of a REPL again in fresh workers, each with the replies, chance and clocks that it had, until one worker
 * has them all. A cell that loses the worker once more is left out. Bounded in attempts and in time.
 */
final class Rebuild {
    private static final int MOST_ATTEMPTS = 4;

    /** What a cell may take more than it did: the new worker may be slower, or still warming up. */
    private static final Duration CELL_EXTRA = Duration.ofSeconds(10);

    private static final Duration EXTRA = Duration.ofSeconds(30);
    private static final Duration MOST_TIME = Duration.ofMinutes(10);
    private static final int SLOWER = 3;

    private final Workers workers;
    private final long seed;
    private final Duration grace;
    private final LongSupplier nanos;

    /** Where fresh workers come from, each in the place of the one before. */
    interface Workers {
        Sandbox fresh() throws SandboxException, InterruptedException;
    }

    Rebuild(Workers workers, long seed, Duration grace, LongSupplier nanos) {
        this.workers = workers;
        this.seed = seed;
        this.grace = grace;
        this.nanos = nanos;
    }

    /**
     * How a rebuild went.
     *
     * @param done whether a worker has run the cells; if not, the last one is empty or unusable
     * @param leftOut the cells that lost the worker again and were left out
     * @param differing the cells that ended differently or printed something else, and those that were stopped
     */
    record Result(boolean done, Set<CellRecord> leftOut, Set<CellRecord> differing) {
        static final Result NOT_DONE = new Result(false, Set.of(), Set.of());

        /** Whether every cell ran again and did the same. */
        boolean asBefore() {
            return done && leftOut.isEmpty() && differing.isEmpty();
        }

        /** This result with further cells left out. */
        Result without(Set<CellRecord> further) {
            Set<CellRecord> all = new LinkedHashSet<>(leftOut);
            all.addAll(further);
            return new Result(done, all, differing);
        }
    }

    /**
     * Runs the cells again.
     *
     * @throws SandboxException if no worker could be had
     * @throws InterruptedException if this thread was interrupted
     */
    Result run(List<CellRecord> cells) throws SandboxException, InterruptedException {
        long left = time(cells).toNanos();
        Set<CellRecord> leftOut = new LinkedHashSet<>();
        for (int attempt = 1; attempt <= MOST_ATTEMPTS; attempt++) {
            List<CellRecord> remaining = new ArrayList<>(cells);
            remaining.removeAll(leftOut);
            Set<CellRecord> differing = new LinkedHashSet<>();
            Sandbox worker = workers.fresh();
            // Getting a worker has a time limit of its own, and may take longer than all cells.
            long start = nanos.getAsLong();
            CellRecord lost = runAll(worker, remaining, differing, start + left);
            if (lost == null && !remaining.isEmpty() && !worker.root().responds(CELL_EXTRA)) {
                lost = remaining.getLast();
            }
            if (lost == null) {
                return new Result(true, leftOut, differing);
            }
            left -= nanos.getAsLong() - start;
            if (left <= 0) {
                break;
            }
            leftOut.add(lost);
        }
        return Result.NOT_DONE;
    }

    private static Duration time(List<CellRecord> cells) {
        Duration active = cells.stream().map(CellRecord::active).reduce(Duration.ZERO, Duration::plus);
        Duration time = active.multipliedBy(SLOWER).plus(EXTRA);
        return time.compareTo(MOST_TIME) < 0 ? time : MOST_TIME;
    }

    /** The cell in which the worker was lost or the time was up, or null if all have run. */
    private @Nullable CellRecord runAll(
            Sandbox worker, List<CellRecord> cells, Set<CellRecord> differing, long deadline)
            throws SandboxException, InterruptedException {
        for (CellRecord cell : cells) {
            if (deadline - nanos.getAsLong() <= 0) {
                return cell;
            }
            AtomicBoolean askedAnew = new AtomicBoolean();
            Assignment again = new Assignment(
                    cell.source(), seed, cell.trace().clocks(), limit(cell, deadline), cell.outputLimit());
            switch (worker.root().run(again, cell.calls().replaying(askedAnew), grace)) {
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
