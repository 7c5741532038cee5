package dev.rlm.mcp;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rlm.access.CallRates;
import dev.rlm.access.Scope;
import org.jspecify.annotations.Nullable;

/**
 * A tool as clients see it.
 *
 * @param name its name
 * @param title its name for people
 * @param description what it does, when to use it, what it costs and what comes back
 * @param hints what a client may assume about it
 * @param inputSchema the JSON Schema of its arguments
 * @param outputSchema the JSON Schema of its structured result
 * @param scope what a caller must have to call it; null if any caller may
 * @param rate what its calls count as, besides requests; null for nothing
 */
record ToolDefinition(
        String name,
        String title,
        String description,
        Hints hints,
        ObjectNode inputSchema,
        ObjectNode outputSchema,
        @Nullable Scope scope,
        CallRates.@Nullable Kind rate) {

    /** The tool annotations of the Model Context Protocol. */
    record Hints(boolean readOnly, boolean destructive, boolean idempotent, boolean openWorld) {}
}
