package dev.rlm.mcp;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rlm.journal.JournalStore.Position;
import dev.rlm.journal.JournalStore.StoredTask;
import dev.rlm.model.ModelId;
import dev.rlm.task.CallerTasks;
import dev.rlm.task.TaskException;
import dev.rlm.task.TaskReport;
import dev.rlm.task.TaskRequest;
import dev.rlm.task.TaskRequest.Limits;
import dev.rlm.task.TaskRequest.Priority;
import dev.rlm.task.TaskService;
import dev.rlm.task.TaskStatus;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The tools about questions. */
@Singleton
final class TaskTools {

    private static final int DEFAULT_WAIT_SECONDS = 30;
    private static final int PAGE = 20;

    /** How often a waiting call looks whether its caller still listens. */
    private static final Duration LOOK = Duration.ofMillis(500);

    private final TaskService tasks;
    private final ServerReport server;

    TaskTools(TaskService tasks, ServerReport server) {
        this.tasks = tasks;
        this.server = server;
    }

    ObjectNode ask(Arguments arguments, RlmTool.Caller caller) throws ToolFailure, InterruptedException {
        CallerTasks own = tasks.of(caller.name());
        TaskStatus status;
        TaskRequest request = new TaskRequest(
                arguments.textOrNull("key"),
                priority(arguments),
                arguments.text("question"),
                arguments.texts("context_ids"),
                modelId(arguments, "root_model"),
                modelId(arguments, "sub_model"),
                limits(arguments),
                arguments.objectOrNull("schema"),
                arguments.textOrNull("route"),
                arguments.textOrNull("session"),
                arguments.flag("verify"));
        try {
            status = own.submit(request, caller.models().orElse(null));
        } catch (TaskException e) {
            throw new ToolFailure(e.getMessage());
        }
        Duration wait = Duration.ofSeconds(arguments.integer("wait_seconds", DEFAULT_WAIT_SECONDS));
        TaskStatus later = awaitEnd(own, status, wait, caller);
        if (caller.hasCancelled()) {
            // Nobody will ever learn the task's id.
            later = own.cancel(later.id()).orElse(later);
        }
        return report(later, 0);
    }

    ObjectNode status(Arguments arguments, RlmTool.Caller caller) throws ToolFailure, InterruptedException {
        if (!arguments.has("task_id")) {
            return JsonNodeFactory.instance.objectNode().set("server", server.json(caller.who()));
        }
        CallerTasks own = tasks.of(caller.name());
        TaskStatus status = known(own.status(arguments.text("task_id")), arguments);
        Duration wait = Duration.ofSeconds(arguments.integer("wait_seconds", 0));
        if (arguments.has("version")) {
            status = known(own.awaitChange(status.id(), arguments.number("version", 0), wait), arguments);
        } else {
            status = awaitEnd(own, status, wait, caller);
        }
        return report(status, arguments.number("answer_offset", 0));
    }

    ObjectNode cancel(Arguments arguments, RlmTool.Caller caller) throws ToolFailure, InterruptedException {
        return report(known(tasks.of(caller.name()).cancel(arguments.text("task_id")), arguments), 0);
    }

    ObjectNode list(Arguments arguments, RlmTool.Caller caller) throws ToolFailure {
        CallerTasks own = tasks.of(caller.name());
        int limit = arguments.integer("limit", PAGE);
        // One more tells whether there is another page.
        List<StoredTask> found = own.page(after(arguments.textOrNull("cursor")), limit + 1);
        List<StoredTask> page = found.subList(0, Math.min(limit, found.size()));
        ObjectNode result = JsonNodeFactory.instance.objectNode();
        ArrayNode listed = result.putArray("tasks");
        for (StoredTask task : page) {
            // One that is deleted meanwhile is left out.
            own.request(task.id()).ifPresent(asked -> listed.add(TaskReport.listed(task, asked)));
        }
        result.put(
                "next_cursor", found.size() > limit ? Cursor.of(page.getLast().position()) : null);
        return result;
    }

    private static @Nullable Position after(@Nullable String cursor) throws ToolFailure {
        return cursor == null
                ? null
                : Cursor.position(cursor)
                        .orElseThrow(() -> new ToolFailure(
                                "The cursor is none that rlm_list_tasks gave: pass `next_cursor` of the page before, or none"
                                        + " for the first page."));
    }

    /** Waits for a task's end and tells about its progress. The wait ends early when the caller cancels the call. */
    private TaskStatus awaitEnd(CallerTasks own, TaskStatus first, Duration wait, RlmTool.Caller caller)
            throws InterruptedException {
        TaskStatus status = first;
        long told = first.version();
        long end = System.nanoTime() + wait.toNanos();
        for (long left = wait.toNanos(); left > 0 && !status.state().ended(); left = end - System.nanoTime()) {
            if (caller.hasCancelled()) {
                break;
            }
            Duration look = Duration.ofNanos(Math.min(left, LOOK.toNanos()));
            TaskStatus later =
                    own.awaitChange(status.id(), status.version(), look).orElse(status);
            String line = TaskReport.line(later);
            if (later.version() > status.version() || !line.equals(TaskReport.line(status))) {
                // It grows with each, also when only more was written.
                told = Math.max(told + 1, later.version());
                caller.progress(told, line);
            }
            status = later;
        }
        return status;
    }

    private static ObjectNode report(TaskStatus status, long answerOffset) {
        return JsonNodeFactory.instance.objectNode().set("task", TaskReport.of(status, answerOffset));
    }

    private static TaskStatus known(Optional<TaskStatus> status, Arguments arguments) throws ToolFailure {
        return status.orElseThrow(() -> new ToolFailure("There is no task with the id '" + arguments.text("task_id")
                + "'. Ended tasks are deleted after a while; ask the question again."));
    }

    private static @Nullable ModelId modelId(Arguments arguments, String name) throws ToolFailure {
        String text = arguments.textOrNull(name);
        try {
            return text == null ? null : ModelId.parse(text);
        } catch (IllegalArgumentException e) {
            throw new ToolFailure(name + ": " + e.getMessage());
        }
    }

    private static Priority priority(Arguments arguments) {
        String text = arguments.textOrNull("priority");
        return text == null ? Priority.NORMAL : Priority.ofLabel(text);
    }

    private static Limits limits(Arguments arguments) {
        Integer seconds = arguments.integerOrNull("timeout_seconds");
        return new Limits(
                arguments.integerOrNull("max_turns"),
                arguments.integerOrNull("max_sub_calls"),
                arguments.integerOrNull("parallel"),
                arguments.decimalOrNull("max_cost_usd"),
                seconds == null ? null : Duration.ofSeconds(seconds),
                arguments.integerOrNull("max_depth"));
    }
}
