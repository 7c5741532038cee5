package dev.rlm.sandbox;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.LongSupplier;

/**
 * Runs the cells of a REPL again in fresh workers, each with the replies, chance and clocks that it had, until one worker
 * has them all. A cell that loses the worker once more is left out. Bounded in attempts and in time.
 */
final class Rebuild {
    private static final int MOST_ATTEMPTS = 4;

    private final Workers workers;
    private final Replay replay;
    private final LongSupplier nanos;

    /** Where fresh workers come from, each in the place of the one before. */
    interface Workers {
        Sandbox fresh() throws SandboxException, InterruptedException;
    }

    Rebuild(Workers workers, long seed, Duration grace, LongSupplier nanos) {
        this.workers = workers;
        this.replay = new Replay(seed, grace, nanos);
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
        long left = Replay.time(cells).toNanos();
        Set<CellRecord> leftOut = new LinkedHashSet<>();
        for (int attempt = 1; attempt <= MOST_ATTEMPTS; attempt++) {
            List<CellRecord> remaining = new ArrayList<>(cells);
            remaining.removeAll(leftOut);
            Set<CellRecord> differing = new LinkedHashSet<>();
            Sandbox worker = workers.fresh();
            // Getting a worker has a time limit of its own, and may take longer than all cells.
            long start = nanos.getAsLong();
            CellRecord lost = replay.run(worker.root(), remaining, differing, start + left);
            if (lost == null && !remaining.isEmpty() && !worker.root().responds(Replay.CELL_EXTRA)) {
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
}
