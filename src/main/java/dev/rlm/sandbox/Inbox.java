package dev.rlm.sandbox;

import dev.rlm.sandbox.protocol.Frame;
import dev.rlm.sandbox.protocol.Frame.FromWorker;
import dev.rlm.sandbox.protocol.ProtocolException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Where the frames of a worker arrive: the answer to the one request under way, and what its cell sends meanwhile.
 * Whatever was not asked for is a violation. Thread-safe.
 */
final class Inbox {
    /** How often the processor time of a cell that waits for calls is looked at. */
    private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(200);

    /** A number, or a few; with the kind. */
    private static final int FEW_BYTES = 64;

    private static final int LINES_BYTES = 4 << 20;
    private static final int LINE_BYTES = 4 * Frame.MOST_LINE_CHARACTERS;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();

    /** A worker's first frame, by which it says that it is warm, is asked for by its start. */
    private boolean asked = true;

    private boolean ended;
    private boolean nonsense;
    private @Nullable FromWorker answer;
    private @Nullable CellInProgress cell;
    private @Nullable CellInProgress lastCell;

    /** Expects the answer to a request that is about to be sent; if it runs a cell, what that sends too. */
    void expect(@Nullable CellInProgress next) {
        lock.lock();
        try {
            answer = null;
            asked = true;
            cell = next;
            lastCell = next == null ? lastCell : next;
        } finally {
            lock.unlock();
        }
    }

    /** Expects nothing more. */
    void finish() {
        lock.lock();
        try {
            asked = false;
            cell = null;
        } finally {
            lock.unlock();
        }
    }

    /** Waits for the answer; null if the worker is gone or the time has passed first. */
    @Nullable
    FromWorker awaitAnswer(Duration timeout) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            long left = nanos(timeout);
            while (answer == null && !ended && left > 0) {
                left = changed.awaitNanos(left);
            }
            asked = false;
            return answer;
        } finally {
            lock.unlock();
        }
    }

    /** Waits until the cell has ended or the worker is gone; false if the cell's time limit came first. */
    boolean awaitCell(CellInProgress current, Duration limit) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            while (answer == null && !ended) {
                Duration left = limit.minus(current.time().elapsed());
                if (!left.isPositive()) {
                    return false;
                }
                long patience = nanos(left);
                long _ = changed.awaitNanos(current.time().waiting() ? Math.min(patience, LOOK_NANOS) : patience);
            }
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** Waits, whatever interrupts this thread, until there is an answer or the worker is gone; false if neither came. */
    boolean awaitEnd(Duration patience) {
        boolean interrupted = false;
        lock.lock();
        try {
            long deadline = System.nanoTime() + patience.toNanos();
            while (answer == null && !ended && deadline - System.nanoTime() > 0) {
                try {
                    long _ = changed.awaitNanos(deadline - System.nanoTime());
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
            return answer != null || ended;
        } finally {
            lock.unlock();
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** How the cell ended; {@code timedOut} tells why the worker is gone if it was killed. */
    RunOutcome outcome(CellInProgress current, boolean timedOut) {
        lock.lock();
        try {
            Duration active = current.time().elapsed();
            if (answer instanceof Frame.CellEnded end) {
                return new RunOutcome.Ended(end, active);
            }
            RunOutcome.Reason reason = nonsense
                    ? RunOutcome.Reason.NONSENSE
                    : timedOut ? RunOutcome.Reason.TIMED_OUT : RunOutcome.Reason.DEAD;
            return new RunOutcome.Lost(reason, current.output(), current.value(), active);
        } finally {
            lock.unlock();
        }
    }

    /** The most bytes that a frame of this type may have now. */
    int mostBytes(Class<? extends Frame> type) {
        if (type == Frame.Ready.class || type == Frame.Opened.class || type == Frame.BudgetQuery.class) {
            return FEW_BYTES;
        }
        if (type == Frame.Refused.class) {
            return LINE_BYTES;
        }
        if (type == Frame.Variables.class) {
            return LINES_BYTES;
        }
        if (type == Frame.OutputSoFar.class) {
            lock.lock();
            try {
                return lastCell == null ? 0 : lastCell.outputBytes();
            } finally {
                lock.unlock();
            }
        }
        return Frame.FromWorker.class.isAssignableFrom(type) ? Frame.MAX_BYTES : 0;
    }

    /** Takes a frame of the worker. */
    void receive(Frame frame) throws ProtocolException {
        switch (frame) {
            case Frame.Query query -> callBegan(query);
            case Frame.BudgetQuery query -> callBegan(query);
            case Frame.OutputSoFar(long run, Frame.Output output) -> outputSoFar(run, output);
            case Frame.HandedOver(long run, Frame.Value value) -> handedOver(run, value);
            case FromWorker received -> answered(received);
            case Frame.ToWorker _ -> throw new ProtocolException("A worker sent a request of the server.");
        }
    }

    /** A call of a cell is answered. */
    void callEnded(CellInProgress caller) {
        lock.lock();
        try {
            caller.time().waitEnds();
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** The worker says nothing any more, because of what it said last if that made no sense. */
    void end(boolean becauseOfNonsense) {
        lock.lock();
        try {
            nonsense |= becauseOfNonsense && !ended;
            ended = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    boolean ended() {
        lock.lock();
        try {
            return ended;
        } finally {
            lock.unlock();
        }
    }

    boolean nonsense() {
        lock.lock();
        try {
            return nonsense;
        } finally {
            lock.unlock();
        }
    }

    private void callBegan(FromWorker call) throws ProtocolException {
        CellInProgress caller;
        lock.lock();
        try {
            caller = cell;
            if (caller == null || answer != null) {
                stray();
                return;
            }
            caller.time().waitBegins();
        } finally {
            lock.unlock();
        }
        switch (call) {
            case Frame.Query query -> caller.desk().query(query);
            case Frame.BudgetQuery query -> caller.desk().budget(query);
            default -> throw new IllegalStateException("Not a call: " + call.getClass());
        }
    }

    private void outputSoFar(long run, Frame.Output output) throws ProtocolException {
        lock.lock();
        try {
            if (cell == null || cell.run() != run) {
                stray();
            } else {
                cell.outputSoFar(output);
            }
        } finally {
            lock.unlock();
        }
    }

    private void handedOver(long run, Frame.Value value) throws ProtocolException {
        lock.lock();
        try {
            if (cell == null || cell.run() != run) {
                stray();
            } else {
                cell.handedOver(value);
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
            if (cell != null) {
                if (!(received instanceof Frame.CellEnded end)) {
                    throw new ProtocolException("A worker answered something else than the end of its cell.");
                }
                cell.ended(end);
            }
            answer = received;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private void stray() throws ProtocolException {
        if (lastCell == null) {
            throw new ProtocolException("A worker that has run no cell sent what only cells send.");
        }
        lastCell.strayFrame();
    }

    private static long nanos(Duration duration) {
        return duration.compareTo(Duration.ofDays(365)) > 0
                ? Duration.ofDays(365).toNanos()
                : duration.toNanos();
    }
}
