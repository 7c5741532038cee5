package dev.rlm.mcp;

import io.quarkiverse.mcp.server.runtime.ConnectionManager;
import io.quarkiverse.mcp.server.runtime.McpConnectionBase;
import io.quarkiverse.mcp.server.runtime.Messages;
import io.vertx.core.json.JsonObject;
import jakarta.inject.Provider;
import jakarta.inject.Singleton;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The sessions of the older versions of the protocol, whose they are and what they have subscribed to. Notifications go to the
 * stream that a client has opened with GET; without one they are lost, as these versions have it. Thread-safe.
 */
@Singleton
final class Subscriptions {

    /** Of one session. */
    private static final int MOST = 50;

    private final Provider<ResourceUpdates> updates;
    private final ConnectionManager connections;
    private final Map<String, Session> sessions = new HashMap<>();

    Subscriptions(Provider<ResourceUpdates> updates, ConnectionManager connections) {
        this.updates = updates;
        this.connections = connections;
    }

    private record Session(String caller, Map<String, ResourceUpdates.Following> subscribed) {}

    /** A session has begun: it is told when its caller's list of resources changes. */
    void begin(String id, String caller) {
        var _ = session(id, caller);
    }

    private synchronized Session session(String id, String caller) {
        forgetEnded();
        return sessions.computeIfAbsent(id, _ -> new Session(caller, new HashMap<>()));
    }

    /** Subscribes a session; a second time changes nothing. */
    synchronized void add(String id, String uri, String caller) throws RequestFailure {
        Map<String, ResourceUpdates.Following> subscribed = session(id, caller).subscribed();
        subscribed.values().removeIf(ResourceUpdates.Following::isOver);
        if (subscribed.containsKey(uri)) {
            return;
        }
        if (subscribed.size() >= MOST) {
            throw RequestFailure.invalid("This session has " + MOST
                    + " subscriptions, as many as are allowed: unsubscribe from some first.");
        }
        JsonObject updated =
                Messages.newNotification("notifications/resources/updated", new JsonObject().put("uri", uri));
        subscribed.put(uri, updates.get().follow(uri, caller, () -> send(id, updated)));
    }

    /** Ends a subscription; does nothing if there is none. */
    synchronized void remove(String id, String uri) {
        Session session = sessions.get(id);
        ResourceUpdates.Following following =
                session == null ? null : session.subscribed().remove(uri);
        if (following != null) {
            following.close();
        }
    }

    /** Tells the sessions of a caller that its list of resources has changed. */
    void listChanged(String caller) {
        JsonObject changed = Messages.newNotification("notifications/resources/list_changed", new JsonObject());
        of(caller).forEach(id -> send(id, changed));
    }

    private synchronized List<String> of(String caller) {
        forgetEnded();
        return sessions.entrySet().stream()
                .filter(session -> session.getValue().caller().equals(caller))
                .map(Map.Entry::getKey)
                .toList();
    }

    private void send(String id, JsonObject notification) {
        McpConnectionBase connection = connections.get(id);
        if (connection != null) {
            connection.send(notification);
        }
    }

    /** Sessions end without telling: they are deleted, or idle for too long. */
    private void forgetEnded() {
        sessions.entrySet().removeIf(session -> {
            boolean ended = !connections.has(session.getKey());
            if (ended) {
                session.getValue().subscribed().values().forEach(ResourceUpdates.Following::close);
            }
            return ended;
        });
    }
}
