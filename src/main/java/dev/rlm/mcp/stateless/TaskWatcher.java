package dev.rlm.mcp.stateless;

import dev.rlm.journal.JournalException;
import java.time.Duration;

/** Tells a subscriber how a task stands, at first and whenever that has changed, until it has ended. */
final class TaskWatcher implements Runnable {

    /** Notifications about one task come at most so often: every step of a task changes it. */
    private static final Duration PAUSE = Duration.ofSeconds(1);

    private static final Duration LOOK = Duration.ofSeconds(10);

    private final String id;
    private final SubscriptionStream stream;
    private final TaskKind tasks;

    TaskWatcher(String id, SubscriptionStream stream, TaskKind tasks) {
        this.id = id;
        this.stream = stream;
        this.tasks = tasks;
    }

    @Override
    public void run() {
        long told = -1;
        try {
            do {
                TaskKind.Seen seen = tasks.find(id, stream.call());
                if (seen.version() > told) {
                    told = seen.version();
                    stream.tell("notifications/tasks", seen.detailed());
                }
                if (seen.ended()) {
                    return;
                }
                tasks.awaitChange(id, told, LOOK, stream.call());
            } while (!stream.awaitClose(PAUSE));
        } catch (ProtocolError | JournalException _) {
            // Deleted, or the store is away: the client polls on its own, as it would without this.
        } catch (InterruptedException _) {
            // The subscription has ended.
        }
    }
}
