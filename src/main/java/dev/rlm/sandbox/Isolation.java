package dev.rlm.sandbox;

import java.util.Locale;

/** How the operating system confines worker processes, on top of what the Python interpreter denies. */
public enum Isolation {
    /** The best that works on this machine. */
    AUTO,
    /** Bubblewrap: namespaces of its own for network, mounts, processes, users, IPC and host name. */
    BUBBLEWRAP,
    /** The same namespaces by {@code unshare} of util-linux and a script. */
    UNSHARE,
    /** No namespaces; limits and dropped privileges where the tools for them exist. */
    NONE;

    /** Its name as configuration and messages write it: in lower case. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
