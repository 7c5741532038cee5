package dev.rlm.task;

import dev.rlm.context.ContextException;
import dev.rlm.context.ContextRetention;
import dev.rlm.journal.JournalException;
import dev.rlm.storage.StorageException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Deletes contexts, tasks and results when their time is over. Replicas that share stores may all do it. Thread-safe.
 */
public final class Retention implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(Retention.class.getName());
    private static final Duration FIRST = Duration.ofMinutes(1);

    private final ContextRetention contexts;
    private final TaskService tasks;
    private final @Nullable ResultStore results;
    private final @Nullable Duration age;
    private final @Nullable Long count;
    private final Clock clock;
    private @Nullable Thread sweeping;

    /**
     * Rules for contexts and results.
     *
     * @param contexts those for contexts
     * @param tasks has the tasks, and their journals
     * @param results has the results; null where none are kept
     * @param age how old an ended task or a result may be; null for no limit
     * @param count how many ended tasks or results may stay; null for no limit
     * @throws IllegalArgumentException if a limit is not above 0
     */
    public Retention(
            ContextRetention contexts,
            TaskService tasks,
            @Nullable ResultStore results,
            @Nullable Duration age,
            @Nullable Long count,
            Clock clock) {
        if ((age != null && !age.isPositive()) || (count != null && count < 1)) {
            throw new IllegalArgumentException("The limits must be above 0.");
        }
        this.contexts = contexts;
        this.tasks = tasks;
        this.results = results;
        this.age = age;
        this.count = count;
        this.clock = clock;
    }

    /**
     * What a sweep did.
     *
     * @param contexts what became of contexts
     * @param tasks how many ended tasks were deleted
     * @param results the ids of the tasks whose results were deleted
     */
    public record Sweep(ContextRetention.Sweep contexts, int tasks, List<String> results) {
        public Sweep {
            results = List.copyOf(results);
        }

        /** One line for the log; empty if nothing was done. */
        String line() {
            if (contexts.deleted().isEmpty() && results.isEmpty() && tasks == 0 && contexts.cleared() == 0) {
                return "";
            }
            return "Deleted %d contexts, %d tasks and %d results whose time was over, and %d remains of what was never finished; %d contexts stay because tasks need them."
                    .formatted(
                            contexts.deleted().size(),
                            tasks,
                            results.size(),
                            contexts.cleared(),
                            contexts.spared().size());
        }
    }

    /**
     * Deletes what has had its time at this instant.
     *
     * @throws ContextException if the contexts' store fails
     * @throws StorageException if the results' store fails
     */
    public Sweep sweep(Instant now) throws ContextException, StorageException, InterruptedException {
        ContextRetention.Sweep swept = contexts.sweep(now);
        int deleted = age == null && count == null ? 0 : tasks.deleteEnded(age == null ? null : now.minus(age), count);
        return new Sweep(swept, deleted, results == null ? List.of() : results.deleteOld(now, age, count));
    }

    /** Sweeps a minute from now and then again and again in the background, until this is closed. */
    public synchronized void start(Duration interval) {
        if (sweeping == null) {
            sweeping = Thread.ofVirtual().name("retention").start(() -> sweepAgainAndAgain(interval));
        }
    }

    @Override
    public synchronized void close() {
        if (sweeping != null) {
            sweeping.interrupt();
        }
    }

    private void sweepAgainAndAgain(Duration interval) {
        try {
            Thread.sleep(FIRST);
            while (true) {
                try {
                    String line = sweep(clock.instant()).line();
                    if (!line.isEmpty()) {
                        LOG.log(System.Logger.Level.INFO, line);
                    }
                } catch (ContextException | StorageException | JournalException e) {
                    LOG.log(System.Logger.Level.WARNING, "What is too old was not deleted: {0}", e.getMessage());
                }
                Thread.sleep(interval);
            }
        } catch (InterruptedException _) {
            // Closed.
        }
    }
}
