package dev.rlm.mcp;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rlm.access.Caller;
import dev.rlm.access.http.Callers;
import dev.rlm.mcp.sampling.ClientSessions;
import dev.rlm.mcp.sampling.OpenCall;
import dev.rlm.model.ClientModels;
import io.quarkiverse.mcp.server.ProgressNotification;
import io.quarkiverse.mcp.server.TextContent;
import io.quarkiverse.mcp.server.ToolManager;
import io.quarkiverse.mcp.server.ToolManager.ToolAnnotations;
import io.quarkiverse.mcp.server.ToolManager.ToolArguments;
import io.quarkiverse.mcp.server.ToolResponse;
import io.quarkus.runtime.StartupEvent;
import io.quarkus.security.identity.SecurityIdentity;
import io.vertx.core.json.JsonObject;
import io.vertx.core.json.jackson.DatabindCodec;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Offers the tools over the versions of the Model Context Protocol that the library speaks. */
@Singleton
final class ToolServer {

    private final ToolManager manager;
    private final Tools tools;
    private final Callers callers;
    private final ClientSessions clients;
    private final SecurityIdentity identity;
    private final ObjectMapper mapper = new ObjectMapper();

    /** @param identity that of the request which is being served, whichever that is */
    ToolServer(ToolManager manager, Tools tools, Callers callers, ClientSessions clients, SecurityIdentity identity) {
        this.manager = manager;
        this.tools = tools;
        this.callers = callers;
        this.clients = clients;
        this.identity = identity;
    }

    void register(@Observes StartupEvent start) {
        tools.definitions().forEach(this::register);
    }

    private void register(ToolDefinition definition) {
        ToolDefinition.Hints hints = definition.hints();
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
                .setHandler(arguments -> call(definition.name(), arguments), true)
                .register();
    }

    private ToolResponse call(String name, ToolArguments request) {
        Tools.Result result;
        // What else goes by the response goes before the answer.
        try (OpenCall open = clients.call(request.connection(), request.requestId())) {
            result = tools.call(name, arguments(request), new ConnectedCaller(request, callers.of(identity), open));
        }
        ObjectNode structured = result.structured();
        return structured == null
                ? ToolResponse.error(result.text())
                : new ToolResponse(false, List.of(new TextContent(result.text())), asMap(structured), null);
    }

    /** The arguments as they were sent: the library's own view has only what it could convert. */
    private JsonNode arguments(ToolArguments request) {
        JsonObject parameters = request.rawMessage().asJsonObject().getJsonObject("params");
        JsonObject arguments = parameters == null ? null : parameters.getJsonObject("arguments");
        return arguments == null
                ? mapper.createObjectNode()
                : DatabindCodec.mapper().valueToTree(arguments);
    }

    private Map<String, Object> asMap(ObjectNode json) {
        return mapper.convertValue(json, new TypeReference<>() {});
    }

    private record ConnectedCaller(
            ToolArguments request, Caller who, @Nullable OpenCall open) implements RlmTool.Caller {

        @Override
        public Optional<ClientModels> models() {
            return Optional.ofNullable(open).map(OpenCall::models);
        }

        @Override
        public void progress(long progress, String message) {
            if (request.progress().token().isPresent()) {
                ProgressNotification notification = request.progress()
                        .notificationBuilder()
                        .setProgress(progress)
                        .setMessage(message)
                        .build();
                if (open == null) {
                    notification.sendAndForget();
                } else {
                    open.send(notification::sendAndForget);
                }
            }
        }

        @Override
        public boolean hasCancelled() {
            return request.cancellation().check().isRequested();
        }
    }
}
