package dev.rlm.task;

import dev.rlm.journal.JournalStore;
import dev.rlm.journal.JournalStore.StoredTask;
import dev.rlm.task.Runs.Run;
import dev.rlm.task.Runs.Stop;
import dev.rlm.task.TaskRequest.Priority;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;

/**
 * Looks into the store for what others have left there: cancellations of tasks that run here, tasks that nobody put into the
 * queue, and those of dead replicas.
 */
final class TaskWatch implements AutoCloseable {

    private static final System.Logger LOG = System.getLogger(TaskWatch.class.getName());

    /** How often a replica looks whether its tasks are to be cancelled. */
    private static final Duration LOOK = Duration.ofMillis(250);

    /** How often lost tasks are looked for, and how old they must be not to be just on their way into the queue. */
    private static final Duration LOST = Duration.ofSeconds(10);

    private final JournalStore store;
    private final Runs runs;
    private final TaskQueue queue;
    private final Replicas replicas;
    private final Clock clock;
    private final Thread thread = Thread.ofVirtual().name("task-watch").unstarted(this::watch);
    private volatile boolean closed;

    TaskWatch(JournalStore store, Runs runs, TaskQueue queue, Replicas replicas, Clock clock) {
        this.store = store;
        this.runs = runs;
        this.queue = queue;
        this.replicas = replicas;
        this.clock = clock;
    }

    /** Looks again and again from now on. */
    void start() {
        thread.start();
    }

    /** Takes the tasks away from replicas that are dead for certain. */
    void releaseFromDead() {
        try {
            queue.releaseFromDead(replicas);
        } catch (SQLException e) {
            // Their heartbeats tell, a little later.
            LOG.log(System.Logger.Level.WARNING, "Dead servers' tasks could not be looked for: " + e.getMessage());
        }
    }

    @Override
    public void close() {
        closed = true;
    }

    private void watch() {
        long lastSearch = System.nanoTime();
        boolean away = false;
        while (!closed) {
            try {
                Thread.sleep(LOOK);
                stopCancelled();
                if (System.nanoTime() - lastSearch > LOST.toNanos()) {
                    lastSearch = System.nanoTime();
                    releaseFromDead();
                    enqueueLost();
                }
                if (away) {
                    LOG.log(System.Logger.Level.WARNING, "The store of tasks can be reached again.");
                }
                away = false;
            } catch (InterruptedException e) {
                return;
            } catch (RuntimeException e) {
                if (!away) {
                    LOG.log(System.Logger.Level.WARNING, "The store of tasks cannot be reached: " + e.getMessage());
                }
                away = true;
            }
        }
    }

    private void stopCancelled() {
        for (Run run : runs.all()) {
            if (store.step(run.task(), TaskRunner.CANCEL).isPresent()) {
                run.stop(Stop.CANCELLED);
            }
        }
    }

    /** Tasks that were recorded by a server which died before it could put them into the queue. */
    private void enqueueLost() {
        for (StoredTask task : store.unqueued(clock.instant().minus(LOST), JournalStore.MOST)) {
            Priority priority = Priority.ofLabel(
                    store.request(task.id()).orElseThrow().options().priority());
            queue.add(task.id(), TaskQueue.priority(priority, task.rank()));
        }
    }
}
