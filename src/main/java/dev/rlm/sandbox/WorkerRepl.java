package dev.rlm.sandbox;

import dev.rlm.sandbox.Sandbox.Assignment;
import dev.rlm.sandbox.protocol.Frame;
import dev.rlm.sandbox.protocol.Frame.FromWorker;
import dev.rlm.sandbox.protocol.VisibleText;
import java.time.Duration;
import java.util.List;
import java.util.Objects;

/**
 * One of the REPLs in a worker. One request at a time; {@link #close} may come from any thread and stops a cell under way.
 */
final class WorkerRepl implements AutoCloseable {
    /** The part of the grace that a cell has to stop when the thread that waits for it is interrupted: half of it. */
    private static final int CANCEL_SHARE = 2;

    /** How long a REPL may take to free what it holds, while others compute. */
    private static final Duration CLOSING = Duration.ofSeconds(10);

    private final Sandbox sandbox;
    private final int number;
    private final ReplChannel channel;

    WorkerRepl(Sandbox sandbox, int number, ReplChannel channel) {
        this.sandbox = sandbox;
        this.number = number;
        this.channel = channel;
    }

    Sandbox sandbox() {
        return sandbox;
    }

    /** Opens documents in files and returns the context's length in UTF-16 units. */
    long open(List<SandboxDocument> documents, Duration timeout) throws SandboxException, InterruptedException {
        return open(DocumentStream.ofFiles(number, documents, sandbox.toWorker()), timeout);
    }

    /** Opens the context of a child of another REPL in the same worker, and returns its length in UTF-16 units. */
    long open(ChildContext context, WorkerRepl parent, Duration timeout) throws SandboxException, InterruptedException {
        return switch (context) {
            case ChildContext.Texts(var texts) ->
                open(DocumentStream.ofTexts(number, texts, sandbox.toWorker()), timeout);
            case ChildContext.Slices(var slices) -> {
                List<Frame.Range> ranges = slices.stream()
                        .map(slice -> new Frame.Range(slice.start(), slice.end()))
                        .toList();
                yield opened(exchange(new Frame.OpenSlices(number, parent.number, ranges), timeout));
            }
        };
    }

    private long open(DocumentStream stream, Duration timeout) throws SandboxException, InterruptedException {
        expect();
        // Not by this thread: a worker that does not read must not keep it beyond the time-out.
        Thread.ofPlatform().name("sandbox-documents").daemon().start(() -> {
            if (!stream.send()) {
                sandbox.kill();
            }
        });
        FromWorker answer;
        try {
            answer = await(timeout);
        } catch (SandboxException e) {
            throw Objects.requireNonNullElse(stream.failure(), e);
        }
        return opened(answer);
    }

    private long opened(FromWorker answer) throws SandboxException {
        return switch (answer) {
            case Frame.Opened(int _, long characters) -> characters;
            case Frame.Refused(int _, String reason) -> throw new SandboxException(VisibleText.of(reason));
            default -> throw sandbox.unexpected();
        };
    }

    List<Frame.Variable> variables(Duration timeout) throws SandboxException, InterruptedException {
        return switch (exchange(new Frame.ListVariables(number), timeout)) {
            case Frame.Variables(int _, var variables) -> variables;
            case Frame.Refused(int _, String reason) -> throw new SandboxException(VisibleText.of(reason));
            default -> throw sandbox.unexpected();
        };
    }

    Frame.Value value(String variable, Duration timeout) throws SandboxException, InterruptedException {
        return switch (exchange(new Frame.ReadVariable(number, variable), timeout)) {
            case Frame.VariableValue(int _, Frame.Value value) -> value;
            case Frame.Refused(int _, String reason) -> throw new SandboxException(VisibleText.of(reason));
            default -> throw sandbox.unexpected();
        };
    }

    /**
     * Runs a cell; at its time limit it is stopped, and killed with the worker if it does not stop within the grace.
     *
     * @throws InterruptedException if this thread was interrupted; the cell was stopped or the worker killed
     * @throws SandboxException if the cell is too long to be sent, or the REPL is closed
     */
    RunOutcome run(Assignment cell, HostCalls calls, Duration grace) throws SandboxException, InterruptedException {
        CellInProgress current = begin(cell, calls);
        try {
            sandbox.send(new Frame.Run(
                    number,
                    current.run(),
                    cell.source().number(),
                    cell.source().code(),
                    cell.outputLimit(),
                    cell.seed(),
                    calls.levels(),
                    cell.clocks()));
            boolean timedOut = !channel.awaitCell(current, cell.limit());
            boolean killed = timedOut && !stop(current, grace);
            RunOutcome outcome = channel.outcome(
                    current,
                    killed
                            ? RunOutcome.Reason.TIMED_OUT
                            : sandbox.killedForCell() ? RunOutcome.Reason.BESIDE : RunOutcome.Reason.DEAD);
            if (outcome instanceof RunOutcome.Lost) {
                sandbox.kill();
            }
            return outcome;
        } catch (InterruptedException e) {
            current.desk().close();
            boolean _ = stop(current, grace.dividedBy(CANCEL_SHARE));
            throw e;
        } finally {
            current.desk().close();
            channel.finish(current);
        }
    }

    /** Whether the REPL answers: what its last cell has left behind may have ended the worker meanwhile. */
    boolean responds(Duration timeout) throws InterruptedException {
        try {
            return exchange(new Frame.ReadVariable(number, ""), timeout) instanceof Frame.Refused;
        } catch (SandboxException e) {
            return false;
        }
    }

    /** Frees the REPL in the worker, which goes on; stops its cell, or kills the worker if that does not help. Idempotent. */
    @Override
    public void close() {
        if (!channel.close() || !sandbox.alive()) {
            return;
        }
        // A worker that does not read must not keep this thread waiting; killing it ends the write.
        Thread.ofVirtual().name("sandbox-close").start(() -> sandbox.tell(new Frame.CloseRepl(number)));
        if (!channel.awaitClosed(CLOSING)) {
            sandbox.killForCell();
        }
    }

    private CellInProgress begin(Assignment cell, HostCalls calls) throws SandboxException {
        // The desk tells the end of a call to the cell that it belongs to, which is made with it.
        CellInProgress[] caller = new CellInProgress[1];
        HostCallDesk desk = sandbox.desk(calls, () -> caller[0]);
        long run = sandbox.nextRun();
        caller[0] = channel.expectCell(time -> new CellInProgress(run, cell.outputLimit(), desk, time));
        if (caller[0] == null) {
            throw closed();
        }
        return caller[0];
    }

    /** Interrupts the cell, and kills the worker if that does not help; whether it helped. */
    private boolean stop(CellInProgress current, Duration grace) {
        // A worker that does not read must not keep this thread waiting; killing it ends the write.
        Thread.ofVirtual()
                .name("sandbox-interrupt")
                .start(() -> sandbox.tell(new Frame.Interrupt(number, current.run())));
        boolean helped = channel.awaitEnd(grace);
        if (!helped) {
            sandbox.killForCell();
        }
        return helped;
    }

    private FromWorker exchange(Frame.ToWorker request, Duration timeout)
            throws SandboxException, InterruptedException {
        expect();
        sandbox.send(request);
        return await(timeout);
    }

    private void expect() throws SandboxException {
        if (!channel.expect()) {
            throw closed();
        }
    }

    private static SandboxException closed() {
        return new SandboxException("The REPL was closed, or a request to it was cut short: open another.");
    }

    private FromWorker await(Duration timeout) throws SandboxException, InterruptedException {
        FromWorker answer;
        try {
            answer = channel.awaitAnswer(timeout);
        } catch (InterruptedException e) {
            // Its late answer would be taken for that of the next request; a child is asked nothing more.
            if (number == Frame.ROOT) {
                sandbox.kill();
            }
            throw e;
        }
        if (answer == null) {
            throw sandbox.noAnswer(timeout);
        }
        return answer;
    }
}
