package dev.rlm.mcp;

import io.quarkiverse.mcp.server.runtime.ConnectionManager;
import io.quarkiverse.mcp.server.runtime.McpConnectionBase;
import io.quarkiverse.mcp.server.runtime.Messages;
import io.vertx.core.json.JsonObject;
import jakarta.inject.Provider;
import jakarta.inject.Singleton;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The sessions of the older versions of the protocol, whose they are and what they have subscribed to. Notifications go to the
 * stream that a client has opened with GET; without one they are lost, as these versions have it. Thread-safe.
 */
@Singleton
final class Subscriptions {

    /** Of one session. */
    private static final int MOST = 50;

    /** While there are no more, none are looked for that have ended. */
    private static final int FEW = 64;

    private final Provider<ResourceUpdates> updates;
    private final ConnectionManager connections;
    private final Map<String, Session> sessions = new HashMap<>();
    private int sweptAt = FEW;

    Subscriptions(Provider<ResourceUpdates> updates, ConnectionManager connections) {
        this.updates = updates;
        this.connections = connections;
    }

    private record Session(String caller, Map<String, ResourceUpdates.Following> subscribed) {
        private void end() {
            subscribed.values().forEach(ResourceUpdates.Following::close);
        }
    }

    /** A session has begun: it is told when its caller's list of resources changes. */
    synchronized void begin(String id, String caller) {
        if (sessions.size() >= sweptAt) {
            forgetEnded();
            sweptAt = Math.max(FEW, 2 * sessions.size());
        }
        sessions.putIfAbsent(id, new Session(caller, new HashMap<>()));
    }

    /** Subscribes a session; a second time changes nothing. */
    synchronized void add(String id, String uri, String caller) throws RequestFailure {
        forgetEnded();
        Map<String, ResourceUpdates.Following> subscribed = sessions.computeIfAbsent(
                        id, _ -> new Session(caller, new HashMap<>()))
                .subscribed();
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

    /** Tells the sessions of a caller that its list of resources has changed. That keeps no idle session alive. */
    void listChanged(String caller) {
        Set<String> told = of(caller);
        JsonObject changed = Messages.newNotification("notifications/resources/list_changed", new JsonObject());
        for (McpConnectionBase connection : connections) {
            if (told.contains(connection.id())) {
                connection.send(changed);
            }
        }
    }

    private synchronized Set<String> of(String caller) {
        return sessions.entrySet().stream()
                .filter(session -> session.getValue().caller().equals(caller))
                .map(Map.Entry::getKey)
                .collect(Collectors.toSet());
    }

    private void send(String id, JsonObject notification) {
        McpConnectionBase connection = connections.get(id);
        if (connection == null) {
            end(id);
        } else {
            connection.send(notification);
        }
    }

    private synchronized void end(String id) {
        Session ended = sessions.remove(id);
        if (ended != null) {
            ended.end();
        }
    }

    /** Sessions end without telling: they are deleted, or idle for too long. */
    private void forgetEnded() {
        sessions.entrySet().removeIf(session -> {
            boolean ended = !connections.has(session.getKey());
            if (ended) {
                session.getValue().end();
            }
            return ended;
        });
    }
}
