package dev.rlm.mcp;

import dev.rlm.context.ContentHold;
import dev.rlm.context.Context;
import dev.rlm.context.ContextException;
import dev.rlm.context.ContextReader;
import dev.rlm.context.ContextStore;
import dev.rlm.context.Contexts;
import dev.rlm.context.Document;
import dev.rlm.context.Slice;
import dev.rlm.journal.Journal;
import dev.rlm.journal.JournalStore.Position;
import dev.rlm.journal.JournalStore.StoredTask;
import dev.rlm.journal.TaskEvent.Submitted;
import dev.rlm.task.TaskService;
import dev.rlm.task.TaskStatus;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What the stores of contexts and tasks have. */
@Singleton
final class StoredBelongings implements Belongings {

    private final Contexts contexts;
    private final ContextReader reader;
    private final TaskService tasks;

    StoredBelongings(Contexts contexts, ContextReader reader, TaskService tasks) {
        this.contexts = contexts;
        this.reader = reader;
        this.tasks = tasks;
    }

    @Override
    public List<Context> contexts(String caller) throws RequestFailure {
        try {
            return contexts.of(caller).list();
        } catch (ContextException e) {
            throw RequestFailure.internal(e.getMessage());
        }
    }

    @Override
    public Context context(String caller, String id) throws RequestFailure {
        try {
            return contexts.of(caller)
                    .find(id)
                    .orElseThrow(() -> RequestFailure.notFound("There is no context with the id " + Quoted.of(id)
                            + ". It may have been deleted; see resources/list, or load it again."));
        } catch (ContextException e) {
            throw RequestFailure.internal(e.getMessage());
        }
    }

    @Override
    public Slice text(Context context, Document document, long offset, int characters)
            throws RequestFailure, InterruptedException {
        try {
            return reader.readCharacters(context, document.name(), offset, characters);
        } catch (ContextException e) {
            throw offset > document.characters()
                    ? RequestFailure.invalid(e.getMessage())
                    : RequestFailure.internal(e.getMessage());
        }
    }

    @Override
    public byte[] image(Context context, Document document) throws RequestFailure, InterruptedException {
        ContextStore own = contexts.of(context.owner());
        try (ContentHold _ = own.hold(context, List.of(document))) {
            return Files.readAllBytes(own.content(context, document));
        } catch (ContextException e) {
            throw RequestFailure.internal(e.getMessage());
        } catch (IOException _) {
            throw RequestFailure.internal(
                    "The document " + Quoted.of(document.name()) + " cannot be read: load its context again.");
        }
    }

    @Override
    public List<StoredTask> tasks(String caller, @Nullable Position after, int most) {
        return tasks.of(caller).page(after, most);
    }

    @Override
    public Optional<Submitted> asked(String caller, StoredTask task) {
        return tasks.of(caller).request(task.id());
    }

    @Override
    public TaskStatus task(String caller, String id) throws RequestFailure {
        return tasks.of(caller).status(id).orElseThrow(() -> noTask(id));
    }

    @Override
    public Optional<TaskStatus> awaitChange(String caller, String id, long version, Duration time)
            throws InterruptedException {
        return tasks.of(caller).awaitChange(id, version, time);
    }

    @Override
    public Journal journal(String caller, String id) throws RequestFailure {
        return tasks.of(caller).journal(id).orElseThrow(() -> noTask(id));
    }

    private static RequestFailure noTask(String id) {
        return RequestFailure.notFound("There is no task with the id " + Quoted.of(id)
                + ". Ended tasks are deleted after a while; see resources/list.");
    }
}
