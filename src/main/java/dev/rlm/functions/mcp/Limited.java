package dev.rlm.functions.mcp;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Work that ends at a limit: it is interrupted then, and when whoever waits for it is. */
final class Limited {

    private Limited() {}

    /**
     * Does the work on a thread of its own and waits for it.
     *
     * @throws McpException that of the work, or one that names the limit
     */
    static <T> T run(Duration limit, Callable<T> work) throws McpException, InterruptedException {
        FutureTask<T> task = new FutureTask<>(work);
        Thread.ofVirtual().name("foreign-function").start(task);
        try {
            return task.get(limit.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            throw new McpException("did not answer within " + told(limit));
        } catch (ExecutionException e) {
            switch (e.getCause()) {
                case McpException told -> throw told;
                case InterruptedException _ -> throw new McpException("was not waited for");
                case null, default -> throw new IllegalStateException("A call ended with an error.", e.getCause());
            }
        } finally {
            task.cancel(true);
        }
    }

    private static String told(Duration limit) {
        return limit.toMillis() < 10_000 ? limit.toMillis() + " ms" : limit.toSeconds() + " s";
    }
}
