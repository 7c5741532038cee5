package dev.rlm.mcp;

import dev.rlm.context.ContextException;
import dev.rlm.context.ContextMatches;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A search that ends when its time is over, or when nobody waits for it any more. One match takes linear time, but many of them may
 * take long together.
 */
final class BoundedSearch {

    /** How often one looks whether the caller has cancelled. */
    private static final Duration LOOK = Duration.ofMillis(250);

    private final Duration time;

    BoundedSearch(Duration time) {
        this.time = time;
    }

    /**
     * What a search finds.
     *
     * @param search returns soon when it is interrupted
     */
    ContextMatches result(Callable<ContextMatches> search, RlmTool.Caller caller)
            throws ToolFailure, ContextException, InterruptedException {
        FutureTask<ContextMatches> task = new FutureTask<>(search);
        Thread.startVirtualThread(task);
        try {
            return await(task, caller);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof ContextException refusal) {
                throw refusal;
            }
            throw new IllegalStateException(e.getCause());
        } finally {
            task.cancel(true);
        }
    }

    private ContextMatches await(FutureTask<ContextMatches> task, RlmTool.Caller caller)
            throws ToolFailure, ExecutionException, InterruptedException {
        long end = System.nanoTime() + time.toNanos();
        for (long left = time.toNanos(); left > 0; left = end - System.nanoTime()) {
            try {
                return task.get(Math.min(left, LOOK.toNanos()), TimeUnit.NANOSECONDS);
            } catch (TimeoutException _) {
                if (caller.hasCancelled()) {
                    throw new ToolFailure("The search was cancelled.");
                }
            }
        }
        throw new ToolFailure("The search did not end within " + time.toSeconds()
                + " s: use a simpler pattern, fewer documents or fewer matches.");
    }
}
