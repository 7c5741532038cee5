package dev.rlm.sandbox;

import dev.rlm.sandbox.protocol.Frame;
import dev.rlm.sandbox.protocol.FrameReader;
import dev.rlm.sandbox.protocol.FrameTooLargeException;
import dev.rlm.sandbox.protocol.FrameWriter;
import dev.rlm.sandbox.protocol.ProtocolException;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A worker process, its REPLs, and the frames exchanged with it. It serves one task and is then ended, so that it never
 * sees documents or replies of another. What the worker sends is not trusted: it is bounded in size and rate, and what was
 * not asked for ends the worker. Thread-safe.
 */
final class Sandbox implements AutoCloseable {
    private final WorkerProcess process;
    private final FrameWriter toWorker;
    private final Inbox inbox;
    private final WorkerRepl root;
    private final CallRoom room = new CallRoom();
    private final AtomicLong lastRun = new AtomicLong();
    private volatile boolean killedForCell;
    private volatile boolean closed;

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
        this.toWorker = FrameWriter.toPipe(process.input(), Frame.MAX_BYTES, "sandbox-" + process.pid() + "-input");
        this.inbox = new Inbox(ProcessHandle.of(process.pid())
                .map(handle -> (LongSupplier) new ProcessorTime(handle))
                .orElse(() -> 0));
        this.root = newRepl().orElseThrow();
    }

    /** Talks with a worker process that was started; {@link #awaitReady} tells when it is warm. */
    static Sandbox of(WorkerProcess process) {
        Sandbox sandbox = new Sandbox(process);
        // A platform thread: a read from a pipe would hold a carrier of virtual threads.
        Thread.ofPlatform().name("sandbox-" + process.pid()).daemon().start(sandbox::read);
        return sandbox;
    }

    void awaitReady(Duration timeout) throws SandboxException, InterruptedException {
        try {
            if (inbox.awaitReady(timeout)) {
                return;
            }
        } catch (InterruptedException e) {
            kill();
            throw e;
        }
        throw noAnswer(timeout);
    }

    /** The task's own REPL. */
    WorkerRepl root() {
        return root;
    }

    /**
     * Opens a child of a REPL in this worker.
     *
     * @throws SandboxException if the context cannot be had, there are too many REPLs, or the worker is gone
     */
    WorkerRepl openChild(WorkerRepl parent, ChildContext context, Duration timeout)
            throws SandboxException, InterruptedException {
        WorkerRepl child = newRepl()
                .orElseThrow(() -> new SandboxException("There are " + Repl.MOST_OPEN
                        + " REPLs open in this task and no more can be: close some of them."));
        try {
            long _ = child.open(context, parent, timeout);
            return child;
        } catch (SandboxException | InterruptedException e) {
            child.close();
            throw e;
        }
    }

    private Optional<WorkerRepl> newRepl() {
        return inbox.add(Repl.MOST_OPEN).map(added -> new WorkerRepl(this, added.number(), added.channel()));
    }

    boolean alive() {
        return !inbox.ended() && process.alive();
    }

    /** Whether the worker was ended because nobody needed it any more. */
    boolean closed() {
        return closed;
    }

    /** Whether the worker was killed because a cell in it could not be stopped. */
    boolean killedForCell() {
        return killedForCell;
    }

    /** Why the worker, which nobody has asked to end, is gone. */
    String reasonOfEnd() {
        if (inbox.nonsense()) {
            return "it sent what makes no sense and was ended";
        }
        return killedForCell ? "a cell in it could not be stopped" : process.reasonOfEnd();
    }

    long pid() {
        return process.pid();
    }

    /** Ends the process, which is not needed any more. Idempotent. */
    @Override
    public void close() {
        closed |= !inbox.ended();
        kill();
    }

    /** Kills the process. Idempotent. */
    void kill() {
        inbox.end(false);
        process.kill();
    }

    /** Kills the process because a cell in it does not stop. */
    void killForCell() {
        killedForCell |= !inbox.ended();
        kill();
    }

    FrameWriter toWorker() {
        return toWorker;
    }

    /** A number for a run. */
    long nextRun() {
        return lastRun.incrementAndGet();
    }

    /** Answers the calls of a cell, which is known when the first call comes. */
    HostCallDesk desk(HostCalls calls, Supplier<CellInProgress> cell) {
        return new HostCallDesk(calls, room, toWorker, () -> inbox.callEnded(cell.get()));
    }

    /** Sends a request. A worker that is gone does not answer, which is told where the answer is awaited. */
    void send(Frame.ToWorker request) throws SandboxException {
        try {
            toWorker.write(request);
        } catch (FrameTooLargeException e) {
            throw new SandboxException("The cell is too long to be sent to a sandbox.", e);
        } catch (IOException e) {
            inbox.end(false);
        }
    }

    /** Sends a small frame, and kills a worker that does not take it. */
    void tell(Frame.ToWorker frame) {
        try {
            toWorker.write(frame);
        } catch (IOException e) {
            kill();
        }
    }

    /** What is told when there is no answer; the worker is killed. */
    SandboxException noAnswer(Duration timeout) {
        boolean late = !inbox.ended();
        kill();
        return new WorkerLostException(
                late
                        ? "The sandbox did not answer within " + timeout.toSeconds() + " s and was ended."
                        : "The sandbox is gone: " + reasonOfEnd() + ".");
    }

    /** What is told when the answer does not fit; the worker is killed. */
    SandboxException unexpected() {
        kill();
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
