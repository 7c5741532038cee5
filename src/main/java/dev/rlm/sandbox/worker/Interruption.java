package dev.rlm.sandbox.worker;

import dev.rlm.sandbox.worker.builtins.ThreadStop;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Stops the running cell of one REPL from another thread, and never the one after it. What works for other REPLs goes on.
 * Thread-safe.
 */
final class Interruption {
    private static final long NONE = -1;

    /** Beyond the server's grace: it will have ended this process by then. */
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    /** How often threads are asked to stop that may just have begun. */
    private static final long BETWEEN_REQUESTS_MILLIS = 20;

    private final Interpreter interpreter;
    private final CellThreads threads;
    private long running = NONE;
    private @Nullable Thread cellThread;
    private boolean interrupting;
    private boolean interrupted;

    Interruption(Interpreter interpreter, CellThreads threads) {
        this.interpreter = interpreter;
        this.threads = threads;
    }

    /** The calling thread runs the cell of this run. */
    synchronized void begin(long run) {
        running = run;
        interrupted = false;
        cellThread = Thread.currentThread();
    }

    /** Whether a cell runs. */
    synchronized boolean cellRuns() {
        return running != NONE;
    }

    /** Whether this run still runs. */
    synchronized boolean isFor(long run) {
        return running == run;
    }

    /**
     * The run is over; returns when an interrupt on its way has done its work.
     *
     * @return whether there was an interrupt
     */
    synchronized boolean end() {
        running = NONE;
        cellThread = null;
        notifyAll();
        // An interrupt of this thread was meant for the cell that is over.
        Thread.interrupted();
        while (interrupting) {
            try {
                wait();
            } catch (InterruptedException e) {
                // Another sign of the interrupt that is being waited for.
            }
        }
        return interrupted;
    }

    /** Stops a run's cell if it still runs, with all threads of its REPL, and waits until they have stopped. */
    void interrupt(long run) {
        synchronized (this) {
            if (running != run || interrupting) {
                return;
            }
            interrupting = true;
            interrupted = true;
        }
        boolean strangers = !interpreter.cellRunsBeside(threads);
        ThreadStop.Request request = interpreter
                .stops()
                .request(thread -> isCellThread(thread)
                        || threads.include(thread)
                        // A cell can start threads that nobody is told of.
                        || (strangers && interpreter.isStranger(thread)));
        try {
            stop(request, PATIENCE, true);
        } finally {
            synchronized (this) {
                interrupting = false;
                notifyAll();
            }
        }
    }

    /**
     * Stops the threads that cells of this REPL have started, as far as that is done within the patience: {@code finally}
     * may keep them.
     */
    void stopThreads(Duration patience) {
        stop(interpreter.stops().request(threads::include), patience, false);
    }

    private void stop(ThreadStop.Request request, Duration patience, boolean cellToo) {
        long deadline = System.nanoTime() + patience.toNanos();
        try {
            while (((cellToo && cellRuns()) || threads.anyBegun()) && System.nanoTime() < deadline) {
                request.submit();
                threads.wake();
                synchronized (this) {
                    if (cellToo && cellThread != null) {
                        cellThread.interrupt();
                    }
                    wait(BETWEEN_REQUESTS_MILLIS);
                }
            }
        } catch (InterruptedException e) {
            // The server's time limit has come while the cell's own thread stops others; it is being stopped itself.
        } finally {
            request.end();
        }
    }

    private synchronized boolean isCellThread(Thread thread) {
        return thread.equals(cellThread);
    }
}
