package dev.rlm.sandbox;

import dev.rlm.sandbox.protocol.Frame;
import dev.rlm.sandbox.protocol.Frame.FromRepl;
import dev.rlm.sandbox.protocol.ProtocolException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What is expected of one REPL in a worker, and what has come: the answer to the one request under way, and what its cell
 * sends meanwhile. Thread-safe, under the lock of the {@link Inbox} that fills it; one thread asks and waits.
 */
final class ReplChannel {
    /** How often the processor time of a cell that waits for calls is looked at. */
    private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(200);

    private final Inbox inbox;
    private final ReentrantLock lock;
    private final Condition changed;
    private final WorkerTime time;
    private boolean asked;
    private boolean closing;
    private boolean closed;
    private @Nullable FromRepl answer;
    private @Nullable CellInProgress cell;

    ReplChannel(Inbox inbox, ReentrantLock lock, Condition changed, WorkerTime time) {
        this.inbox = inbox;
        this.lock = lock;
        this.changed = changed;
        this.time = time;
    }

    /** Expects the answer to a request that is about to be sent; false if nothing can be asked any more. */
    boolean expect() {
        lock.lock();
        try {
            return expect(null);
        } finally {
            lock.unlock();
        }
    }

    /** Expects what a cell sends that is about to be run; null if nothing can be asked any more. */
    @Nullable
    CellInProgress expectCell(Function<ActiveTime, CellInProgress> begin) {
        lock.lock();
        try {
            ActiveTime itsTime = time.begin();
            CellInProgress next = begin.apply(itsTime);
            if (expect(next)) {
                inbox.expectOutput(next);
                return next;
            }
            itsTime.end();
            return null;
        } finally {
            lock.unlock();
        }
    }

    private boolean expect(@Nullable CellInProgress next) {
        if (closing || asked) {
            return false;
        }
        answer = null;
        asked = true;
        cell = next;
        return true;
    }

    /** Expects nothing more of the cell. */
    void finish(CellInProgress current) {
        lock.lock();
        try {
            current.time().end();
            asked = false;
            cell = null;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Expects the end of the REPL, and before it the answer to a request under way, for which perhaps nobody waits any more;
     * false if the end is expected already.
     */
    boolean close() {
        lock.lock();
        try {
            boolean first = !closing;
            closing = true;
            return first;
        } finally {
            lock.unlock();
        }
    }

    /** Waits for the answer; null if the worker is gone or the time has passed first. */
    @Nullable
    FromRepl awaitAnswer(Duration timeout) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            long left = nanos(timeout);
            while (answer == null && !inbox.ended() && left > 0) {
                left = changed.awaitNanos(left);
            }
            asked = answer == null;
            return answer;
        } finally {
            lock.unlock();
        }
    }

    /** Waits until the cell has ended or the worker is gone; false if the cell's time limit came first. */
    boolean awaitCell(CellInProgress current, Duration limit) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            while (answer == null && !inbox.ended()) {
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
        return await(() -> answer != null, patience);
    }

    /** Waits as {@link #awaitEnd} until the REPL is closed. */
    boolean awaitClosed(Duration patience) {
        return await(() -> closed, patience);
    }

    private boolean await(BooleanSupplier done, Duration patience) {
        boolean interrupted = false;
        lock.lock();
        try {
            long deadline = System.nanoTime() + patience.toNanos();
            while (!done.getAsBoolean() && !inbox.ended() && deadline - System.nanoTime() > 0) {
                try {
                    long _ = changed.awaitNanos(deadline - System.nanoTime());
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
            return done.getAsBoolean() || inbox.ended();
        } finally {
            lock.unlock();
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** How the cell ended; {@code whyKilled} is why the worker is gone, if it is. */
    RunOutcome outcome(CellInProgress current, RunOutcome.Reason whyKilled) {
        lock.lock();
        try {
            Duration active = current.time().elapsed();
            if (answer instanceof Frame.CellEnded end) {
                return new RunOutcome.Ended(end, active);
            }
            RunOutcome.Reason reason = inbox.nonsense() ? RunOutcome.Reason.NONSENSE : whyKilled;
            return new RunOutcome.Lost(reason, current.output(), current.value(), active);
        } finally {
            lock.unlock();
        }
    }

    /** The cell that runs and has not ended, or null. Under the lock. */
    @Nullable
    CellInProgress running() {
        return answer == null ? cell : null;
    }

    /** The cell that runs if this is its run, or null. Under the lock. */
    @Nullable
    CellInProgress running(long run) {
        return cell != null && cell.run() == run ? cell : null;
    }

    /** Takes an answer of the REPL. Under the lock. */
    void answered(FromRepl received) throws ProtocolException {
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
    }

    /** Takes the news that the REPL is closed. Under the lock. */
    void closed() throws ProtocolException {
        if (!closing || running() != null) {
            throw new ProtocolException("A worker closed a REPL that shall stay.");
        }
        closed = true;
        changed.signalAll();
    }

    private static long nanos(Duration duration) {
        return duration.compareTo(Duration.ofDays(365)) > 0
                ? Duration.ofDays(365).toNanos()
                : duration.toNanos();
    }
}
