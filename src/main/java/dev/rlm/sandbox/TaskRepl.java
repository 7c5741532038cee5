package dev.rlm.sandbox;

import dev.rlm.sandbox.CellResult.Status;
import dev.rlm.sandbox.Sandbox.RunOutcome;
import dev.rlm.sandbox.protocol.Frame;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The REPL of one task: a worker of the pool with the task's documents, replaced when it is lost. */
final class TaskRepl implements Repl {
    /** Reprs are code of the cells too, so reading variables has a limit. */
    private static final Duration READ_LIMIT = Duration.ofSeconds(10);

    private final SandboxPool pool;
    private final SandboxSettings settings;
    private final List<SandboxDocument> documents;
    private Sandbox sandbox;
    private boolean closed;

    TaskRepl(SandboxPool pool, SandboxSettings settings, List<SandboxDocument> documents, Sandbox sandbox) {
        this.pool = pool;
        this.settings = settings;
        this.documents = documents;
        this.sandbox = sandbox;
    }

    @Override
    public CellResult run(Cell cell, Duration timeLimit, int outputLimit, HostCalls calls)
            throws SandboxException, InterruptedException {
        Sandbox current = current();
        if (!current.alive()) {
            String reason = current.reasonOfEnd();
            replace();
            return lost(
                    "The sandbox was lost before this cell and the cell was not run: " + reason, null, Duration.ZERO);
        }
        return switch (current.run(cell, timeLimit, outputLimit, calls, settings.grace())) {
            case RunOutcome.Ended(Frame.CellEnded ended, Duration active) -> result(ended, timeLimit, active);
            case RunOutcome.Lost(boolean timedOut, Frame.Output output, Duration active) -> {
                String reason = timedOut
                        ? "The cell was killed at its time limit of " + seconds(timeLimit)
                                + " because it could not be interrupted"
                        : "The sandbox was lost while the cell ran: " + current.reasonOfEnd();
                replace();
                yield lost(reason, output, active);
            }
        };
    }

    @Override
    public List<Variable> variables() throws SandboxException, InterruptedException {
        return living().variables(READ_LIMIT).stream()
                .map(variable -> new Variable(variable.name(), variable.type(), variable.size(), variable.preview()))
                .toList();
    }

    @Override
    public FinalValue value(String variable) throws SandboxException, InterruptedException {
        return finalValue(living().value(variable, READ_LIMIT));
    }

    @Override
    public synchronized void close() {
        if (!closed) {
            closed = true;
            pool.release(sandbox);
        }
    }

    private synchronized Sandbox current() throws SandboxException {
        if (closed) {
            throw new SandboxException("The sandbox was closed.");
        }
        return sandbox;
    }

    private Sandbox living() throws SandboxException {
        Sandbox current = current();
        if (!current.alive()) {
            throw new SandboxException("The sandbox was lost, and its variables with it.");
        }
        return current;
    }

    /** Puts a new worker with the same documents in the place of one that is gone. */
    private void replace() throws SandboxException, InterruptedException {
        pool.release(current());
        Sandbox next = pool.take(documents);
        synchronized (this) {
            if (!closed) {
                sandbox = next;
                return;
            }
        }
        pool.release(next);
        throw new SandboxException("The sandbox was closed.");
    }

    private static CellResult result(Frame.CellEnded ended, Duration timeLimit, Duration active) {
        Frame.Output output = ended.output();
        return switch (ended.ending()) {
            case DONE -> cellResult(Status.OK, output, null, ended.value(), active);
            case FAILED -> cellResult(Status.ERROR, output, ended.error(), ended.value(), active);
            case STOPPED -> {
                String reason = "TimeoutError: the cell was stopped at its time limit of " + seconds(timeLimit)
                        + "; variables assigned before are kept. Do less in one cell.";
                yield cellResult(Status.TIMED_OUT, with(output, reason), reason, null, active);
            }
        };
    }

    private static CellResult lost(String why, Frame.@Nullable Output output, Duration active) {
        String reason = why + ". All variables are lost; context and documents are there again.";
        Frame.Output before = output == null ? new Frame.Output("", 0) : output;
        return cellResult(Status.STATE_LOST, with(before, reason), reason, null, active);
    }

    private static Frame.Output with(Frame.Output output, String line) {
        String text = output.text();
        String joint = text.isEmpty() || text.endsWith("\n") ? "" : "\n";
        return new Frame.Output(text + joint + line + "\n", output.characters() + line.length() + 1);
    }

    private static CellResult cellResult(
            Status status, Frame.Output output, @Nullable String error, Frame.@Nullable Value value, Duration active) {
        FinalValue finalValue = value == null ? null : finalValue(value);
        return new CellResult(status, output.text(), output.characters(), error, finalValue, active);
    }

    private static FinalValue finalValue(Frame.Value value) {
        return new FinalValue(value.text(), value.json());
    }

    private static String seconds(Duration duration) {
        return duration.toMillis() % 1000 == 0 ? duration.toSeconds() + " s" : duration.toMillis() + " ms";
    }
}
