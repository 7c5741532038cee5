package dev.rlm.mcp;

import dev.rlm.budget.Spending;
import dev.rlm.context.Context;
import dev.rlm.context.Document;
import dev.rlm.context.Slice;
import dev.rlm.journal.Events;
import dev.rlm.journal.InMemoryJournal;
import dev.rlm.journal.Journal;
import dev.rlm.journal.JournalStore.Position;
import dev.rlm.journal.JournalStore.StoredTask;
import dev.rlm.journal.TaskEvent.Submitted;
import dev.rlm.task.TaskState;
import dev.rlm.task.TaskStatus;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** Contexts and tasks of one caller, made up by a test. */
final class TestBelongings implements Belongings {

    static final String CALLER = "ada";

    private static final Instant START = Instant.parse("2026-03-01T12:00:00Z");

    final List<Context> contexts = new ArrayList<>();
    final List<StoredTask> tasks = new ArrayList<>();

    /** What is to come of tasks that somebody waits for. */
    final LinkedBlockingQueue<Optional<TaskStatus>> news = new LinkedBlockingQueue<>();

    /** What looking for contexts comes to, if not null. */
    RuntimeException failure;

    private final Map<String, String> texts = new HashMap<>();
    private final Map<String, InMemoryJournal> journals = new HashMap<>();

    static String contextId(int number) {
        return "ctx_" + number(number);
    }

    static String taskId(int number) {
        return "task_" + number(number);
    }

    private static String number(int number) {
        return "a".repeat(23)
                + (char) ('a' + number / 26 / 26 % 26)
                + (char) ('a' + number / 26 % 26)
                + (char) ('a' + number % 26);
    }

    /** A context with texts by their names, loaded so many seconds after the start. */
    Context addContext(int number, String name, int second, Map<String, String> documents) {
        List<Document> listed = new ArrayList<>();
        documents.forEach((document, text) -> {
            texts.put(contextId(number) + document, text);
            listed.add(new Document(document, "00", text.length(), text.length(), 1));
        });
        return add(new Context(
                contextId(number), CALLER, name, START.plusSeconds(second), listed, 10, 3, "preview", List.of()));
    }

    Context add(Context context) {
        contexts.add(context);
        contexts.sort(Comparator.comparing(Context::created).reversed());
        return context;
    }

    StoredTask addTask(int number, int second) {
        StoredTask task = new StoredTask(
                taskId(number), CALLER, null, START.plusSeconds(second), "answered", 0, 1, null, null, 1);
        tasks.add(task);
        tasks.sort(Comparator.comparing(StoredTask::submitted)
                .thenComparing(StoredTask::id)
                .reversed());
        journals.put(task.id(), new InMemoryJournal(Clock.fixed(task.submitted(), ZoneOffset.UTC)));
        return task;
    }

    static TaskStatus status(String id, long version, TaskState state) {
        return new TaskStatus(
                id,
                version,
                state,
                "phase",
                Events.SUBMITTED,
                START,
                null,
                null,
                START,
                null,
                0,
                0,
                0,
                0,
                List.of(),
                Spending.NONE,
                BigDecimal.ZERO,
                null,
                null,
                null,
                null,
                null,
                List.of());
    }

    @Override
    public List<Context> contexts(String caller) {
        if (failure != null) {
            throw failure;
        }
        return caller.equals(CALLER) ? List.copyOf(contexts) : List.of();
    }

    @Override
    public Context context(String caller, String id) throws RequestFailure {
        return contexts(caller).stream()
                .filter(it -> it.id().equals(id))
                .findFirst()
                .orElseThrow(() -> RequestFailure.notFound("There is no context with the id " + Quoted.of(id) + "."));
    }

    @Override
    public Slice text(Context context, Document document, long offset, int characters) throws RequestFailure {
        String text = texts.get(context.id() + document.name());
        if (offset > text.length()) {
            throw RequestFailure.invalid("There is no offset " + offset + ".");
        }
        int end = (int) Math.min(text.length(), offset + characters);
        return new Slice(document.name(), text.substring((int) offset, end), offset, end, 1, 1, end < text.length());
    }

    @Override
    public byte[] image(Context context, Document document) {
        return texts.get(context.id() + document.name()).getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public List<StoredTask> tasks(String caller, Position after, int most) {
        Comparator<Position> order = Comparator.comparing(Position::submitted).thenComparing(Position::id);
        return tasks.stream()
                .filter(it -> caller.equals(CALLER))
                .filter(it -> after == null || order.compare(it.position(), after) < 0)
                .limit(most)
                .toList();
    }

    @Override
    public Optional<Submitted> asked(String caller, StoredTask task) {
        return Optional.of(Events.SUBMITTED);
    }

    @Override
    public TaskStatus task(String caller, String id) throws RequestFailure {
        journal(caller, id);
        return status(id, 1, TaskState.RUNNING);
    }

    @Override
    public Optional<TaskStatus> awaitChange(String caller, String id, long version, Duration time)
            throws InterruptedException {
        Optional<TaskStatus> next = news.poll(time.toMillis(), TimeUnit.MILLISECONDS);
        return next == null ? Optional.of(status(id, version, TaskState.RUNNING)) : next;
    }

    @Override
    public Journal journal(String caller, String id) throws RequestFailure {
        Journal journal = caller.equals(CALLER) ? journals.get(id) : null;
        if (journal == null) {
            throw RequestFailure.notFound("There is no task with the id " + Quoted.of(id) + ".");
        }
        return journal;
    }
}
