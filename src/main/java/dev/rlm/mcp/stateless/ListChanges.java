package dev.rlm.mcp.stateless;

import jakarta.inject.Singleton;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArraySet;
import java.util.function.Consumer;

/**
 * Tells those who listen that a list has changed. Features whose lists can change say so when they are made. Thread-safe.
 */
@Singleton
final class ListChanges {

    private final Set<String> offered = ConcurrentHashMap.newKeySet();
    private final Set<Consumer<String>> listeners = new CopyOnWriteArraySet<>();

    /** Says that a list can change, by the method of the notification that tells of it. */
    void offer(String notification) {
        offered.add(notification);
    }

    /** Whether this notification may ever come. */
    boolean offers(String notification) {
        return offered.contains(notification);
    }

    /** Tells that a list has changed. */
    void announce(String notification) {
        listeners.forEach(listener -> listener.accept(notification));
    }

    /** Hands every announcement to a listener, until it is removed. */
    void add(Consumer<String> listener) {
        listeners.add(listener);
    }

    void remove(Consumer<String> listener) {
        listeners.remove(listener);
    }
}
