package dev.rlm.access;

import java.util.Optional;

/** How a server tells its callers apart. */
public sealed interface AccessPolicy {

    /** It does not: whoever reaches it is {@link Caller#LOCAL}. For the loopback interface alone. */
    record Open() implements AccessPolicy {}

    /**
     * Somebody in front has authenticated every request that comes in, and nobody can get past it.
     *
     * @param callerHeader the header in which the front names the caller; empty if all are {@link Caller#LOCAL}
     */
    record InFront(Optional<String> callerHeader) implements AccessPolicy {}

    /**
     * Each request has a credential, which this server checks.
     *
     * @param keys the keys that it accepts
     * @param tokens whose tokens it accepts; empty if none
     */
    record Checked(ApiKeys keys, Optional<TokenRules> tokens) implements AccessPolicy {}
}
