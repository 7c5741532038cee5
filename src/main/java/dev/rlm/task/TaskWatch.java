package dev.rlm.task;

import dev.rlm.journal.JournalStore;
import dev.rlm.journal.JournalStore.StoredTask;
import dev.rlm.task.Runs.Run;
import dev.rlm.task.Runs.Stop;
import dev.rlm.task.TaskRequest.Priority;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

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

    /** So long the end of a look is waited for; it may wait for a store that is away. */
    private static final Duration CLOSE_WAIT = Duration.ofSeconds(5);

    private final JournalStore store;
    private final Runs runs;
    private final TaskQueue queue;
    private final Replicas replicas;
    private final Clock clock;
    private final Thread thread = Thread.ofVirtual().name("task-watch").unstarted(this::watch);
    private final CountDownLatch closed = new CountDownLatch(1);

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
            if (closed.getCount() > 0) {
                LOG.log(System.Logger.Level.WARNING, "Dead servers' tasks could not be looked for: " + e.getMessage());
            }
        }
    }

    /**
     * Looks no more. A look under way ends before this does, so that the store can be closed after it; it is not interrupted,
     * for that would close the files that it reads.
     */
    @Override
    public void close() {
        closed.countDown();
        try {
            if (thread.getState() != Thread.State.NEW) {
                var _ = thread.join(CLOSE_WAIT);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void watch() {
        long lastSearch = System.nanoTime();
        boolean away = false;
        while (!isClosedAfter(LOOK)) {
            try {
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
            } catch (RuntimeException e) {
                if (!away && closed.getCount() > 0) {
                    LOG.log(System.Logger.Level.WARNING, "The store of tasks cannot be reached: " + e.getMessage());
                }
                away = true;
            }
        }
    }

    private boolean isClosedAfter(Duration time) {
        try {
            return closed.await(time.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            return true;
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
