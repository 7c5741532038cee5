package dev.rlm.sandbox.worker;

import java.time.Duration;
import java.util.concurrent.TimeoutException;
import org.graalvm.polyglot.Context;

/** Stops the running cell from another thread, and never the one after it. */
final class Interruption {
    private static final long NONE = -1;

    /** Beyond the server's grace: it will have ended this process by then. */
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    private final Context context;
    private long running = NONE;
    private boolean interrupting;

    Interruption(Context context) {
        this.context = context;
    }

    synchronized void begin(long run) {
        running = run;
    }

    /** Whether this run still runs. */
    synchronized boolean isFor(long run) {
        return running == run;
    }

    /** The run is over; returns when an interrupt on its way has done its work. */
    synchronized void end() {
        running = NONE;
        // An interrupt of this thread was meant for the cell that is over.
        Thread.interrupted();
        while (interrupting) {
            try {
                wait();
            } catch (InterruptedException e) {
                // Another sign of the interrupt that is being waited for.
            }
        }
    }

    /** Interrupts every thread of the context if this run still runs, and waits until they have stopped. */
    void interrupt(long run) {
        synchronized (this) {
            if (running != run || interrupting) {
                return;
            }
            interrupting = true;
        }
        try {
            context.interrupt(PATIENCE);
        } catch (TimeoutException e) {
            // Endless built-ins do not notice; the server ends this process.
        } finally {
            synchronized (this) {
                interrupting = false;
                notifyAll();
            }
        }
    }
}
