package dev.rlm.mcp;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import dev.rlm.access.http.Callers;
import dev.rlm.mcp.sampling.ClientSessions;
import io.quarkiverse.mcp.server.CompletionResponse;
import io.quarkiverse.mcp.server.JsonRpcErrorCodes;
import io.quarkiverse.mcp.server.McpConnection;
import io.quarkiverse.mcp.server.McpMethod;
import io.quarkiverse.mcp.server.PromptCompletionManager;
import io.quarkiverse.mcp.server.PromptManager;
import io.quarkiverse.mcp.server.PromptResponse;
import io.quarkiverse.mcp.server.ResourceResponse;
import io.quarkiverse.mcp.server.ResourceTemplateManager;
import io.quarkiverse.mcp.server.runtime.ConnectionManager;
import io.quarkiverse.mcp.server.runtime.McpRequest;
import io.quarkiverse.mcp.server.runtime.McpRequestValidator;
import io.quarkiverse.mcp.server.runtime.Messages;
import io.quarkus.runtime.StartupEvent;
import io.quarkus.security.identity.SecurityIdentity;
import io.quarkus.security.runtime.QuarkusSecurityIdentity;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.core.json.jackson.DatabindCodec;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Provider;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Map;

/**
 * Offers resources, prompts and completions over the versions of the Model Context Protocol that the library speaks.
 *
 * <p>The library keeps a fixed list of resources, the same for all callers, and takes subscriptions to these only; ours come and
 * go with contexts and tasks, on this server and on others, and belong to callers. So their requests are answered here, where the
 * library lets a bean look at requests before it handles them itself. What it must know of them is that there are some: from
 * that it tells clients the capabilities.
 */
@Singleton
final class FeatureServer implements McpRequestValidator {

    private static final SecurityIdentity ANONYMOUS =
            QuarkusSecurityIdentity.builder().setAnonymous(true).build();

    private final Provider<Features> features;
    private final Provider<Subscriptions> subscriptions;
    private final Provider<ClientSessions> clients;
    private final ConnectionManager connections;
    private final Callers callers;
    private final Vertx vertx;

    FeatureServer(
            Provider<Features> features,
            Provider<Subscriptions> subscriptions,
            Provider<ClientSessions> clients,
            ConnectionManager connections,
            Callers callers,
            Vertx vertx) {
        this.features = features;
        this.subscriptions = subscriptions;
        this.clients = clients;
        this.connections = connections;
        this.callers = callers;
        this.vertx = vertx;
    }

    /** Has the library declare the capabilities; it never gets to call what is registered here. Begins to tell of changed lists. */
    void declare(
            @Observes StartupEvent start,
            ResourceTemplateManager templates,
            PromptManager prompts,
            PromptCompletionManager completions,
            ResourceListChanges changes) {
        changes.listen(caller -> subscriptions.get().listChanged(caller));
        String name = "declared";
        templates
                .newResourceTemplate(name)
                .setUriTemplate("rlm://{kind}")
                .setDescription(name)
                .setHandler(_ -> new ResourceResponse(List.of()))
                .register();
        prompts.newPrompt(name)
                .setDescription(name)
                .addArgument(name, name, true)
                .setHandler(_ -> PromptResponse.withMessages(List.of()))
                .register();
        completions
                .newCompletion(name)
                .setArgumentName(name)
                .setHandler(_ -> CompletionResponse.create(List.of()))
                .register();
    }

    /** Answers a request that is about these features, and leaves all others to the library. */
    @Override
    public <R extends McpRequest> Future<Boolean> validate(JsonObject message, R request, McpMethod method) {
        if (method == McpMethod.NOTIFICATIONS_INITIALIZED && isSession(request)) {
            Thread.startVirtualThread(
                    () -> subscriptions.get().begin(request.connection().id(), caller(request)));
        }
        if (method == McpMethod.TOOLS_CALL) {
            clients.get().arrived(request, message);
        }
        boolean subscribing = method == McpMethod.RESOURCES_SUBSCRIBE || method == McpMethod.RESOURCES_UNSUBSCRIBE;
        if (!subscribing && !Features.have(method.jsonRpcName())) {
            return Future.succeededFuture(true);
        }
        if (!Messages.isRequest(message)) {
            return Future.succeededFuture(false);
        }
        Context context = vertx.getOrCreateContext();
        Promise<Boolean> answered = Promise.promise();
        Thread.ofVirtual().name(method.jsonRpcName()).start(() -> {
            JsonObject reply = reply(message, request, method);
            request.sender()
                    .send(reply)
                    .onComplete(_ -> context.runOnContext(_ -> {
                        endUnlessSession(request);
                        answered.complete(false);
                    }));
        });
        return answered.future();
    }

    private JsonObject reply(JsonObject message, McpRequest request, McpMethod method) {
        Object id = Messages.getId(message);
        try {
            return Messages.newResult(id, new JsonObject(result(parameters(message), request, method)));
        } catch (RequestFailure e) {
            return error(id, e);
        } catch (RuntimeException e) {
            return error(id, Features.failure(method.jsonRpcName(), e));
        }
    }

    private static JsonObject error(Object id, RequestFailure failure) {
        return Messages.newError(id, code(failure.reason()), failure.getMessage());
    }

    private Map<String, Object> result(JsonNode params, McpRequest request, McpMethod method) throws RequestFailure {
        return switch (method) {
            case RESOURCES_SUBSCRIBE -> {
                subscriptions.get().add(session(request), uri(params, method), caller(request));
                yield Map.of();
            }
            case RESOURCES_UNSUBSCRIBE -> {
                subscriptions.get().remove(session(request), uri(params, method));
                yield Map.of();
            }
            default ->
                DatabindCodec.mapper()
                        .convertValue(
                                features.get().answer(method.jsonRpcName(), params, caller(request)),
                                new TypeReference<Map<String, Object>>() {});
        };
    }

    private static String uri(JsonNode params, McpMethod method) throws RequestFailure {
        return Params.of(method.jsonRpcName(), params).text("uri");
    }

    /** The parameters as they were sent, of whatever kind. */
    private static JsonNode parameters(JsonObject message) {
        return DatabindCodec.mapper().valueToTree(message.getValue("params"));
    }

    /** Whose contexts and tasks requests see. */
    private String caller(McpRequest request) {
        return callers.of(RequestIdentity.of(request, ANONYMOUS)).name();
    }

    private static String session(McpRequest request) throws RequestFailure {
        if (!isSession(request)) {
            throw RequestFailure.invalid(
                    "Subscriptions need a session: send initialize first, and its Mcp-Session-Id with this request.");
        }
        return request.connection().id();
    }

    private static boolean isSession(McpRequest request) {
        return request.connection().status() != McpConnection.Status.NEW
                && !request.connection().initialRequest().autoInitialized();
    }

    /** A request that came without a session has got one of the library, which nobody will use again. */
    private void endUnlessSession(McpRequest request) {
        if (!isSession(request)) {
            connections.remove(request.connection().id());
        }
    }

    private static int code(RequestFailure.Reason reason) {
        return switch (reason) {
            case RESOURCE_NOT_FOUND -> JsonRpcErrorCodes.RESOURCE_NOT_FOUND;
            case INVALID_PARAMS -> JsonRpcErrorCodes.INVALID_PARAMS;
            case INTERNAL -> JsonRpcErrorCodes.INTERNAL_ERROR;
        };
    }
}
