package dev.rlm.access;

import java.util.Locale;
import java.util.Set;

/** Which hosts are this machine's own, out of reach for others. */
public final class Loopback {

    private static final Set<String> HOSTS = Set.of("localhost", "127.0.0.1", "::1", "[::1]");

    private Loopback() {}

    /** Whether a host is the loopback interface for certain, whatever a resolver says about other names. */
    public static boolean isLoopback(String host) {
        return HOSTS.contains(host.toLowerCase(Locale.ROOT));
    }
}
