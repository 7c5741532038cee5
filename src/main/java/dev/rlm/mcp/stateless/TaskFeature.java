package dev.rlm.mcp.stateless;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import jakarta.inject.Singleton;
import java.util.Map;

/** The methods of the tasks extension. No task needs further input, so there is never anything to update. */
@Singleton
final class TaskFeature implements Feature {

    private final TaskHandles tasks;

    TaskFeature(TaskHandles tasks) {
        this.tasks = tasks;
    }

    @Override
    public void declare(ObjectNode capabilities) {
        capabilities.withObject("/extensions").putObject(Protocol.TASKS_EXTENSION);
    }

    @Override
    public Map<String, Method> methods() {
        return Map.of("tasks/get", this::get, "tasks/update", this::update, "tasks/cancel", this::cancel);
    }

    private ObjectNode get(Call call) throws ProtocolError {
        String id = id(call);
        return tasks.of(id).find(id, call).detailed();
    }

    /** Takes answers to what was never asked, and ignores them, as the extension wants it. */
    private ObjectNode update(Call call) throws ProtocolError {
        get(call);
        call.request().object("inputResponses");
        return JsonNodeFactory.instance.objectNode();
    }

    private ObjectNode cancel(Call call) throws ProtocolError {
        String id = id(call);
        tasks.of(id).cancel(id, call);
        return JsonNodeFactory.instance.objectNode();
    }

    private static String id(Call call) throws ProtocolError {
        call.request().require(Protocol.TASKS_EXTENSION);
        return call.request().text("taskId");
    }
}
