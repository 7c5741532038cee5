package dev.rlm.mcp.stateless;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rlm.mcp.ToolDefinition;
import dev.rlm.mcp.Tools;
import jakarta.inject.Singleton;
import java.util.Map;
import java.util.Optional;

/** The tools. They are the same for everybody and as long as the server runs. */
@Singleton
final class ToolFeature implements Feature {

    private final Tools tools;
    private final TaskHandles tasks;

    ToolFeature(Tools tools, TaskHandles tasks) {
        this.tools = tools;
        this.tasks = tasks;
    }

    @Override
    public void declare(ObjectNode capabilities) {
        capabilities.putObject("tools");
    }

    @Override
    public Map<String, Method> methods() {
        return Map.of("tools/list", this::list, "tools/call", this::call);
    }

    private ObjectNode list(Call call) {
        ObjectNode result = JsonNodeFactory.instance.objectNode();
        ArrayNode list = result.putArray("tools");
        tools.definitions().forEach(definition -> list.add(json(definition)));
        return CacheHints.PUBLIC.on(result);
    }

    private ObjectNode call(Call call) throws ProtocolError {
        Request request = call.request();
        String name = request.text("name");
        ObjectNode arguments = request.object("arguments");
        if (!tools.has(name)) {
            throw ProtocolError.invalidParams("Unknown tool: there is no tool '" + name + "'; see tools/list.");
        }
        Optional<TaskKind> kind = tasks.kindOf(name, arguments, request);
        return kind.isPresent()
                ? kind.get().begin(arguments, call)
                : ToolResults.json(tools.call(name, arguments, call));
    }

    private static ObjectNode json(ToolDefinition definition) {
        ToolDefinition.Hints hints = definition.hints();
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("name", definition.name());
        json.put("title", definition.title());
        json.put("description", definition.description());
        json.putObject("annotations")
                .put("title", definition.title())
                .put("readOnlyHint", hints.readOnly())
                .put("destructiveHint", hints.destructive())
                .put("idempotentHint", hints.idempotent())
                .put("openWorldHint", hints.openWorld());
        json.set("inputSchema", definition.inputSchema());
        json.set("outputSchema", definition.outputSchema());
        return json;
    }
}
