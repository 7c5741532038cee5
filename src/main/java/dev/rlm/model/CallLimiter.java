package dev.rlm.model;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * How many calls of one model may be in flight: a limit that halves when the provider throttles and grows back slowly.
 *
 * <p>Additive increase, multiplicative decrease: a throttled call halves the limit, but only once for all the calls that
 * were in flight together, since their refusals carry the same news; as many successes as the limit raise it by one.
 * The limit stays between one and the configured maximum, where it starts. Waiting is first come, first served.
 * Thread-safe.
 */
public final class CallLimiter {

    /** How a call ended, as far as the limit is concerned. */
    public enum Outcome {
        /** The provider answered. */
        SUCCEEDED,
        /** The provider asked to slow down. */
        THROTTLED,
        /** Anything else: says nothing about the provider's capacity. */
        OTHER
    }

    /** A place for one call in flight, to be given back by {@link #release}. */
    public record Place(long decreasesBefore) {}

    private static final class Waiter {
        private final Condition turn;
        private boolean admitted;

        private Waiter(Condition turn) {
            this.turn = turn;
        }
    }

    private final int maximum;
    private final Clock clock;
    private final ReentrantLock lock = new ReentrantLock();
    private final Deque<Waiter> waiters = new ArrayDeque<>();
    private double limit;
    private int inFlight;
    private long decreases;

    /** A limiter that starts at its maximum, at least 1. */
    public CallLimiter(int maximum, Clock clock) {
        if (maximum < 1) {
            throw new IllegalArgumentException("At least 1 model call must be allowed in flight, not " + maximum + ".");
        }
        this.maximum = maximum;
        this.clock = clock;
        this.limit = maximum;
    }

    /** The present limit, from 1 to the maximum. */
    public int limit() {
        lock.lock();
        try {
            return (int) limit;
        } finally {
            lock.unlock();
        }
    }

    /** How many calls wait for a place. */
    public int waiting() {
        lock.lock();
        try {
            return waiters.size();
        } finally {
            lock.unlock();
        }
    }

    /**
     * Waits for a place.
     *
     * @return the place, which the caller must release
     * @throws ModelException of kind {@code TIMEOUT} if the deadline came first; nothing was acquired
     * @throws InterruptedException if the thread was interrupted; nothing was acquired
     */
    public Place acquire(Instant deadline) throws ModelException, InterruptedException {
        lock.lockInterruptibly();
        try {
            requireTime(deadline);
            if (waiters.isEmpty() && inFlight < (int) limit) {
                inFlight++;
            } else {
                await(deadline);
            }
            return new Place(decreases);
        } finally {
            lock.unlock();
        }
    }

    /** Gives a place back, exactly once, and tells how its call ended. */
    public void release(Place place, Outcome outcome) {
        lock.lock();
        try {
            inFlight--;
            if (outcome == Outcome.SUCCEEDED) {
                limit = Math.min(maximum, limit + 1 / limit);
            } else if (outcome == Outcome.THROTTLED && place.decreasesBefore() == decreases) {
                limit = Math.max(1, limit / 2);
                decreases++;
            }
            admit();
        } finally {
            lock.unlock();
        }
    }

    private void await(Instant deadline) throws ModelException, InterruptedException {
        Waiter waiter = new Waiter(lock.newCondition());
        waiters.addLast(waiter);
        try {
            while (!waiter.admitted) {
                Duration left = requireTime(deadline);
                long ignored = waiter.turn.awaitNanos(TimeUnit.NANOSECONDS.convert(left));
            }
        } catch (ModelException | InterruptedException e) {
            abandon(waiter);
            throw e;
        }
    }

    private Duration requireTime(Instant deadline) throws ModelException {
        Duration left = Duration.between(clock.instant(), deadline);
        if (!left.isPositive()) {
            throw new ModelException(
                    ModelException.Kind.TIMEOUT, "The model was not called before the deadline: no place became free.");
        }
        return left;
    }

    private void abandon(Waiter waiter) {
        if (waiter.admitted) {
            inFlight--;
        } else {
            waiters.remove(waiter);
        }
        admit();
    }

    private void admit() {
        while (inFlight < (int) limit && !waiters.isEmpty()) {
            Waiter next = waiters.removeFirst();
            next.admitted = true;
            inFlight++;
            next.turn.signal();
        }
    }
}
