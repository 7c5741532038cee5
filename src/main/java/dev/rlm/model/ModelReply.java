package dev.rlm.model;

import java.util.List;

/**
 * What a model answered.
 *
 * @param text the reply's text, without reasoning; may be empty when there are tool calls
 * @param toolCalls the tool calls in order; empty if none
 * @param usage the tokens as the provider counted them
 * @param stop why the model stopped
 */
public record ModelReply(String text, List<ToolCall> toolCalls, Usage usage, StopReason stop) {

    public ModelReply {
        toolCalls = List.copyOf(toolCalls);
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
