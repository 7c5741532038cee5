package dev.rlm.mcp.stateless;

import dev.rlm.journal.JournalException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Tells a subscriber how a task stands, at first and whenever that has changed, until it has ended. */
final class TaskWatcher implements Runnable {

    /** Notifications about one task come at most so often: every step of a task changes it. */
    private static final Duration PAUSE = Duration.ofSeconds(1);

    private static final Duration LOOK = Duration.ofSeconds(10);

    private final String id;
    private final Call call;
    private final TaskHandles tasks;
    private final CountDownLatch closed;

    /** @param closed at zero when the subscription has ended */
    TaskWatcher(String id, Call call, TaskHandles tasks, CountDownLatch closed) {
        this.id = id;
        this.call = call;
        this.tasks = tasks;
        this.closed = closed;
    }

    @Override
    public void run() {
        long told = -1;
        try {
            do {
                TaskHandles.Seen seen = tasks.find(id, call);
                if (seen.status().version() > told) {
                    told = seen.status().version();
                    call.exchange()
                            .notify("notifications/tasks", SubscriptionFeature.tagged(call, tasks.detailed(seen)));
                }
                if (seen.status().state().ended()) {
                    return;
                }
                tasks.awaitChange(id, told, LOOK, call);
            } while (!closed.await(PAUSE.toMillis(), TimeUnit.MILLISECONDS));
        } catch (ProtocolError | JournalException e) {
            // Deleted, or the store is away: the client polls on its own, as it would without this.
        } catch (InterruptedException e) {
            // The subscription has ended.
        }
    }
}
