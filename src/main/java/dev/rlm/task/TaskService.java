package dev.rlm.task;

import dev.rlm.journal.Journal;
import dev.rlm.journal.JournalStore;
import dev.rlm.journal.JournalStore.Counts;
import dev.rlm.journal.JournalStore.Position;
import dev.rlm.journal.JournalStore.StoredTask;
import dev.rlm.journal.TaskEvent.Submitted;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Questions as tasks. Thread-safe. */
public interface TaskService extends AutoCloseable {

    /**
     * Takes a question and returns at once; the task is queued or running.
     *
     * @throws TaskException if the request cannot be run: an empty question, an unknown context or model, limits out of
     *     range, a schema that cannot be used, a full queue
     */
    TaskStatus submit(TaskRequest request) throws TaskException;

    /** How a task stands; empty if there is none with this id. */
    Optional<TaskStatus> status(String id);

    /**
     * Waits for news of a task.
     *
     * @param version the {@link TaskStatus#version} that the caller knows; returns when the task has a later one
     * @param time how long to wait at most
     * @return how the task stands then; empty if there is none with this id
     */
    Optional<TaskStatus> awaitChange(String id, long version, Duration time) throws InterruptedException;

    /** Waits until a task has ended or the time has passed, and tells how it stands then. */
    Optional<TaskStatus> awaitEnd(String id, Duration time) throws InterruptedException;

    /**
     * Cancels a task: its model calls are abandoned and its sandbox is ended. A task that has ended stays as it is.
     *
     * @return how the task stands after that; empty if there is none with this id
     */
    Optional<TaskStatus> cancel(String id) throws InterruptedException;

    /** The record of a task; empty if there is none with this id. */
    Optional<Journal> journal(String id);

    /**
     * Tasks as the store lists them, the latest submitted first.
     *
     * @param after the last task of the page before, or null for the first page
     * @param most how many, 1 to {@value JournalStore#MOST}
     */
    List<StoredTask> page(@Nullable Position after, int most);

    /** What was asked; empty if there is no task with this id. */
    Optional<Submitted> request(String id);

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

    /** How many tasks wait, run, and have ended. */
    Counts counts();

    /**
     * Takes no more tasks, gives those that run here some time to end, and leaves the rest to other replicas or to the
     * next start.
     */
    @Override
    void close();
}
