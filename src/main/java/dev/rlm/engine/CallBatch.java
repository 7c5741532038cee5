package dev.rlm.engine;

import dev.rlm.journal.JournalException;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/** The calls of a batch that are made, each on a thread of its own. For one thread, which starts them in their order. */
final class CallBatch<T> implements AutoCloseable {

    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final Map<String, Future<T>> made = new LinkedHashMap<>();
    private final AtomicBoolean broken = new AtomicBoolean();

    /** Whether a call could not be recorded, or was interrupted: those behind it are not to be made. */
    boolean isBroken() {
        return broken.get();
    }

    /** Starts a call. */
    void start(String name, Callable<T> call) {
        made.put(name, threads.submit(() -> {
            boolean answered = false;
            try {
                T outcome = call.call();
                answered = true;
                return outcome;
            } finally {
                if (!answered) {
                    broken.set(true);
                }
            }
        }));
    }

    /** Waits until all have ended; the outcomes by the calls' names. */
    Map<String, T> outcomes() throws InterruptedException {
        threads.shutdown();
        threads.awaitTermination(Long.MAX_VALUE, TimeUnit.NANOSECONDS);
        Map<String, T> outcomes = new HashMap<>();
        for (Map.Entry<String, Future<T>> each : made.entrySet()) {
            try {
                outcomes.put(each.getKey(), each.getValue().get());
            } catch (ExecutionException e) {
                switch (e.getCause()) {
                    case InterruptedException _ -> throw new InterruptedException();
                    // What was paid for and is not recorded must not be used.
                    case JournalException unrecorded -> throw unrecorded;
                    case null, default ->
                        throw new IllegalStateException("A call ended with an error of the program.", e.getCause());
                }
            }
        }
        return outcomes;
    }

    /** Interrupts what is still under way. */
    @Override
    public void close() {
        threads.shutdownNow();
    }
}
