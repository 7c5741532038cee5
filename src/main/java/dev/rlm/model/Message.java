package dev.rlm.model;

import java.util.List;

/** One message of a conversation. */
public sealed interface Message {

    /** What the user, or the program on the user's behalf, says. */
    record User(String text) implements Message {}

    /** What the model said: text, tool calls or both. */
    record Assistant(String text, List<ToolCall> toolCalls) implements Message {
        public Assistant {
            toolCalls = List.copyOf(toolCalls);
        }
    }

    /**
     * The results of the tool calls in the assistant message before, in the same order, optionally followed by text of
     * the user in the same message.
     */
    record ToolResults(List<ToolResult> results, String text) implements Message {
        public ToolResults {
            results = List.copyOf(results);
        }
    }
}
