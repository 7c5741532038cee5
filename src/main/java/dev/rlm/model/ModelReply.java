package dev.rlm.model;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a model answered.
 *
 * @param text the reply's text, without reasoning; may be empty when there are tool calls
 * @param toolCalls the tool calls in order; empty if none
 * @param usage the tokens as the provider counted them
 * @param stop why the model stopped
 * @param model the name of the model that answered, where the provider chooses it; null if it is the one that was asked
 */
public record ModelReply(
        String text,
        List<ToolCall> toolCalls,
        Usage usage,
        StopReason stop,
        @Nullable String model) {

    public ModelReply {
        toolCalls = List.copyOf(toolCalls);
    }

    /** What the model that was asked has answered. */
    public ModelReply(String text, List<ToolCall> toolCalls, Usage usage, StopReason stop) {
        this(text, toolCalls, usage, stop, null);
    }

    /** Why a model stopped. */
    public enum StopReason {
        /** The reply is complete. */
        COMPLETE,
        /** The model waits for tool results. */
        TOOL_CALLS,
        /** The reply was cut at the output limit. */
        OUTPUT_LIMIT,
        /** The provider withheld content: a filter or guardrail. */
        WITHHELD,
        /** Anything else. */
        OTHER
    }
}
