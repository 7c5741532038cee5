package dev.rlm.mcp;

import dev.rlm.context.Context;
import dev.rlm.context.Document;
import dev.rlm.context.Slice;
import dev.rlm.journal.Journal;
import dev.rlm.journal.JournalStore.Position;
import dev.rlm.journal.JournalStore.StoredTask;
import dev.rlm.journal.TaskEvent.Submitted;
import dev.rlm.task.TaskStatus;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The contexts and tasks of callers: the one place from which resources, prompts and completions get them. What belongs to
 * somebody else is not there. Thread-safe.
 */
interface Belongings {

    /** A caller's contexts, the newest first. */
    List<Context> contexts(String caller) throws RequestFailure;

    /** A caller's context; a failure if it has none with this id. */
    Context context(String caller, String id) throws RequestFailure;

    /** A caller's context with this id or name, for what people type; of several with the same name, the newest. */
    default Optional<Context> find(String caller, String idOrName) throws RequestFailure {
        return contexts(caller).stream()
                .filter(context ->
                        context.id().equals(idOrName) || context.name().equals(idOrName))
                .findFirst();
    }

    /** A part of a text of a context, from 0 to so many characters. */
    Slice text(Context context, Document document, long offset, int characters)
            throws RequestFailure, InterruptedException;

    /** All bytes of an image of a context. */
    byte[] image(Context context, Document document) throws RequestFailure, InterruptedException;

    /** A caller's tasks, the latest submitted first, after a position; null for the first ones. */
    List<StoredTask> tasks(String caller, @Nullable Position after, int most);

    /** What a task of {@link #tasks} asks; empty if it was deleted meanwhile. */
    Optional<Submitted> asked(String caller, StoredTask task);

    /** How a caller's task stands; a failure if it has none with this id. */
    TaskStatus task(String caller, String id) throws RequestFailure;

    /** Waits for news of a caller's task after a version; empty if there is no such task any more. */
    Optional<TaskStatus> awaitChange(String caller, String id, long version, Duration time) throws InterruptedException;

    /** The record of a caller's task; a failure if it has none with this id. */
    Journal journal(String caller, String id) throws RequestFailure;
}
