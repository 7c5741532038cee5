package dev.rlm.sandbox;

import java.io.IOException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;

/**
 * Starts processes, all by one thread that lives until {@link #close}: Linux ends a worker with the thread that started
 * it, not with the process. Thread-safe.
 */
final class ProcessStarter implements AutoCloseable {
    private final ExecutorService thread = Executors.newSingleThreadExecutor(
            Thread.ofPlatform().name("sandbox-starter").daemon().factory());

    /** Starts a process; the builder must not be used by others meanwhile. */
    Process start(ProcessBuilder builder) throws IOException, InterruptedException {
        try {
            return thread.submit(builder::start).get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof IOException cause) {
                throw cause;
            }
            throw new IllegalStateException(e.getCause());
        } catch (RejectedExecutionException e) {
            throw new IOException("the server is shutting down", e);
        }
    }

    /** Ends the thread, and with it the processes that were told to die with it. */
    @Override
    public void close() {
        thread.shutdown();
    }
}
