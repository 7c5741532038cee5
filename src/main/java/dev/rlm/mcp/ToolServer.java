package dev.rlm.mcp;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import io.quarkiverse.mcp.server.TextContent;
import io.quarkiverse.mcp.server.ToolManager;
import io.quarkiverse.mcp.server.ToolManager.ToolAnnotations;
import io.quarkiverse.mcp.server.ToolManager.ToolArguments;
import io.quarkiverse.mcp.server.ToolResponse;
import io.quarkus.runtime.StartupEvent;
import io.vertx.core.json.JsonObject;
import io.vertx.core.json.jackson.DatabindCodec;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Provider;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Offers the tools over the Model Context Protocol: registers each with its definition, checks arguments against its input
 * schema, and turns results and failures into tool results.
 */
@Singleton
final class ToolServer {

    private static final System.Logger LOG = System.getLogger(ToolServer.class.getName());
    private static final int PROBLEMS_TOLD = 3;

    private final ToolManager manager;
    private final Map<String, RlmTool> tools;
    private final ObjectMapper mapper = new ObjectMapper();
    private final SchemaRegistry schemas = SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12);

    ToolServer(ToolManager manager, Provider<ContextTools> contextTools, Provider<TaskTools> taskTools) {
        this.manager = manager;
        this.tools = Map.of(
                "rlm_load_context", (arguments, caller) -> contextTools.get().load(arguments, caller),
                "rlm_list_contexts", (arguments, caller) -> contextTools.get().list(arguments, caller),
                "rlm_delete_context", (arguments, caller) -> contextTools.get().delete(arguments, caller),
                "rlm_search", (arguments, caller) -> contextTools.get().search(arguments, caller),
                "rlm_read", (arguments, caller) -> contextTools.get().read(arguments, caller),
                "rlm_ask", (arguments, caller) -> taskTools.get().ask(arguments, caller),
                "rlm_status", (arguments, caller) -> taskTools.get().status(arguments, caller),
                "rlm_list_tasks", (arguments, caller) -> taskTools.get().list(arguments, caller),
                "rlm_cancel", (arguments, caller) -> taskTools.get().cancel(arguments, caller));
    }

    void register(@Observes StartupEvent start) {
        ToolDefinitions.load().forEach(this::register);
    }

    private void register(ToolDefinition definition) {
        RlmTool tool = tools.get(definition.name());
        if (tool == null) {
            throw new IllegalStateException("Nothing does what the tool " + definition.name() + " promises.");
        }
        ToolDefinition.Hints hints = definition.hints();
        Schema input = schemas.getSchema(definition.inputSchema());
        manager.newTool(definition.name())
                .setTitle(definition.title())
                .setDescription(definition.description())
                .setAnnotations(new ToolAnnotations(
                        definition.title(),
                        hints.readOnly(),
                        hints.destructive(),
                        hints.idempotent(),
                        hints.openWorld()))
                .setInputSchema(asMap(definition.inputSchema()))
                .setOutputSchema(asMap(definition.outputSchema()))
                .setHandler(arguments -> call(definition.name(), tool, input, arguments), true)
                .register();
    }

    private ToolResponse call(String name, RlmTool tool, Schema input, ToolArguments request) {
        JsonNode arguments = arguments(request);
        List<com.networknt.schema.Error> problems = input.validate(arguments);
        if (!problems.isEmpty()) {
            return ToolResponse.error(sentence(name, problems));
        }
        try {
            ObjectNode result = tool.call(new Arguments(arguments), new ConnectedCaller(request));
            return new ToolResponse(false, List.of(new TextContent(result.toString())), asMap(result), null);
        } catch (ToolFailure e) {
            return ToolResponse.error(e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return ToolResponse.error("The server is shutting down; call " + name + " again when it is back.");
        } catch (RuntimeException e) {
            LOG.log(System.Logger.Level.ERROR, "The tool " + name + " failed with an error of the program.", e);
            return ToolResponse.error(
                    "The tool " + name + " failed with an error of the program; the server's log has the details.");
        }
    }

    /** The arguments as they were sent: the library's own view has only what it could convert. */
    private JsonNode arguments(ToolArguments request) {
        JsonObject parameters = request.rawMessage().asJsonObject().getJsonObject("params");
        JsonObject arguments = parameters == null ? null : parameters.getJsonObject("arguments");
        return arguments == null
                ? mapper.createObjectNode()
                : DatabindCodec.mapper().valueToTree(arguments);
    }

    private static String sentence(String name, List<com.networknt.schema.Error> problems) {
        String told =
                problems.stream().limit(PROBLEMS_TOLD).map(ToolServer::told).collect(Collectors.joining("; "));
        return "The arguments of " + name + " do not fit its input schema: " + told + ". Correct them and call again.";
    }

    private static String told(com.networknt.schema.Error problem) {
        String place = problem.getInstanceLocation().toString();
        return place.isEmpty() ? problem.getMessage() : place.substring(1) + ": " + problem.getMessage();
    }

    private Map<String, Object> asMap(ObjectNode json) {
        return mapper.convertValue(json, new TypeReference<>() {});
    }

    private record ConnectedCaller(ToolArguments request) implements RlmTool.Caller {

        @Override
        public void progress(long progress, String message) {
            if (request.progress().token().isPresent()) {
                request.progress()
                        .notificationBuilder()
                        .setProgress(progress)
                        .setMessage(message)
                        .build()
                        .sendAndForget();
            }
        }

        @Override
        public boolean hasCancelled() {
            return request.cancellation().check().isRequested();
        }
    }
}
