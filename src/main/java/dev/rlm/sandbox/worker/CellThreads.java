package dev.rlm.sandbox.worker;

import java.util.Arrays;
import java.util.Collection;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The threads that cells of one REPL have started and that still live; the threads of all REPLs of a worker are bounded
 * together. Thread-safe.
 */
final class CellThreads {
    /** A thread that is seen at work so often in a row does not merely finish something, or wait for a processor. */
    private static final int SIGHTINGS = 30;

    /** Where GraalPy waits for its global lock, and how near the top of the stack that is. */
    private static final String WAIT_FOR_TURN = "acquireGil";

    private static final int TOP_FRAMES = 20;

    private static final long BETWEEN_SIGHTINGS_MILLIS = 10;

    private final Collection<CellThreads> all;
    private final Set<Thread> living = ConcurrentHashMap.newKeySet();
    private final AtomicInteger starting = new AtomicInteger();
    private boolean admitted;

    /** Threads of one REPL among those of all, which are counted under the monitor of that collection. */
    CellThreads(Collection<CellThreads> all) {
        this.all = all;
    }

    /** Lets cells start threads or not: while they are being stopped, others must not take their place. */
    synchronized void admit(boolean admitted) {
        this.admitted = admitted;
        if (admitted) {
            starting.set(0);
        }
    }

    /** Makes room for another thread; false if the REPLs have as many as allowed together, or none is admitted. */
    boolean wanted(int most) {
        synchronized (all) {
            return all.stream().mapToInt(CellThreads::count).sum() < most && startIfAdmitted();
        }
    }

    private int count() {
        living.removeIf(thread -> !thread.isAlive());
        return living.size() + Math.max(0, starting.get());
    }

    private synchronized boolean startIfAdmitted() {
        if (admitted) {
            starting.incrementAndGet();
        }
        return admitted;
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
        return count() == 0;
    }

    /** Whether one lives that has begun. */
    boolean anyBegun() {
        living.removeIf(thread -> !thread.isAlive());
        return !living.isEmpty();
    }

    /** Whether a thread is one of these. */
    boolean include(Thread thread) {
        return living.contains(thread);
    }

    /** Wakes those that wait in the host. */
    void wake() {
        living.forEach(Thread::interrupt);
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
