package dev.rlm.sandbox.worker;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** The threads that cells have started and that still live. Thread-safe. */
final class CellThreads {
    /** A thread that is seen at work so often in a row does not merely finish something. */
    private static final int SIGHTINGS = 8;

    private static final long BETWEEN_SIGHTINGS_MILLIS = 10;

    private final Set<Thread> living = ConcurrentHashMap.newKeySet();
    private final AtomicInteger starting = new AtomicInteger();

    /** Makes room for another thread; false if there are as many as allowed. */
    synchronized boolean wanted(int most) {
        living.removeIf(thread -> !thread.isAlive());
        if (living.size() + starting.get() >= most) {
            return false;
        }
        starting.incrementAndGet();
        return true;
    }

    /** The thread that room was made for could not be started. */
    boolean notStarted() {
        starting.decrementAndGet();
        return true;
    }

    /** The calling thread is one of the cell's. */
    synchronized boolean began() {
        starting.decrementAndGet();
        return living.add(Thread.currentThread());
    }

    /** The calling thread is about to end. */
    boolean ended() {
        return living.remove(Thread.currentThread());
    }

    /** Whether none lives, so that nothing can be at work. */
    boolean none() {
        return living.isEmpty() && starting.get() <= 0;
    }

    /**
     * Whether a thread goes on working, as opposed to waiting for something. Takes a moment if one does.
     *
     * @throws InterruptedException if the calling thread is interrupted
     */
    boolean atWork() throws InterruptedException {
        for (int sighting = 0; sighting < SIGHTINGS; sighting++) {
            if (living.stream().noneMatch(thread -> thread.getState() == Thread.State.RUNNABLE)) {
                return false;
            }
            Thread.sleep(BETWEEN_SIGHTINGS_MILLIS);
        }
        return true;
    }

    /** Forgets threads that were stopped before they could say that they began. */
    synchronized void forgetStarts() {
        starting.set(0);
    }
}
