package dev.rlm.mcp.stateless;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rlm.context.LoadRecords;
import dev.rlm.context.LoadRecords.LoadRecord;
import dev.rlm.context.LoadRecords.State;
import java.time.Duration;
import java.time.Instant;

/** Loads in the form that the tasks extension has for tasks. */
final class LoadTaskForm {

    private LoadTaskForm() {}

    /** A load as {@code tasks/get} tells it, with what the tool returned at its end. */
    static ObjectNode detailed(LoadRecord load, Instant now) {
        ObjectNode json = task(load, now);
        if (load.outcome() != null) {
            json.set("result", load.outcome());
        }
        return json;
    }

    /** A load without what came of it. */
    static ObjectNode task(LoadRecord load, Instant now) {
        // One that its server has let go of was last written at no time.
        Instant updated = load.updated().isBefore(load.created()) ? load.created() : load.updated();
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("taskId", load.id());
        json.put(
                "status",
                switch (load.state()) {
                    case WORKING -> "working";
                    case ENDED -> "completed";
                    case CANCELLED -> "cancelled";
                });
        json.put(
                "statusMessage",
                switch (load.state()) {
                    case WORKING -> "The context is being loaded.";
                    case ENDED -> isRefused(load) ? "The load was refused." : "The context is loaded.";
                    case CANCELLED -> "The load was cancelled.";
                });
        json.put("createdAt", load.created().toString());
        json.put("lastUpdatedAt", updated.toString());
        json.put("ttlMs", LoadRecords.KEPT.toMillis());
        Duration age = Duration.between(load.created(), load.state() == State.WORKING ? now : updated);
        json.put("pollIntervalMs", TaskKind.pollInterval(age).toMillis());
        return json;
    }

    private static boolean isRefused(LoadRecord load) {
        return load.outcome() != null && load.outcome().path("isError").asBoolean();
    }
}
