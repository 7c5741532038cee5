package dev.rlm.model;

/**
 * What a tool call returned.
 *
 * @param callId the id of the {@link ToolCall}
 * @param text the result as text
 * @param isError whether the tool failed
 */
public record ToolResult(String callId, String text, boolean isError) {}
