package dev.rlm.task;

import dev.rlm.journal.Journal;
import dev.rlm.journal.JournalStore;
import dev.rlm.journal.JournalStore.Counts;
import dev.rlm.journal.JournalStore.Position;
import dev.rlm.journal.JournalStore.StoredTask;
import dev.rlm.journal.TaskEvent.Submitted;
import dev.rlm.model.ClientModels;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The tasks of one caller. To it there are no others: the id of another's task is like one that never was, and a question
 * can only be about its own contexts and follow up its own tasks. Thread-safe.
 */
public interface CallerTasks {

    /**
     * Takes a question and returns at once; the task is queued or running.
     *
     * @throws TaskException if the request cannot be run: an empty question, an unknown context or model, limits out of
     *     range, a schema that cannot be used, a full queue
     */
    default TaskStatus submit(TaskRequest request) throws TaskException {
        return submit(request, null);
    }

    /**
     * Takes a question as {@link #submit(TaskRequest)} does, of a client that may lend its own models to it.
     *
     * @param lent the client's models, or null if it lends none
     */
    TaskStatus submit(TaskRequest request, @Nullable ClientModels lent) throws TaskException;

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
    default Optional<TaskStatus> awaitEnd(String id, Duration time) throws InterruptedException {
        long end = System.nanoTime() + time.toNanos();
        Optional<TaskStatus> status = status(id);
        while (status.isPresent() && !status.get().state().ended()) {
            long left = end - System.nanoTime();
            if (left <= 0) {
                break;
            }
            status = awaitChange(id, status.get().version(), Duration.ofNanos(left));
        }
        return status;
    }

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

    /** How many tasks wait, run, and have ended. */
    Counts counts();
}
