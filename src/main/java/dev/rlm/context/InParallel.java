package dev.rlm.context;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Does the same with many things, several at a time. */
final class InParallel {
    private static final int AT_A_TIME = 16;

    private InParallel() {}

    /** What is done with one of them. */
    interface Work<T> {
        void on(T thing) throws IOException, ContextException, InterruptedException;
    }

    /** Returns when all is done; the first failure ends it, and what had begun has ended, too. */
    static <T> void each(Collection<T> things, Work<T> work)
            throws IOException, ContextException, InterruptedException {
        if (things.size() == 1) {
            work.on(things.iterator().next());
            return;
        }
        ExecutorService threads = Executors.newFixedThreadPool(
                Math.clamp(things.size(), 1, AT_A_TIME),
                Thread.ofVirtual().name("contexts-", 1).factory());
        try {
            List<Future<?>> all = new ArrayList<>();
            for (T thing : things) {
                all.add(threads.submit(() -> {
                    work.on(thing);
                    return null;
                }));
            }
            for (Future<?> one : all) {
                one.get();
            }
        } catch (ExecutionException e) {
            switch (e.getCause()) {
                case IOException failure -> throw failure;
                case ContextException failure -> throw failure;
                case InterruptedException failure -> throw failure;
                case Error failure -> throw failure;
                case null, default -> throw new IllegalStateException(e.getCause());
            }
        } finally {
            threads.shutdownNow();
            threads.close();
        }
    }
}
