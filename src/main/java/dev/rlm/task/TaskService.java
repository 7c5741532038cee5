package dev.rlm.task;

import dev.rlm.journal.JournalStore.Counts;
import java.time.Instant;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Questions as tasks, each of which belongs to the caller that asked. Thread-safe. */
public interface TaskService extends AutoCloseable {

    /** The tasks of a caller. */
    CallerTasks of(String caller);

    /** How many tasks of all callers wait, run, and have ended. */
    Counts counts();

    /** How many tasks this replica runs just now. */
    int runningHere();

    /** The ids of the contexts that tasks need which have not ended. */
    Set<String> contextsInUse();

    /**
     * Deletes ended tasks with their journals, but for those that a task which has not ended follows up.
     *
     * @param before those that ended before this; null for no such limit
     * @param kept all but so many that ended last; null for no such limit
     * @return how many were deleted
     */
    int deleteEnded(@Nullable Instant before, @Nullable Long kept);

    /**
     * Takes no more tasks, gives those that run here some time to end, and leaves the rest to other replicas or to the
     * next start.
     */
    @Override
    void close();
}
