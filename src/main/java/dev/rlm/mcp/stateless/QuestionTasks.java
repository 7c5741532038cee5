package dev.rlm.mcp.stateless;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rlm.journal.JournalException;
import dev.rlm.mcp.Tools;
import dev.rlm.task.TaskReport;
import dev.rlm.task.TaskService;
import dev.rlm.task.TaskState;
import dev.rlm.task.TaskStatus;
import jakarta.inject.Inject;
import jakarta.inject.Provider;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jspecify.annotations.Nullable;

/**
 * Questions as tasks of the tasks extension. The handle is the id of the durable task, so it outlives this process, and any
 * replica on the same store answers for it. Whether a caller may see a task is the tools' business, so every way to one leads
 * through them.
 */
@Singleton
final class QuestionTasks implements TaskKind {

    private static final String ASK = "rlm_ask";

    private final Tools tools;
    private final Provider<TaskService> tasks;
    private final @Nullable Duration retention;
    private final Clock clock;

    @Inject
    QuestionTasks(
            Tools tools,
            Provider<TaskService> tasks,
            @ConfigProperty(name = "rlm.task.retention.age") Optional<Duration> retention) {
        this(tools, tasks, retention.orElse(null), Clock.systemUTC());
    }

    QuestionTasks(Tools tools, Provider<TaskService> tasks, @Nullable Duration retention, Clock clock) {
        this.tools = tools;
        this.tasks = tasks;
        this.retention = retention;
        this.clock = clock;
    }

    @Override
    public boolean isFor(String tool, ObjectNode arguments) {
        return tool.equals(ASK);
    }

    /** Every id that is no other kind's may be one: whether it is, the tools say. */
    @Override
    public boolean isId(String id) {
        return true;
    }

    /** {@inheritDoc} It has been asked before if there is a result already. */
    @Override
    public ObjectNode begin(ObjectNode arguments, Call call) throws ProtocolError {
        ObjectNode withoutWaiting = arguments.deepCopy();
        if (arguments.path("wait_seconds").isMissingNode() || isWait(arguments.path("wait_seconds"))) {
            withoutWaiting.put("wait_seconds", 0);
        }
        Tools.Result result = tools.call(ASK, withoutWaiting, call);
        if (result.structured() == null) {
            return ToolResults.json(result);
        }
        TaskStatus status =
                status(result.structured().path("task").path("task_id").asText(), call);
        return status.state().ended() ? ToolResults.json(result) : task(status).put("resultType", "task");
    }

    /** What the tool's schema accepts; all else is left for it to refuse. */
    private static boolean isWait(JsonNode seconds) {
        return seconds.isIntegralNumber() && seconds.asLong() >= 0 && seconds.asLong() <= 45;
    }

    @Override
    public Seen find(String id, Call call) throws ProtocolError {
        Tools.Result result = told(id, call);
        if (result.isError()) {
            requireStore();
            throw ProtocolError.invalidParams("Task not found: " + result.text());
        }
        TaskStatus status = status(id, call);
        if (status.state().ended() && !tellsOf(status, result)) {
            // It has ended since it was told of.
            result = told(id, call);
        }
        return new Seen(
                detailed(status, result), status.version(), status.state().ended());
    }

    private static boolean tellsOf(TaskStatus status, Tools.Result result) {
        return result.structured() != null
                && result.structured().path("task").path("version").asLong() == status.version();
    }

    @Override
    public boolean isKnown(String id, Call call) {
        return !told(id, call).isError();
    }

    @Override
    public void cancel(String id, Call call) throws ProtocolError {
        find(id, call);
        Tools.Result result =
                tools.call("rlm_cancel", JsonNodeFactory.instance.objectNode().put("task_id", id), call);
        if (result.isError()) {
            throw ProtocolError.internal(result.text());
        }
    }

    private Tools.Result told(String id, Call call) {
        return tools.call("rlm_status", JsonNodeFactory.instance.objectNode().put("task_id", id), call);
    }

    @Override
    public void awaitChange(String id, long version, Duration time, Call call) throws InterruptedException {
        tasks.get().of(call.name()).awaitChange(id, version, time);
    }

    /** With a store that is away there may be such a task, and its client must not give it up. */
    private void requireStore() throws ProtocolError {
        try {
            tasks.get().counts();
        } catch (JournalException e) {
            throw ProtocolError.internal("The task cannot be looked up just now: " + e.getMessage());
        }
    }

    /** How a task of the caller stands, with its result once it has one. */
    private ObjectNode detailed(TaskStatus status, Tools.Result result) {
        ObjectNode json = task(status);
        if (status.state().ended() && status.state() != TaskState.CANCELLED) {
            json.set("result", ToolResults.json(result));
        }
        return json;
    }

    private TaskStatus status(String id, Call call) throws ProtocolError {
        return tasks.get()
                .of(call.name())
                .status(id)
                .orElseThrow(() -> ProtocolError.invalidParams("Task not found: it has been deleted just now."));
    }

    private ObjectNode task(TaskStatus status) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("taskId", status.id());
        json.put("status", label(status.state()));
        json.put("statusMessage", message(status));
        json.put("createdAt", status.submitted().toString());
        json.put("lastUpdatedAt", status.updated().toString());
        json.put("ttlMs", ttl(status));
        json.put("pollIntervalMs", TaskKind.pollInterval(age(status)).toMillis());
        return json;
    }

    /** A question that ends without an answer has still been answered by a result of the tool, which says why. */
    private static String label(TaskState state) {
        return switch (state) {
            case QUEUED, RUNNING -> "working";
            case ANSWERED, PARTIAL, FAILED -> "completed";
            case CANCELLED -> "cancelled";
        };
    }

    private static String message(TaskStatus status) {
        return status.state().ended() ? status.state().label() : TaskReport.line(status);
    }

    /** At least so long after its submission the task is there: its retention begins when it has ended. */
    private @Nullable Long ttl(TaskStatus status) {
        return retention == null ? null : (Long) age(status).plus(retention).toMillis();
    }

    private Duration age(TaskStatus status) {
        Instant end = status.ended() == null ? clock.instant() : status.ended();
        return Duration.between(status.submitted(), end);
    }
}
