package dev.rlm.mcp;

import io.quarkiverse.mcp.server.runtime.ConnectionManager;
import io.quarkiverse.mcp.server.runtime.McpConnectionBase;
import io.quarkiverse.mcp.server.runtime.Messages;
import io.vertx.core.json.JsonObject;
import jakarta.inject.Provider;
import jakarta.inject.Singleton;
import java.util.HashMap;
import java.util.Map;

/**
 * Which sessions of the older versions of the protocol have subscribed to which resources. Updates go to the stream that a client has
 * opened with GET; without one they are lost, as these versions have it. Thread-safe.
 */
@Singleton
final class Subscriptions {

    /** Of one session. */
    private static final int MOST = 50;

    private final Provider<ResourceUpdates> updates;
    private final ConnectionManager connections;
    private final Map<String, Map<String, ResourceUpdates.Following>> bySession = new HashMap<>();

    Subscriptions(Provider<ResourceUpdates> updates, ConnectionManager connections) {
        this.updates = updates;
        this.connections = connections;
    }

    /** Subscribes a session; a second time changes nothing. */
    synchronized void add(String session, String uri, String caller) throws RequestFailure {
        forgetEnded();
        Map<String, ResourceUpdates.Following> subscribed = bySession.computeIfAbsent(session, _ -> new HashMap<>());
        if (subscribed.containsKey(uri)) {
            return;
        }
        subscribed.values().removeIf(ResourceUpdates.Following::isOver);
        if (subscribed.size() >= MOST) {
            throw RequestFailure.invalid(
                    "This session has " + MOST + " subscriptions, as many as are allowed: unsubscribe from some first.");
        }
        subscribed.put(uri, updates.get().follow(uri, caller, () -> tell(session, uri)));
    }

    /** Ends a subscription; does nothing if there is none. */
    synchronized void remove(String session, String uri) {
        Map<String, ResourceUpdates.Following> subscribed = bySession.getOrDefault(session, Map.of());
        ResourceUpdates.Following following = subscribed.get(uri);
        if (following != null) {
            following.close();
            subscribed.remove(uri);
        }
    }

    private void tell(String session, String uri) {
        McpConnectionBase connection = connections.get(session);
        if (connection == null) {
            forget();
        } else {
            connection.send(Messages.newNotification(
                    "notifications/resources/updated", new JsonObject().put("uri", uri)));
        }
    }

    private synchronized void forget() {
        forgetEnded();
    }

    /** Sessions end without telling: they are deleted, or idle for too long. */
    private void forgetEnded() {
        bySession.entrySet().removeIf(session -> {
            if (connections.has(session.getKey())) {
                return false;
            }
            session.getValue().values().forEach(ResourceUpdates.Following::close);
            return true;
        });
    }
}
