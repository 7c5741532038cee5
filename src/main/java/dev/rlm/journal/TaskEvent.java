package dev.rlm.journal;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Something that happened in a task. Events are all that is ever recorded about it. */
public sealed interface TaskEvent {

    /**
     * A question was submitted.
     *
     * @param question its text
     * @param contextIds the contexts it is about
     * @param rootModel the root model's id
     * @param subModel the sub-model's id
     * @param turns the limit of turns
     * @param subCalls the limit of sub-calls
     * @param usd the cost limit, or null
     * @param timeLimit how long answering may take
     */
    record Submitted(
            String question,
            List<String> contextIds,
            String rootModel,
            String subModel,
            int turns,
            int subCalls,
            @Nullable BigDecimal usd,
            Duration timeLimit)
            implements TaskEvent {
        public Submitted {
            contextIds = List.copyOf(contextIds);
        }
    }

    /** The task left the queue. */
    record Started() implements TaskEvent {}

    /** The root model is being asked. */
    record TurnStarted(int turn) implements TaskEvent {}

    /**
     * The root model replied.
     *
     * @param turn the turn, starting at 1
     * @param text what it wrote
     * @param toolCalls the tool calls it made, in order
     * @param cut whether the reply was cut at the model's output limit
     * @param cost tokens, price and time of the call
     */
    record RootReplied(int turn, String text, List<CodeCall> toolCalls, boolean cut, CallCost cost)
            implements TaskEvent {
        public RootReplied {
            toolCalls = List.copyOf(toolCalls);
        }
    }

    /** A cell is about to run. Cells are numbered through the task, starting at 1. */
    record CellStarted(int turn, int cell, String code) implements TaskEvent {}

    /**
     * A cell ended.
     *
     * @param status OK, ERROR, TIMED_OUT, KILLED or STATE_LOST
     * @param output what the root model sees of it
     * @param outputCharacters how long the output was before it was cut
     * @param active how long its code was active
     */
    record CellEnded(int turn, int cell, String status, String output, long outputCharacters, Duration active)
            implements TaskEvent {}

    /**
     * Sub-calls were asked for.
     *
     * @param cell the cell that asked
     * @param prompts how many prompts the call has
     */
    record SubCallsStarted(int cell, int prompts) implements TaskEvent {}

    /**
     * Sub-calls of a batch were not made, because a limit was reached.
     *
     * @param cell the cell that asked
     * @param prompts how many prompts have no reply for this reason
     */
    record SubCallsRefused(int cell, int prompts) implements TaskEvent {}

    /**
     * A sub-call was made, and was answered or failed.
     *
     * @param cell the cell that asked
     * @param promptStart the prompt's first {@value #PROMPT_START} characters
     * @param promptCharacters the whole prompt's length
     * @param promptSha256 the SHA-256 of the whole prompt
     * @param reply the reply, or null if there is none
     * @param failure why there is no reply, or null
     * @param cost tokens, price and time of the call, or null if it failed
     */
    record SubCallEnded(
            int cell,
            String promptStart,
            int promptCharacters,
            String promptSha256,
            @Nullable String reply,
            @Nullable String failure,
            @Nullable CallCost cost)
            implements TaskEvent {
        /** How much of a prompt an event holds, in characters. */
        public static final int PROMPT_START = 2_000;
    }

    /** The caller asked to cancel the task. */
    record CancelRequested() implements TaskEvent {}

    /**
     * The task ended.
     *
     * @param status answered, partial, failed or cancelled
     * @param text the answer as text, or null if there is none
     * @param json the answer as JSON, or null if there is none
     * @param origin where the answer comes from, a sentence, or null
     * @param reason why it is partial or failed, a sentence, or null
     */
    record Finished(
            String status,
            @Nullable String text,
            @Nullable String json,
            @Nullable String origin,
            @Nullable String reason)
            implements TaskEvent {}

    /** A tool call of the root model: the call's id, the tool's name and its arguments as written. */
    record CodeCall(String id, String name, String argumentsJson) {}

    /**
     * What one model call took.
     *
     * @param model the model's id
     * @param inputTokens tokens read, cached ones included
     * @param outputTokens tokens written
     * @param cachedTokens input tokens that came from a prompt cache
     * @param usd the price, or null if unknown
     * @param latency from request to reply, retries included
     */
    record CallCost(
            String model,
            long inputTokens,
            long outputTokens,
            long cachedTokens,
            @Nullable BigDecimal usd,
            Duration latency) {}
}
