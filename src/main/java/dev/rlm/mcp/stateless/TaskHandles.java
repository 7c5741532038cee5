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
final class TaskHandles {

    /** The tool whose calls become tasks: all others answer within seconds. */
    private static final String ASK = "rlm_ask";

    private static final Duration SHORTEST_POLL = Duration.ofSeconds(1);
    private static final Duration LONGEST_POLL = Duration.ofSeconds(5);

    /** A task that has run for a while is asked for less often: after a tenth of the time that it has run. */
    private static final int SHARE_OF_AGE = 10;

    private final Tools tools;
    private final Provider<TaskService> tasks;
    private final @Nullable Duration retention;
    private final Clock clock;

    @Inject
    TaskHandles(
            Tools tools,
            Provider<TaskService> tasks,
            @ConfigProperty(name = "rlm.task.retention.age") Optional<Duration> retention) {
        this(tools, tasks, retention.orElse(null), Clock.systemUTC());
    }

    TaskHandles(Tools tools, Provider<TaskService> tasks, @Nullable Duration retention, Clock clock) {
        this.tools = tools;
        this.tasks = tasks;
        this.retention = retention;
        this.clock = clock;
    }

    /** A task that its caller may see, and what {@code rlm_status} says of it. */
    record Seen(TaskStatus status, Tools.Result result) {}

    /** Whether a call of this tool is answered with a task. */
    boolean isFor(String tool, Request request) {
        return tool.equals(ASK) && request.declares(Protocol.TASKS_EXTENSION);
    }

    /**
     * Calls the tool without waiting for its answer.
     *
     * @return a task; the tool's own result if it cannot begin, or has been asked before and has its answer
     */
    ObjectNode begin(String tool, ObjectNode arguments, Call call) throws ProtocolError {
        ObjectNode withoutWaiting = arguments.deepCopy();
        if (arguments.path("wait_seconds").isMissingNode() || isWait(arguments.path("wait_seconds"))) {
            withoutWaiting.put("wait_seconds", 0);
        }
        Tools.Result result = tools.call(tool, withoutWaiting, call);
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

    /**
     * The task with an id, as its caller sees it.
     *
     * @throws ProtocolError if there is none that the caller may see
     */
    Seen find(String id, Call call) throws ProtocolError {
        Tools.Result result = told(id, call);
        if (result.isError()) {
            requireStore();
            throw ProtocolError.invalidParams("Task not found: " + result.text());
        }
        return new Seen(status(id, call), result);
    }

    /** Whether there is such a task that the caller may see. */
    boolean isKnown(String id, Call call) {
        return !told(id, call).isError();
    }

    private Tools.Result told(String id, Call call) {
        return tools.call("rlm_status", JsonNodeFactory.instance.objectNode().put("task_id", id), call);
    }

    /** Waits until a task has a later version, or for a time. */
    void awaitChange(String id, long version, Duration time, Call call) throws InterruptedException {
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
    ObjectNode detailed(Seen seen) {
        TaskStatus status = seen.status();
        ObjectNode json = task(status);
        if (status.state().ended() && status.state() != TaskState.CANCELLED) {
            json.set("result", ToolResults.json(seen.result()));
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
        json.put("pollIntervalMs", pollInterval(status).toMillis());
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

    private Duration pollInterval(TaskStatus status) {
        Duration share = Duration.ofMillis(age(status).toMillis() / SHARE_OF_AGE);
        return share.compareTo(SHORTEST_POLL) < 0
                ? SHORTEST_POLL
                : share.compareTo(LONGEST_POLL) > 0 ? LONGEST_POLL : share;
    }

    private Duration age(TaskStatus status) {
        Instant end = status.ended() == null ? clock.instant() : status.ended();
        return Duration.between(status.submitted(), end);
    }
}
