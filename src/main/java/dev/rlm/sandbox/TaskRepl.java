package dev.rlm.sandbox;

import dev.rlm.sandbox.CellResult.Status;
import dev.rlm.sandbox.Sandbox.Assignment;
import dev.rlm.sandbox.protocol.Frame;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The REPL of one task: a worker with the task's documents, replaced by another when it is lost. The cells so far are
 * then run again there, and only if that cannot be done the REPL is empty.
 */
final class TaskRepl implements Repl {
    /** Reprs are code of the cells too, so reading variables has a limit. */
    static final Duration READ_LIMIT = Duration.ofSeconds(10);

    /** So many workers in a row may end while they start or take the documents. */
    private static final int MOST_TAKEN = 3;

    private final Workers workers;
    private final Duration grace;
    private final long seed;
    private final CellHistory history;
    private final Set<CellRecord> leftOutSinceLastCell = new LinkedHashSet<>();

    /** Null until a worker is needed that has the cells of earlier processes. */
    private @Nullable Sandbox sandbox;

    private boolean closed;

    /** The cells that the last rebuild worked on; those that it left out are among them. */
    private List<CellRecord> rebuiltFrom = List.of();

    /** Whether the worker has died since the last cell was run, which that cell must then have caused. */
    private boolean diedSinceLastCell;

    /** Whether the last cell was killed after it had handed over a final value, and has no part in the REPL. */
    private boolean killedAtItsEnd;

    /** Where workers come from that hold the task's documents, and where they go. */
    interface Workers {
        Sandbox take() throws SandboxException, InterruptedException;

        void release(Sandbox sandbox);
    }

    /**
     * A REPL whose chance derives from the seed. It takes its first worker now, unless it has run cells in an earlier
     * process: then it takes it when it is needed, and runs them again.
     */
    TaskRepl(Workers workers, Duration grace, long seed, List<PastCell> past)
            throws SandboxException, InterruptedException {
        this.workers = workers;
        this.grace = grace;
        this.seed = seed;
        this.history = CellHistory.of(past);
        this.sandbox = history.isEmpty() ? take(workers) : null;
    }

    @Override
    public CellResult run(Cell cell, Duration timeLimit, int outputLimit, HostCalls calls)
            throws SandboxException, InterruptedException {
        CellResult result = runIn(cell, timeLimit, outputLimit, calls);
        List<Integer> leftOut = leftOutSinceLastCell.stream()
                .map(each -> each.source().number())
                .sorted()
                .toList();
        leftOutSinceLastCell.clear();
        return result.with(result.trace().withLeftOut(leftOut));
    }

    private CellResult runIn(Cell cell, Duration timeLimit, int outputLimit, HostCalls calls)
            throws SandboxException, InterruptedException {
        String note = "";
        Sandbox before = current();
        if (before == null || !before.alive()) {
            String reason = before == null
                    ? "The server was restarted before this cell."
                    : "The sandbox was lost before this cell: " + before.reasonOfEnd() + ".";
            Rebuild.Result rebuilt = before == null || killedAtItsEnd ? rebuild() : rebuildAfterDeath();
            if (!rebuilt.done()) {
                return CellResults.lost(
                        Status.STATE_LOST,
                        reason + " The cell was not run. " + CellResults.ALL_LOST,
                        CellResults.NO_OUTPUT,
                        null,
                        Duration.ZERO);
            }
            // A restart of which nothing can be noticed is nothing that a model needs to hear of.
            note = before == null && rebuilt.asBefore() ? "" : "[" + reason + " " + report(rebuilt) + "]\n";
        }
        CallRecord record = new CallRecord();
        Assignment assignment = new Assignment(cell, seed, cell.clocks(), timeLimit, outputLimit);
        Sandbox worker = Objects.requireNonNull(current());
        return switch (worker.root().run(assignment, record.recording(calls), grace)) {
            case RunOutcome.Ended(Frame.CellEnded ended, Duration active) -> {
                diedSinceLastCell = false;
                CellTrace trace = CellRecord.traceOf(ended);
                history.add(new CellRecord(cell, outputLimit, ended.ending(), trace, active, record));
                yield CellResults.ended(ended, note, timeLimit, active).with(trace);
            }
            case RunOutcome.Lost lost -> killed(lost, worker, note, timeLimit);
        };
    }

    @Override
    public List<Variable> variables() throws SandboxException, InterruptedException {
        return ChildRepl.visible(living().root().variables(READ_LIMIT));
    }

    @Override
    public FinalValue value(String variable) throws SandboxException, InterruptedException {
        Frame.Value value = living().root().value(variable, READ_LIMIT);
        return new FinalValue(value.text(), value.json());
    }

    @Override
    public Repl child(ChildContext context, long childSeed, List<PastCell> past)
            throws SandboxException, InterruptedException {
        // A cell that runs has a worker; only a REPL that was idle may first have to be built again.
        Sandbox worker = current();
        return ChildRepl.open(
                (worker == null ? living() : worker).root(), context, ChildRepl.seed(seed, childSeed), grace, past);
    }

    @Override
    public synchronized void close() {
        if (!closed) {
            closed = true;
            if (sandbox != null) {
                workers.release(sandbox);
            }
        }
    }

    private CellResult killed(RunOutcome.Lost lost, Sandbox worker, String note, Duration timeLimit)
            throws SandboxException, InterruptedException {
        String why = CellResults.whyLost(lost.reason(), timeLimit, worker);
        Frame.Output output = CellResults.after(note, lost.output());
        if (lost.value() != null) {
            // The run is over most likely; what is still wanted of the REPL waits until somebody asks.
            killedAtItsEnd = true;
            return CellResults.lost(Status.KILLED, why, output, lost.value(), lost.active());
        }
        // A worker that has just died between two cells dies of the cell before, and only by chance in this one.
        boolean again = diedSinceLastCell
                && (lost.reason() == RunOutcome.Reason.DEAD || lost.reason() == RunOutcome.Reason.NONSENSE);
        Rebuild.Result rebuilt = again ? rebuildAfterDeath() : rebuild();
        return rebuilt.done()
                ? CellResults.lost(
                        Status.KILLED,
                        why + " " + report(rebuilt) + " " + CellResults.advice(lost.reason()),
                        output,
                        null,
                        lost.active())
                : CellResults.lost(Status.STATE_LOST, why + " " + CellResults.ALL_LOST, output, null, lost.active());
    }

    private String report(Rebuild.Result rebuilt) {
        return RebuildReport.of(rebuilt, rebuiltFrom);
    }

    /** Rebuilds after a death between two cells. The second time the last cell is taken to be its cause and left out. */
    private Rebuild.Result rebuildAfterDeath() throws SandboxException, InterruptedException {
        List<CellRecord> cells = history.cells();
        if (diedSinceLastCell && !cells.isEmpty()) {
            Set<CellRecord> suspect = Set.of(cells.getLast());
            leaveOut(suspect);
            Rebuild.Result rebuilt = rebuild().without(suspect);
            rebuiltFrom = cells;
            return rebuilt;
        }
        diedSinceLastCell = true;
        return rebuild();
    }

    private Rebuild.Result rebuild() throws SandboxException, InterruptedException {
        rebuiltFrom = history.cells();
        killedAtItsEnd = false;
        if (history.complete()) {
            Rebuild.Result result = new Rebuild(this::replace, seed, grace, System::nanoTime).run(rebuiltFrom);
            if (result.done()) {
                leaveOut(result.leftOut());
                return result;
            }
        }
        history.clear();
        replace();
        return Rebuild.Result.NOT_DONE;
    }

    private void leaveOut(Set<CellRecord> cells) {
        history.remove(cells);
        leftOutSinceLastCell.addAll(cells);
    }

    private synchronized @Nullable Sandbox current() throws SandboxException {
        if (closed) {
            throw new SandboxException("The sandbox was closed.");
        }
        return sandbox;
    }

    private Sandbox living() throws SandboxException, InterruptedException {
        Sandbox before = current();
        if (before != null && before.alive()) {
            return before;
        }
        if (!rebuild().done()) {
            throw new SandboxException("The sandbox was lost, and its variables with it.");
        }
        return Objects.requireNonNull(current());
    }

    /** Nothing is lost with a worker that has run nothing yet: another takes its place. */
    private static Sandbox take(Workers workers) throws SandboxException, InterruptedException {
        for (int attempt = 1; ; attempt++) {
            try {
                return workers.take();
            } catch (WorkerLostException e) {
                if (attempt == MOST_TAKEN) {
                    throw e;
                }
            }
        }
    }

    /** Puts a new worker with the same documents in the place of one that is gone. */
    private Sandbox replace() throws SandboxException, InterruptedException {
        Sandbox before = current();
        if (before != null) {
            workers.release(before);
        }
        Sandbox next = take(workers);
        synchronized (this) {
            if (!closed) {
                sandbox = next;
                return next;
            }
        }
        workers.release(next);
        throw new SandboxException("The sandbox was closed.");
    }
}
