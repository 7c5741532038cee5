package dev.rlm.mcp.stateless;

import jakarta.inject.Singleton;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArraySet;
import org.jspecify.annotations.Nullable;

/**
 * Tells those who listen that a list has changed. Features whose lists can change say so when they are made. Thread-safe.
 */
@Singleton
final class ListChanges {

    /** Tells that a caller's list of resources has changed. */
    static final String RESOURCES = "notifications/resources/list_changed";

    private final Set<String> offered = ConcurrentHashMap.newKeySet();
    private final Set<Listener> listeners = new CopyOnWriteArraySet<>();

    /** Is told of changes. */
    interface Listener {
        /**
         * A list has changed.
         *
         * @param notification the method of the notification that tells of it
         * @param caller whose list it is; null if it is everybody's
         */
        void changed(String notification, @Nullable String caller);
    }

    /** Says that a list can change, by the method of the notification that tells of it. */
    void offer(String notification) {
        offered.add(notification);
    }

    /** Whether this notification may ever come. */
    boolean offers(String notification) {
        return offered.contains(notification);
    }

    /** Tells that a list has changed: a caller's, or with null everybody's. */
    void announce(String notification, @Nullable String caller) {
        listeners.forEach(listener -> listener.changed(notification, caller));
    }

    /** Hands every announcement to a listener, until it is removed. */
    void add(Listener listener) {
        listeners.add(listener);
    }

    void remove(Listener listener) {
        listeners.remove(listener);
    }
}
