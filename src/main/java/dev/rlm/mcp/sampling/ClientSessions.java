package dev.rlm.mcp.sampling;

import io.quarkiverse.mcp.server.McpConnection;
import io.quarkiverse.mcp.server.RequestId;
import io.quarkiverse.mcp.server.runtime.ConnectionManager;
import io.quarkiverse.mcp.server.runtime.McpConnectionBase;
import io.quarkiverse.mcp.server.runtime.McpRequest;
import io.quarkiverse.mcp.server.runtime.Messages;
import io.vertx.core.json.JsonObject;
import jakarta.inject.Singleton;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** The sessions with clients that offer sampling. Thread-safe. */
@Singleton
public final class ClientSessions {

    /** The tools whose calls wait for tasks, which are what clients are asked for. */
    private static final Set<String> WAITING = Set.of("rlm_ask", "rlm_status");

    private final ConnectionManager connections;
    private final SamplingSettings settings;
    private final InstantSource clock = InstantSource.system();
    private final Map<String, ClientSession> sessions = new ConcurrentHashMap<>();
    private final Map<CallId, OpenCall> calls = new ConcurrentHashMap<>();

    ClientSessions(ConnectionManager connections, SamplingSettings settings) {
        this.connections = connections;
        this.settings = settings;
    }

    private record CallId(String session, Object request) {}

    /** Notes a request that has arrived, if it is a call whose response can carry requests to its client. */
    public void arrived(McpRequest request, JsonObject message) {
        JsonObject parameters = Messages.getParams(message);
        Object id = Messages.getId(message);
        if (id != null
                && parameters != null
                && parameters.getValue("name") instanceof String tool
                && WAITING.contains(tool)
                && lends(request.connection())) {
            String session = request.connection().id();
            OpenCall call =
                    new OpenCall(of(session), request.sender(), new SamplingModels(of(session), settings, clock));
            calls.put(new CallId(session, id), call);
            of(session).called(call);
        }
    }

    /** A call that has arrived and is to be answered now; null if its response can carry nothing else. */
    public @Nullable OpenCall call(McpConnection connection, RequestId id) {
        return calls.remove(new CallId(connection.id(), id.value()));
    }

    /** The session with this id, if it is with a client that offers sampling. */
    Optional<ClientSession> find(String id) {
        McpConnectionBase connection = connections.has(id) ? connections.get(id) : null;
        return connection != null && lends(connection) ? Optional.of(of(id)) : Optional.empty();
    }

    /** Whether a client offers sampling, and can be reached beyond one request. */
    private static boolean lends(McpConnection connection) {
        return connection.status().isClientInitialized()
                && !connection.initialRequest().autoInitialized()
                && connection.initialRequest().supportsSampling();
    }

    private ClientSession of(String id) {
        if (!sessions.containsKey(id)) {
            sessions.keySet().removeIf(known -> !connections.has(known));
            calls.keySet().removeIf(known -> !connections.has(known.session()));
        }
        return sessions.computeIfAbsent(
                id, _ -> new ClientSession(() -> connections.has(id), settings.absence(), clock));
    }
}
