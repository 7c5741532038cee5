package dev.rlm.model;

/**
 * A tool call that a model made.
 *
 * @param id the provider's id of the call, repeated in its {@link ToolResult}
 * @param name the tool's name
 * @param argumentsJson the arguments as a JSON object, exactly as the model wrote them (it may be malformed)
 */
public record ToolCall(String id, String name, String argumentsJson) {}
