package dev.rlm.mcp;

import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * A tool as clients see it.
 *
 * @param name its name
 * @param title its name for people
 * @param description what it does, when to use it, what it costs and what comes back
 * @param hints what a client may assume about it
 * @param inputSchema the JSON Schema of its arguments
 * @param outputSchema the JSON Schema of its structured result
 */
public record ToolDefinition(
        String name, String title, String description, Hints hints, ObjectNode inputSchema, ObjectNode outputSchema) {

    /** The tool annotations of the Model Context Protocol. */
    public record Hints(boolean readOnly, boolean destructive, boolean idempotent, boolean openWorld) {}
}
