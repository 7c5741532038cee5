package dev.rlm.sandbox;

import java.util.Locale;

/** What the operating system can keep from a worker, or hold it to. */
public enum Layer {
    /** No network but a loopback of its own. */
    NETWORK,
    /** Nothing to read but Java, the libraries and Python's library; nothing to write. */
    FILES,
    /** No other process in sight; ended with the server. */
    PROCESSES,
    /** A user namespace of its own, without rights outside. */
    USERS,
    /** No capabilities and no way to gain any. */
    PRIVILEGES,
    /** Bounds of threads, descriptors, file sizes and core dumps. */
    LIMITS,
    /** Memory: its own, and that of all workers. */
    MEMORY,
    /** It yields to other programs. */
    PRIORITY;

    /** Its name in messages: in lower case. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
