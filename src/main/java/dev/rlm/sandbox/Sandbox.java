package dev.rlm.sandbox;

import dev.rlm.sandbox.protocol.Frame;
import dev.rlm.sandbox.protocol.Frame.CellEnded;
import dev.rlm.sandbox.protocol.Frame.FromWorker;
import dev.rlm.sandbox.protocol.FrameReader;
import dev.rlm.sandbox.protocol.FrameTooLargeException;
import dev.rlm.sandbox.protocol.FrameWriter;
import dev.rlm.sandbox.protocol.ProtocolException;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A worker process and the frames exchanged with it. One request at a time; {@link #close} may come from any thread and
 * ends a request under way. What the worker sends is not trusted: whatever was not asked for ends it.
 */
final class Sandbox implements AutoCloseable {
    /** How long a cell may take to stop when the thread that waits for it is interrupted. */
    private static final Duration CANCEL_GRACE = Duration.ofMillis(500);

    private final WorkerProcess process;
    private final FrameWriter toWorker;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();

    private boolean asked = true;
    private boolean ended;
    private @Nullable FromWorker answer;
    private @Nullable CellInProgress cell;
    private long lastRun;

    /** How a run ended. */
    sealed interface RunOutcome {
        /** How long the cell was active. */
        Duration active();

        /** The cell ended, by itself or because it was stopped. */
        record Ended(CellEnded cell, Duration active) implements RunOutcome {}

        /** The worker is gone: killed at the time limit, or dead. */
        record Lost(boolean timedOut, Frame.Output output, Duration active) implements RunOutcome {}
    }

    /** What is known of the cell that runs. */
    private final class CellInProgress {
        final long run;
        final HostCallDesk desk;
        final ActiveTime time = new ActiveTime(System::nanoTime);
        Frame.Output output = new Frame.Output("", 0);

        CellInProgress(long run, HostCalls calls) {
            this.run = run;
            this.desk = new HostCallDesk(calls, toWorker, () -> callEnded(this));
        }
    }

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
        expectAnswer();
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
            case Frame.Refused(String reason) -> throw new SandboxException(reason);
            default -> throw unexpected();
        };
    }

    List<Frame.Variable> variables(Duration timeout) throws SandboxException, InterruptedException {
        return switch (exchange(new Frame.ListVariables(), timeout)) {
            case Frame.Variables(var variables) -> variables;
            case Frame.Refused(String reason) -> throw new SandboxException(reason);
            default -> throw unexpected();
        };
    }

    Frame.Value value(String variable, Duration timeout) throws SandboxException, InterruptedException {
        return switch (exchange(new Frame.ReadVariable(variable), timeout)) {
            case Frame.Value value -> value;
            case Frame.Refused(String reason) -> throw new SandboxException(reason);
            default -> throw unexpected();
        };
    }

    /**
     * Runs a cell; at its time limit it is stopped, and killed with the worker if it does not stop within the grace.
     *
     * @throws InterruptedException if this thread was interrupted; the cell was stopped or the worker killed
     * @throws SandboxException if the cell is too long to be sent
     */
    RunOutcome run(Repl.Cell source, Duration limit, int outputLimit, HostCalls calls, Duration grace)
            throws SandboxException, InterruptedException {
        CellInProgress current = new CellInProgress(++lastRun, calls);
        begin(current);
        try {
            send(new Frame.Run(current.run, source.number(), source.code(), outputLimit));
            if (!awaitCell(current, limit)) {
                stop(current, grace);
                return outcome(current, true);
            }
            return outcome(current, false);
        } catch (InterruptedException e) {
            current.desk.close();
            stop(current, CANCEL_GRACE);
            throw e;
        } finally {
            current.desk.close();
            finish();
        }
    }

    boolean alive() {
        lock.lock();
        try {
            return !ended && process.alive();
        } finally {
            lock.unlock();
        }
    }

    /** Why the worker, which nobody here has killed, is gone. */
    String reasonOfEnd() {
        return process.reasonOfEnd();
    }

    long pid() {
        return process.pid();
    }

    /** Kills the process. Idempotent. */
    @Override
    public void close() {
        process.kill();
        streamEnded();
    }

    private void begin(CellInProgress current) {
        lock.lock();
        try {
            answer = null;
            asked = true;
            cell = current;
        } finally {
            lock.unlock();
        }
    }

    private void finish() {
        lock.lock();
        try {
            asked = false;
            cell = null;
        } finally {
            lock.unlock();
        }
    }

    /** Waits until the cell has ended or the worker is gone; false if the time limit came first. */
    private boolean awaitCell(CellInProgress current, Duration limit) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            while (answer == null && !ended) {
                Duration left = limit.minus(current.time.elapsed());
                if (current.time.waiting()) {
                    changed.await();
                } else if (!left.isPositive()) {
                    return false;
                } else {
                    changed.awaitNanos(nanos(left));
                }
            }
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** Interrupts the cell, and kills the worker if that does not help. */
    private void stop(CellInProgress current, Duration grace) {
        // A worker that does not read must not keep this thread waiting; killing it ends the write.
        Thread.ofVirtual().name("sandbox-interrupt").start(() -> interrupt(current.run));
        lock.lock();
        try {
            long deadline = System.nanoTime() + grace.toNanos();
            boolean interrupted = false;
            while (answer == null && !ended && deadline - System.nanoTime() > 0) {
                try {
                    changed.awaitNanos(deadline - System.nanoTime());
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
            if (answer == null) {
                close();
            }
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        } finally {
            lock.unlock();
        }
    }

    private void interrupt(long run) {
        try {
            toWorker.write(new Frame.Interrupt(run));
        } catch (IOException e) {
            close();
        }
    }

    private RunOutcome outcome(CellInProgress current, boolean timedOut) {
        lock.lock();
        try {
            Duration active = current.time.elapsed();
            if (answer instanceof CellEnded end && end.run() == current.run) {
                return new RunOutcome.Ended(end, active);
            }
            close();
            return new RunOutcome.Lost(timedOut, current.output, active);
        } finally {
            lock.unlock();
        }
    }

    private FromWorker exchange(Frame.ToWorker request, Duration timeout)
            throws SandboxException, InterruptedException {
        expectAnswer();
        send(request);
        return await(timeout);
    }

    private void expectAnswer() {
        lock.lock();
        try {
            answer = null;
            asked = true;
        } finally {
            lock.unlock();
        }
    }

    private FromWorker await(Duration timeout) throws SandboxException, InterruptedException {
        lock.lock();
        try {
            long left = nanos(timeout);
            while (answer == null && !ended && left > 0) {
                left = changed.awaitNanos(left);
            }
            asked = false;
            if (answer != null) {
                return answer;
            }
            boolean late = !ended;
            close();
            throw new SandboxException(
                    late
                            ? "The sandbox did not answer within " + timeout.toSeconds() + " s and was ended."
                            : "The sandbox is gone: " + reasonOfEnd() + ".");
        } catch (InterruptedException e) {
            // Its late answer would be taken for that of the next request.
            close();
            throw e;
        } finally {
            lock.unlock();
        }
    }

    private void send(Frame.ToWorker request) throws SandboxException {
        try {
            toWorker.write(request);
        } catch (FrameTooLargeException e) {
            throw new SandboxException("The cell is too long to be sent to a sandbox.", e);
        } catch (IOException e) {
            streamEnded();
        }
    }

    private SandboxException unexpected() {
        close();
        return new SandboxException("The sandbox gave an answer that makes no sense and was ended.");
    }

    private void read() {
        FrameReader frames = new FrameReader(process.output(), Frame.MAX_BYTES);
        try {
            Optional<Frame> frame = frames.read();
            while (frame.isPresent()) {
                receive(frame.get());
                frame = frames.read();
            }
        } catch (IOException | RuntimeException | Error e) {
            // Nothing that it says from here on can be understood.
            process.kill();
        } finally {
            streamEnded();
        }
    }

    private void receive(Frame frame) throws IOException {
        switch (frame) {
            case Frame.Query query -> callBegan(query);
            case Frame.BudgetQuery query -> callBegan(query);
            case Frame.OutputSoFar(long run, Frame.Output output) -> outputSoFar(run, output);
            case FromWorker received -> answered(received);
            case Frame.ToWorker _ -> throw new ProtocolException("A worker sent a request of the server.");
        }
    }

    private void callBegan(FromWorker call) throws IOException {
        CellInProgress current;
        lock.lock();
        try {
            current = cell;
            if (current != null) {
                current.time.waitBegins();
            }
        } finally {
            lock.unlock();
        }
        switch (call) {
            case Frame.Query query when current != null -> current.desk.query(query);
            case Frame.BudgetQuery query when current != null -> current.desk.budget(query);
            default -> {}
        }
    }

    private void callEnded(CellInProgress caller) {
        lock.lock();
        try {
            caller.time.waitEnds();
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private void outputSoFar(long run, Frame.Output output) {
        lock.lock();
        try {
            if (cell != null && cell.run == run) {
                cell.output = output;
            }
        } finally {
            lock.unlock();
        }
    }

    private void answered(FromWorker received) throws ProtocolException {
        lock.lock();
        try {
            if (!asked || answer != null) {
                throw new ProtocolException("A worker answered what nobody asked.");
            }
            answer = received;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private void streamEnded() {
        lock.lock();
        try {
            ended = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private static long nanos(Duration duration) {
        return duration.compareTo(Duration.ofDays(365)) > 0
                ? Duration.ofDays(365).toNanos()
                : duration.toNanos();
    }
}
