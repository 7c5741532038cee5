package dev.rlm.web;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Clock;
import java.time.Instant;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Whether the server works on something, in the form in which Amazon Bedrock AgentCore asks, which does not end a server for
 * being idle while it is busy. Thread-safe.
 */
final class Ping {

    private final BooleanSupplier works;
    private final Clock clock;

    /** The latest answer, and since when it is the same. */
    private @Nullable State latest;

    private record State(boolean busy, Instant since) {}

    /** @param works whether the server works on something just now */
    Ping(BooleanSupplier works, Clock clock) {
        this.works = works;
        this.clock = clock;
    }

    /** The answer; its time is that of the first answer with the same status, in seconds since 1970. */
    synchronized ObjectNode json() {
        boolean busy = works.getAsBoolean();
        State before = latest;
        State now = before != null && before.busy() == busy ? before : new State(busy, clock.instant());
        latest = now;
        return JsonNodeFactory.instance
                .objectNode()
                .put("status", busy ? "HealthyBusy" : "Healthy")
                .put("time_of_last_update", now.since().getEpochSecond());
    }
}
