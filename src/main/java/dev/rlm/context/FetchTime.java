package dev.rlm.context;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** How long fetching may take. Immutable and thread-safe. */
final class FetchTime {

    private final Duration time;

    FetchTime(Duration time) {
        this.time = time;
    }

    /** What fetches something. */
    interface Fetch<T> {
        T run() throws Unreadable, IOException, ContextException, InterruptedException;
    }

    /** What a fetch brings, which is interrupted and given up when its time is over. */
    <T> T within(Fetch<T> fetch) throws Unreadable, IOException, ContextException, InterruptedException {
        FutureTask<T> fetching = new FutureTask<>(fetch::run);
        Thread.ofVirtual().name("fetch").start(fetching);
        try {
            return await(fetching);
        } finally {
            fetching.cancel(true);
        }
    }

    /** What a fetch brings that has begun elsewhere, and goes on there when its time is over. */
    <T> T await(Future<T> fetching) throws Unreadable, IOException, ContextException, InterruptedException {
        try {
            return fetching.get(time.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            throw new Unreadable("did not come within " + time.toSeconds() + " s (rlm.context.url-time)");
        } catch (ExecutionException e) {
            switch (e.getCause()) {
                case Unreadable told -> throw told;
                case ContextException told -> throw told;
                case IOException told -> throw told;
                case InterruptedException told -> throw told;
                case null, default -> throw new IllegalStateException("Fetching ended with an error.", e.getCause());
            }
        }
    }
}
