package dev.rlm.sandbox;

import dev.rlm.sandbox.protocol.Frame;
import dev.rlm.sandbox.protocol.Frame.FromWorker;
import dev.rlm.sandbox.protocol.FrameReader;
import dev.rlm.sandbox.protocol.FrameTooLargeException;
import dev.rlm.sandbox.protocol.FrameWriter;
import dev.rlm.sandbox.protocol.ProtocolException;
import dev.rlm.sandbox.protocol.VisibleText;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A worker process and the frames exchanged with it. It serves one task and is then ended, so that it never sees
 * documents or replies of another. One request at a time; {@link #close} may come from any thread and ends a request
 * under way. What the worker sends is not trusted: it is bounded in size and rate, and what was not asked for ends the
 * worker.
 */
final class Sandbox implements AutoCloseable {
    /** How long a cell may take to stop when the thread that waits for it is interrupted. */
    private static final Duration CANCEL_GRACE = Duration.ofMillis(500);

    private final WorkerProcess process;
    private final FrameWriter toWorker;
    private final Inbox inbox = new Inbox();
    private final AtomicLong lastRun = new AtomicLong();

    /**
     * A cell to run.
     *
     * @param source its number and code
     * @param seed what chance in it derives from
     * @param clocks what clocks said when it ran before, as the worker told; null if it runs for the first time
     * @param limit how long it may be active
     * @param outputLimit how many characters of its output are kept
     */
    record Assignment(Repl.Cell source, long seed, @Nullable String clocks, Duration limit, int outputLimit) {}

    private Sandbox(WorkerProcess process) {
        this.process = process;
        this.toWorker = new FrameWriter(process.input(), Frame.MAX_BYTES);
    }

    /** Talks with a worker process that was started; {@link #awaitReady} tells when it is warm. */
    static Sandbox of(WorkerProcess process) {
        Sandbox sandbox = new Sandbox(process);
        // A platform thread: a read from a pipe would hold a carrier of virtual threads.
        Thread.ofPlatform().name("sandbox-" + process.pid()).daemon().start(sandbox::read);
        return sandbox;
    }

    void awaitReady(Duration timeout) throws SandboxException, InterruptedException {
        if (!(await(timeout) instanceof Frame.Ready(int version)) || version != Frame.VERSION) {
            throw unexpected();
        }
    }

    /** Opens the documents and returns the context's length in UTF-16 units. */
    long open(List<SandboxDocument> documents, Duration timeout) throws SandboxException, InterruptedException {
        inbox.expect(null);
        DocumentStream stream = new DocumentStream(documents, toWorker);
        // Not by this thread: a worker that does not read must not keep it beyond the time-out.
        Thread.ofPlatform().name("sandbox-documents").daemon().start(() -> {
            if (!stream.send()) {
                close();
            }
        });
        FromWorker opened;
        try {
            opened = await(timeout);
        } catch (SandboxException e) {
            throw Objects.requireNonNullElse(stream.failure(), e);
        }
        return switch (opened) {
            case Frame.Opened(long characters) -> characters;
            case Frame.Refused(String reason) -> throw new SandboxException(VisibleText.of(reason));
            default -> throw unexpected();
        };
    }

    List<Frame.Variable> variables(Duration timeout) throws SandboxException, InterruptedException {
        return switch (exchange(new Frame.ListVariables(), timeout)) {
            case Frame.Variables(var variables) -> variables;
            case Frame.Refused(String reason) -> throw new SandboxException(VisibleText.of(reason));
            default -> throw unexpected();
        };
    }

    Frame.Value value(String variable, Duration timeout) throws SandboxException, InterruptedException {
        return switch (exchange(new Frame.ReadVariable(variable), timeout)) {
            case Frame.Value value -> value;
            case Frame.Refused(String reason) -> throw new SandboxException(VisibleText.of(reason));
            default -> throw unexpected();
        };
    }

    /**
     * Runs a cell; at its time limit it is stopped, and killed with the worker if it does not stop within the grace.
     *
     * @throws InterruptedException if this thread was interrupted; the cell was stopped or the worker killed
     * @throws SandboxException if the cell is too long to be sent
     */
    RunOutcome run(Assignment cell, HostCalls calls, Duration grace) throws SandboxException, InterruptedException {
        CellInProgress current = begin(cell, calls);
        try {
            send(new Frame.Run(
                    current.run(),
                    cell.source().number(),
                    cell.source().code(),
                    cell.outputLimit(),
                    cell.seed(),
                    cell.clocks()));
            boolean timedOut = !inbox.awaitCell(current, cell.limit());
            if (timedOut) {
                stop(current, grace);
            }
            RunOutcome outcome = inbox.outcome(current, timedOut);
            if (outcome instanceof RunOutcome.Lost) {
                close();
            }
            return outcome;
        } catch (InterruptedException e) {
            current.desk().close();
            stop(current, CANCEL_GRACE);
            throw e;
        } finally {
            current.desk().close();
            inbox.finish();
        }
    }

    /** Whether the worker answers: what its last cell has left behind may have ended it meanwhile. */
    boolean responds(Duration timeout) throws InterruptedException {
        try {
            return exchange(new Frame.ReadVariable(""), timeout) instanceof Frame.Refused;
        } catch (SandboxException e) {
            return false;
        }
    }

    boolean alive() {
        return !inbox.ended() && process.alive();
    }

    /** Why the worker, which nobody has asked to end, is gone. */
    String reasonOfEnd() {
        return inbox.nonsense() ? "it sent what makes no sense and was ended" : process.reasonOfEnd();
    }

    long pid() {
        return process.pid();
    }

    /** Kills the process. Idempotent. */
    @Override
    public void close() {
        inbox.end(false);
        process.kill();
    }

    private CellInProgress begin(Assignment cell, HostCalls calls) {
        // The desk tells the end of a call to the cell that it belongs to, which is made with it.
        CellInProgress[] caller = new CellInProgress[1];
        HostCallDesk desk = new HostCallDesk(calls, toWorker, () -> inbox.callEnded(caller[0]));
        LongSupplier processor = ProcessHandle.of(process.pid())
                .map(handle -> (LongSupplier) new ProcessorTime(handle))
                .orElse(() -> 0);
        caller[0] = new CellInProgress(lastRun.incrementAndGet(), cell.outputLimit(), desk, processor);
        inbox.expect(caller[0]);
        return caller[0];
    }

    /** Interrupts the cell, and kills the worker if that does not help. */
    private void stop(CellInProgress current, Duration grace) {
        // A worker that does not read must not keep this thread waiting; killing it ends the write.
        Thread.ofVirtual().name("sandbox-interrupt").start(() -> interrupt(current.run()));
        if (!inbox.awaitEnd(grace)) {
            close();
        }
    }

    private void interrupt(long run) {
        try {
            toWorker.write(new Frame.Interrupt(run));
        } catch (IOException e) {
            close();
        }
    }

    private FromWorker exchange(Frame.ToWorker request, Duration timeout)
            throws SandboxException, InterruptedException {
        inbox.expect(null);
        send(request);
        return await(timeout);
    }

    private FromWorker await(Duration timeout) throws SandboxException, InterruptedException {
        try {
            FromWorker answer = inbox.awaitAnswer(timeout);
            if (answer != null) {
                return answer;
            }
        } catch (InterruptedException e) {
            // Its late answer would be taken for that of the next request.
            close();
            throw e;
        }
        boolean late = !inbox.ended();
        close();
        if (late) {
            throw new SandboxException(
                    "The sandbox did not answer within " + timeout.toSeconds() + " s and was ended.");
        }
        throw new WorkerLostException("The sandbox is gone: " + reasonOfEnd() + ".");
    }

    private void send(Frame.ToWorker request) throws SandboxException {
        try {
            toWorker.write(request);
        } catch (FrameTooLargeException e) {
            throw new SandboxException("The cell is too long to be sent to a sandbox.", e);
        } catch (IOException e) {
            inbox.end(false);
        }
    }

    private SandboxException unexpected() {
        close();
        return new SandboxException("The sandbox gave an answer that makes no sense and was ended.");
    }

    private void read() {
        CountingInput counted = new CountingInput(process.output());
        FrameReader frames = new FrameReader(counted, Frame.MAX_BYTES, inbox::mostBytes);
        FrameRate rate = new FrameRate(System::nanoTime);
        try {
            Optional<Frame> frame = frames.read();
            while (frame.isPresent()) {
                inbox.receive(frame.get());
                LockSupport.parkNanos(rate.delayAfter(counted.takeCount()));
                frame = frames.read();
            }
            inbox.end(false);
        } catch (ProtocolException e) {
            inbox.end(true);
            process.kill();
        } catch (IOException | RuntimeException | Error e) {
            // Nothing that it says from here on can be understood.
            inbox.end(false);
            process.kill();
        }
    }
}
