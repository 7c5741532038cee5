package dev.rlm.mcp.stateless;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rlm.mcp.Tools;
import jakarta.inject.Singleton;
import java.util.Map;

/** The methods of the tasks extension. Questions need no further input, so there is never anything to update. */
@Singleton
final class TaskFeature implements Feature {

    private final TaskHandles tasks;
    private final Tools tools;

    TaskFeature(TaskHandles tasks, Tools tools) {
        this.tasks = tasks;
        this.tools = tools;
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
        return tasks.detailed(find(call));
    }

    /** Takes answers to what was never asked, and ignores them, as the extension wants it. */
    private ObjectNode update(Call call) throws ProtocolError {
        find(call);
        call.request().object("inputResponses");
        return JsonNodeFactory.instance.objectNode();
    }

    private ObjectNode cancel(Call call) throws ProtocolError {
        String id = find(call).status().id();
        Tools.Result result =
                tools.call("rlm_cancel", JsonNodeFactory.instance.objectNode().put("task_id", id), call);
        if (result.isError()) {
            throw ProtocolError.internal(result.text());
        }
        return JsonNodeFactory.instance.objectNode();
    }

    private TaskHandles.Seen find(Call call) throws ProtocolError {
        call.request().require(Protocol.TASKS_EXTENSION);
        return tasks.find(call.request().text("taskId"), call);
    }
}
