package dev.rlm.access;

import java.time.Duration;
import java.util.Locale;
import java.util.Optional;

/**
 * How often callers may call, each counted by itself on this server. A caller that is not told apart from others is not
 * limited. Thread-safe.
 */
public final class CallRates {

    private final RateLimit requests;
    private final RateLimit loads;
    private final RateLimit asks;

    /**
     * Limits of each caller.
     *
     * @param requests of requests of all kinds
     * @param loads of contexts that are loaded
     * @param asks of questions that are asked
     */
    public CallRates(RateLimit requests, RateLimit loads, RateLimit asks) {
        this.requests = requests;
        this.loads = loads;
        this.asks = asks;
    }

    /** What is counted. */
    public enum Kind {
        /** Any request. */
        REQUEST,
        /** A context that is loaded. */
        LOAD,
        /** A question that is asked. */
        ASK;

        /** The kind with a lower-case name. */
        public static Kind ofLabel(String label) {
            return valueOf(label.toUpperCase(Locale.ROOT));
        }
    }

    /** Counts one; empty if the caller may have it, otherwise how long it must wait. */
    public Optional<Duration> take(Kind kind, Caller caller) {
        if (caller.name().equals(Caller.LOCAL.name())) {
            return Optional.empty();
        }
        RateLimit limit = switch (kind) {
            case REQUEST -> requests;
            case LOAD -> loads;
            case ASK -> asks;
        };
        return limit.take(caller.name());
    }

    /** How many whole seconds somebody must wait, rounded up: what goes into {@code Retry-After}. */
    public static long seconds(Duration wait) {
        return Math.max(1, wait.plusMillis(999).toSeconds());
    }
}
