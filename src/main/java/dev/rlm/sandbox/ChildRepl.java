package dev.rlm.sandbox;

import dev.rlm.sandbox.CellResult.Status;
import dev.rlm.sandbox.Sandbox.Assignment;
import dev.rlm.sandbox.protocol.Frame;
import dev.rlm.sandbox.protocol.VisibleText;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * A REPL beside others in the worker of a task. It is lost with that worker: the cell of its parent that waits for it is
 * lost too, and whoever runs that one again opens its children again, with what they had done.
 */
final class ChildRepl implements Repl {
    /** Sending texts and making strings of them; much more than it takes. */
    private static final Duration OPENING = Duration.ofMinutes(2);

    private final WorkerRepl repl;
    private final Duration grace;
    private final long seed;
    private final List<ChildRepl> children = new ArrayList<>();
    private boolean closed;

    /** What the author of the next cell is to be told before its output. */
    private String note = "";

    private ChildRepl(WorkerRepl repl, Duration grace, long seed) {
        this.repl = repl;
        this.grace = grace;
        this.seed = seed;
    }

    /** Opens a child of a REPL; its chance derives from the seed, and the cells of its past are run again. */
    static ChildRepl open(WorkerRepl parent, ChildContext context, long seed, Duration grace, List<PastCell> past)
            throws SandboxException, InterruptedException {
        ChildRepl child = new ChildRepl(parent.sandbox().openChild(parent, context, OPENING), grace, seed);
        try {
            child.runAgain(CellHistory.of(past));
            return child;
        } catch (SandboxException | InterruptedException | RuntimeException e) {
            child.close();
            throw e;
        }
    }

    /** Different for the same child in another task, and for different children of a REPL. */
    static long seed(long ofParent, long ofChild) {
        return 31 * ofParent + ofChild;
    }

    private void runAgain(CellHistory history) throws SandboxException, InterruptedException {
        String restarted = "[The server was restarted before this cell. ";
        if (!history.complete()) {
            note = restarted + CellResults.ALL_LOST + "]\n";
            return;
        }
        List<CellRecord> cells = history.cells();
        Set<CellRecord> differing = new LinkedHashSet<>();
        long deadline = System.nanoTime() + Replay.time(cells).toNanos();
        CellRecord lost = new Replay(seed, grace, System::nanoTime).run(repl, cells, differing, deadline);
        if (lost != null) {
            throw new SandboxException("The sandbox was lost, or took too long, when cell "
                    + lost.source().number() + " was run again.");
        }
        if (!differing.isEmpty()) {
            note = restarted + RebuildReport.of(new Rebuild.Result(true, Set.of(), differing), cells) + "]\n";
        }
    }

    @Override
    public CellResult run(Cell cell, Duration timeLimit, int outputLimit, HostCalls calls)
            throws SandboxException, InterruptedException {
        requireOpen();
        Sandbox sandbox = repl.sandbox();
        if (!sandbox.alive()) {
            return CellResults.lost(
                    Status.STATE_LOST,
                    "The sandbox was lost before this cell: " + sandbox.reasonOfEnd() + ". The cell was not run. "
                            + CellResults.CHILD_LOST,
                    CellResults.NO_OUTPUT,
                    null,
                    Duration.ZERO);
        }
        String before = note;
        note = "";
        return switch (repl.run(new Assignment(cell, seed, cell.clocks(), timeLimit, outputLimit), calls, grace)) {
            case RunOutcome.Ended(Frame.CellEnded ended, Duration active) ->
                CellResults.ended(ended, before, timeLimit, active).with(CellRecord.traceOf(ended));
            case RunOutcome.Lost lost -> {
                requireOpen();
                String why = CellResults.whyLost(lost.reason(), timeLimit, sandbox);
                yield lost.value() != null
                        ? CellResults.lost(Status.KILLED, why, lost.output(), lost.value(), lost.active())
                        : CellResults.lost(
                                Status.STATE_LOST,
                                why + " " + CellResults.CHILD_LOST + " " + CellResults.advice(lost.reason()),
                                lost.output(),
                                null,
                                lost.active());
            }
        };
    }

    @Override
    public List<Variable> variables() throws SandboxException, InterruptedException {
        requireOpen();
        return visible(repl.variables(TaskRepl.READ_LIMIT));
    }

    @Override
    public FinalValue value(String variable) throws SandboxException, InterruptedException {
        requireOpen();
        Frame.Value value = repl.value(variable, TaskRepl.READ_LIMIT);
        return new FinalValue(value.text(), value.json());
    }

    @Override
    public Repl child(ChildContext context, long childSeed, List<PastCell> past)
            throws SandboxException, InterruptedException {
        requireOpen();
        ChildRepl child = open(repl, context, seed(seed, childSeed), grace, past);
        synchronized (children) {
            if (!closed) {
                children.removeIf(ChildRepl::isClosed);
                children.add(child);
                return child;
            }
        }
        child.close();
        throw closedException();
    }

    @Override
    public void close() {
        List<ChildRepl> closing;
        synchronized (children) {
            closed = true;
            closing = List.copyOf(children);
            children.clear();
        }
        closing.forEach(ChildRepl::close);
        repl.close();
    }

    private boolean isClosed() {
        synchronized (children) {
            return closed;
        }
    }

    private void requireOpen() throws SandboxException {
        if (isClosed()) {
            throw closedException();
        }
        if (repl.sandbox().closed()) {
            throw new SandboxException("The sandbox was closed.");
        }
    }

    private static SandboxException closedException() {
        return new SandboxException("The REPL was closed.");
    }

    /** Variables as a worker told them, made fit to be read. */
    static List<Variable> visible(List<Frame.Variable> variables) {
        return variables.stream()
                .map(variable -> new Variable(
                        VisibleText.of(variable.name()),
                        VisibleText.of(variable.type()),
                        variable.size(),
                        VisibleText.of(variable.preview())))
                .toList();
    }
}
