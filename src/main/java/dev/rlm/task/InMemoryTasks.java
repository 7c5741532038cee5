package dev.rlm.task;

import dev.rlm.budget.Budget;
import dev.rlm.context.Context;
import dev.rlm.context.ContextException;
import dev.rlm.context.ContextStore;
import dev.rlm.engine.EngineSettings;
import dev.rlm.engine.Question;
import dev.rlm.engine.Role;
import dev.rlm.journal.InMemoryJournal;
import dev.rlm.journal.Journal;
import dev.rlm.journal.TaskEvent.Submitted;
import dev.rlm.model.ModelException;
import dev.rlm.model.ModelId;
import dev.rlm.task.TaskRequest.Limits;
import java.math.BigDecimal;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Tasks that live as long as the process. */
public final class InMemoryTasks implements TaskService {

    /** How long {@link #cancel} waits for a task to stop. */
    private static final Duration CANCEL_WAIT = Duration.ofSeconds(5);

    private static final int LONGEST_QUESTION = 100_000;

    private final TaskSettings settings;
    private final ContextStore contexts;
    private final Roles roles;
    private final TaskRunner runner;
    private final Clock clock;
    private final Supplier<String> ids;
    private final AtEnd atEnd;
    private final ExecutorService threads;
    private final Map<String, Task> tasks = new LinkedHashMap<>();
    private boolean closed;

    /** What is done with a task when it has ended. */
    @FunctionalInterface
    public interface AtEnd {
        /** Does it, on a thread that may block; throws nothing. */
        void ended(TaskStatus status, Journal journal);
    }

    /** No tasks yet, and nothing to be done at their end. */
    public InMemoryTasks(
            TaskSettings settings, ContextStore contexts, Roles roles, Repls repls, Clock clock, Supplier<String> ids) {
        this(settings, contexts, roles, repls, clock, ids, (_, _) -> {});
    }

    /**
     * No tasks yet.
     *
     * @param ids gives each task its unguessable id
     * @param atEnd what is done with each task when it has ended
     */
    public InMemoryTasks(
            TaskSettings settings,
            ContextStore contexts,
            Roles roles,
            Repls repls,
            Clock clock,
            Supplier<String> ids,
            AtEnd atEnd) {
        this.atEnd = atEnd;
        this.settings = settings;
        this.contexts = contexts;
        this.roles = roles;
        this.runner = new TaskRunner(contexts, repls, clock);
        this.clock = clock;
        this.ids = ids;
        this.threads = Executors.newFixedThreadPool(
                settings.running(), Thread.ofVirtual().name("task-", 1).factory());
    }

    @Override
    public TaskStatus submit(TaskRequest request) throws TaskException {
        Question question = question(request);
        Task task = task(request, question);
        synchronized (tasks) {
            if (closed) {
                throw new TaskException("The server is shutting down and takes no more tasks.");
            }
            forgetOldest();
            long waiting = tasks.values().stream()
                    .filter(known -> known.status().state() == TaskState.QUEUED)
                    .count();
            if (waiting >= settings.queued()) {
                throw new TaskException("The queue is full: " + waiting + " tasks are waiting. Try again later.");
            }
            tasks.put(task.id(), task);
            // The question holds its contexts' documents, so only the run has it, and forgets it in the end.
            task.runsAs(threads.submit(() -> {
                runner.run(task, question);
                // The interruption was for the run.
                Thread.interrupted();
                atEnd.ended(task.status(), task.journal());
            }));
        }
        return task.status();
    }

    @Override
    public Optional<TaskStatus> status(String id) {
        return task(id).map(Task::status);
    }

    @Override
    public Optional<TaskStatus> awaitChange(String id, long version, Duration time) throws InterruptedException {
        Optional<Task> task = task(id);
        if (task.isPresent() && !task.get().status().state().ended()) {
            task.get().journal().awaitEntryAfter(version, time);
        }
        return task.map(Task::status);
    }

    @Override
    public Optional<TaskStatus> awaitEnd(String id, Duration time) throws InterruptedException {
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

    @Override
    public Optional<TaskStatus> cancel(String id) throws InterruptedException {
        Optional<Task> task = task(id);
        boolean ended = task.isPresent() && task.get().status().state().ended();
        task.ifPresent(Task::cancel);
        Optional<TaskStatus> status = awaitEnd(id, CANCEL_WAIT);
        if (!ended && status.isPresent() && status.get().started() == null) {
            // It will never run.
            atEnd.ended(status.get(), task.get().journal());
        }
        return status;
    }

    @Override
    public Optional<Journal> journal(String id) {
        return task(id).map(Task::journal);
    }

    @Override
    public List<TaskStatus> list() {
        synchronized (tasks) {
            return new ArrayList<>(tasks.values())
                    .reversed().stream().map(Task::status).toList();
        }
    }

    @Override
    public void close() {
        List<Task> open;
        synchronized (tasks) {
            closed = true;
            open = List.copyOf(tasks.values());
        }
        open.forEach(Task::cancel);
        threads.close();
    }

    private Optional<Task> task(String id) {
        synchronized (tasks) {
            return Optional.ofNullable(tasks.get(id));
        }
    }

    private Question question(TaskRequest request) throws TaskException {
        String text = request.question().strip();
        if (text.isEmpty()) {
            throw new TaskException("The question is empty: say what you want to know about the context.");
        }
        if (text.length() > LONGEST_QUESTION) {
            throw new TaskException("The question has " + text.length() + " characters, at most " + LONGEST_QUESTION
                    + " are allowed: load long material as a context and refer to it.");
        }
        return new Question(text, contexts(request.contextIds()));
    }

    private Task task(TaskRequest request, Question question) throws TaskException {
        Role root = role(request.rootModel(), settings.rootModel());
        Role sub = role(request.subModel(), settings.subModel());
        Budget budget = budget(request.limits());
        requirePrices(budget, request.limits().usd() != null, root, sub);
        Journal journal = new InMemoryJournal(clock);
        journal.record(new Submitted(
                question.text(),
                request.contextIds(),
                root.model().id().toString(),
                sub.model().id().toString(),
                budget.turns(),
                budget.subCalls(),
                budget.usd(),
                budget.time()));
        return new Task(ids.get(), root, sub, budget, engine(request.limits()), journal);
    }

    private Role role(@Nullable ModelId asked, ModelId standard) throws TaskException {
        try {
            return roles.of(asked == null ? standard : asked);
        } catch (ModelException e) {
            throw new TaskException(e.getMessage());
        }
    }

    private Budget budget(Limits limits) throws TaskException {
        Budget standard = settings.budget();
        try {
            return new Budget(
                    limits.turns() == null ? standard.turns() : limits.turns(),
                    limits.subCalls() == null ? standard.subCalls() : limits.subCalls(),
                    limits.usd() == null ? standard.usd() : limits.usd(),
                    limits.time() == null ? standard.time() : limits.time());
        } catch (IllegalArgumentException e) {
            throw new TaskException(String.valueOf(e.getMessage()));
        }
    }

    private EngineSettings engine(Limits limits) throws TaskException {
        try {
            return limits.parallel() == null
                    ? settings.engine()
                    : settings.engine().withParallel(limits.parallel());
        } catch (IllegalArgumentException e) {
            throw new TaskException(String.valueOf(e.getMessage()));
        }
    }

    /** A cost limit can only hold where every price is known. */
    private static void requirePrices(Budget budget, boolean chosen, Role... roles) throws TaskException {
        BigDecimal usd = budget.usd();
        for (Role role : roles) {
            if (usd != null && role.description().price() == null) {
                throw new TaskException("A cost limit cannot be kept, because the price of "
                        + role.model().id()
                        + " is not known. "
                        + (chosen ? "Leave the cost limit out, or use" : "The server is configured with one; use")
                        + " a model with a known price.");
            }
        }
    }

    private List<Context> contexts(List<String> contextIds) throws TaskException {
        if (contextIds.isEmpty()) {
            throw new TaskException("No context is named: load one first, and pass its id.");
        }
        List<Context> found = new ArrayList<>();
        for (String id : contextIds) {
            try {
                found.add(contexts.find(id)
                        .orElseThrow(() -> new TaskException("There is no context with the id '" + id
                                + "'. It may have been deleted; list the contexts, or load it again.")));
            } catch (ContextException e) {
                throw new TaskException(e.getMessage());
            }
        }
        return found;
    }

    private void forgetOldest() {
        List<Task> ended = tasks.values().stream()
                .filter(task -> task.status().state().ended())
                .toList();
        ended.stream().limit(Math.max(0, ended.size() - settings.kept() + 1)).forEach(task -> tasks.remove(task.id()));
    }
}
