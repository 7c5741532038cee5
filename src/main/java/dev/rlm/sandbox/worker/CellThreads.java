package dev.rlm.sandbox.worker;

import java.util.Arrays;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** The threads that cells have started and that still live. Thread-safe. */
final class CellThreads {
    /** A thread that is seen at work so often in a row does not merely finish something. */
    private static final int SIGHTINGS = 8;

    /** Where GraalPy waits for its global lock, and how near the top of the stack that is. */
    private static final String WAIT_FOR_TURN = "acquireGil";

    private static final int TOP_FRAMES = 20;

    private static final long BETWEEN_SIGHTINGS_MILLIS = 10;

    private final Set<Thread> living = ConcurrentHashMap.newKeySet();
    private final AtomicInteger starting = new AtomicInteger();
    private boolean admitted;

    /** Lets cells start threads or not: while they are being stopped, others must not take their place. */
    synchronized void admit(boolean admitted) {
        this.admitted = admitted;
        if (admitted) {
            starting.set(0);
        }
    }

    /** Makes room for another thread; false if there are as many as allowed, or none is admitted. */
    synchronized boolean wanted(int most) {
        living.removeIf(thread -> !thread.isAlive());
        if (!admitted || living.size() + starting.get() >= most) {
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
            if (starting.get() <= 0 && living.stream().noneMatch(CellThreads::works)) {
                return false;
            }
            Thread.sleep(BETWEEN_SIGHTINGS_MILLIS);
        }
        return true;
    }

    /** Threads that compute take turns; one that waits for its turn is at work too. */
    private static boolean works(Thread thread) {
        return thread.getState() == Thread.State.RUNNABLE
                || Arrays.stream(thread.getStackTrace())
                        .limit(TOP_FRAMES)
                        .anyMatch(frame -> frame.getMethodName().equals(WAIT_FOR_TURN));
    }

    /** Forgets threads that were stopped before they could say that they began. */
    synchronized void forgetStarts() {
        starting.set(0);
    }
}
