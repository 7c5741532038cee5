package dev.rlm.sandbox;

import java.util.List;

/**
 * Starts a worker without namespaces.
 *
 * @param prefix what lowers its priority, limits it and drops its privileges; may be empty
 */
record Plain(List<String> prefix) implements Launcher {
    Plain {
        prefix = List.copyOf(prefix);
    }

    @Override
    public Isolation isolation() {
        return Isolation.NONE;
    }

    @Override
    public List<String> line(View view, List<String> worker) {
        return Launcher.join(prefix, worker);
    }
}
