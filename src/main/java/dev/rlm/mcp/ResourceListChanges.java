package dev.rlm.mcp;

import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/**
 * Tells when a caller's list of resources changes because of what its tools do on this server. What comes and goes on others, or
 * without a tool, is not told; lists themselves always have it. Thread-safe.
 */
@Singleton
public final class ResourceListChanges {

    /** Changes within that time are told together. */
    private static final Duration GATHERED = Duration.ofMillis(500);

    private final List<Consumer<String>> listeners = new CopyOnWriteArrayList<>();
    private final Set<String> changed = ConcurrentHashMap.newKeySet();

    ResourceListChanges() {}

    /** Has a listener told, with the name of the caller whose list has changed, on a thread of its own. */
    public void listen(Consumer<String> listener) {
        listeners.add(listener);
    }

    /** A caller's list has changed. */
    void tell(String caller) {
        if (!listeners.isEmpty() && changed.add(caller)) {
            Thread.ofVirtual().name("list-changed").start(() -> {
                try {
                    Thread.sleep(GATHERED);
                } catch (InterruptedException _) {
                    Thread.currentThread().interrupt();
                }
                changed.remove(caller);
                listeners.forEach(listener -> listener.accept(caller));
            });
        }
    }
}
