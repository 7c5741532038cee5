package dev.rlm.journal;

import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Something that happened in a task. Events are all that is ever recorded about it.
 *
 * <p>Recorded events are read for ever: whoever changes a record here gives its type a new version in {@link EventCodec}.
 */
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
     * @param options how the question is answered
     * @param schema the JSON Schema that the answer must fit, or null if it may be anything
     */
    record Submitted(
            String question,
            List<String> contextIds,
            String rootModel,
            String subModel,
            int turns,
            int subCalls,
            @Nullable BigDecimal usd,
            Duration timeLimit,
            Options options,
            @Nullable String schema)
            implements TaskEvent {
        public Submitted {
            contextIds = List.copyOf(contextIds);
        }
    }

    /**
     * The task left the queue. Recorded once: a task that is taken up again keeps its time limit and its chance.
     *
     * @param at when its time began to run
     * @param seed what chance in its cells derives from
     */
    record Started(Instant at, long seed) implements TaskEvent {}

    /**
     * The task was taken up again, because whoever ran it had stopped.
     *
     * @param runner who runs it now
     */
    record Resumed(String runner) implements TaskEvent {}

    /**
     * The root model is being asked.
     *
     * @param turn the turn, starting at 1
     * @param briefing what it was told of the budget that was left
     */
    record TurnStarted(int turn, String briefing) implements TaskEvent {}

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
     * @param error the last line of its traceback or why it was stopped, or null
     * @param value the final value that it handed over, or null
     * @param active how long its code was active
     * @param traces what is needed to run it again
     */
    record CellEnded(
            int turn,
            int cell,
            String status,
            String output,
            long outputCharacters,
            @Nullable String error,
            @Nullable Value value,
            Duration active,
            CellTraces traces)
            implements TaskEvent {}

    /**
     * Code asked what is left of the budget.
     *
     * @param cell the cell that asked
     * @param json what it was told
     */
    record BudgetShown(int cell, String json) implements TaskEvent {}

    /**
     * Clocks said something in a cell that then asked sub-models: if it never ends, it can be run again with the same
     * prompts.
     *
     * @param cell the cell
     * @param said what they said since the cell last asked, as the sandbox tells it
     */
    record ClocksSaid(int cell, String said) implements TaskEvent {}

    /**
     * Sub-calls were asked for.
     *
     * @param cell the cell that asked
     * @param prompts how many prompts the call has
     * @param schema the JSON Schema that each reply must fit, or null if a reply may be any text
     */
    record SubCallsStarted(int cell, int prompts, @Nullable String schema) implements TaskEvent {}

    /**
     * Sub-calls of a batch were not made, because a limit was reached.
     *
     * @param cell the cell that asked
     * @param prompts how many prompts have no reply for this reason
     * @param refusals which they are, by reason
     */
    record SubCallsRefused(int cell, int prompts, List<Refusal> refusals) implements TaskEvent {
        public SubCallsRefused {
            refusals = List.copyOf(refusals);
        }
    }

    /**
     * A sub-call was made, and was answered or failed.
     *
     * @param cell the cell that asked
     * @param promptStart the prompt's first {@value #PROMPT_START} characters
     * @param promptCharacters the whole prompt's length
     * @param promptSha256 the SHA-256 of the whole prompt, under which {@link Journal#text} may have it
     * @param reply the reply, or null if there is none; if a schema was asked for, the JSON in it that fits
     * @param failure why there is no reply, or null; beside a reply, what keeps that from fitting the schema
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

    /**
     * A sub-call was not made, because an equal one of the same REPL has a reply; it cost nothing.
     *
     * @param cell the cell that asked
     * @param promptStart the prompt's first {@value SubCallEnded#PROMPT_START} characters
     * @param promptCharacters the whole prompt's length
     * @param promptSha256 the SHA-256 of the whole prompt, under which {@link Journal#text} may have it
     * @param reply the reply of the equal call
     */
    record SubCallReused(int cell, String promptStart, int promptCharacters, String promptSha256, String reply)
            implements TaskEvent {}

    /**
     * Code asked a child question. What the child does is recorded behind this, under keys that begin with its own.
     *
     * @param cell the cell that asked
     * @param question what it asked
     * @param characters how large the child's context is
     * @param documents how many documents that has
     * @param schema the JSON Schema that the answer must fit, or null if it may be anything
     */
    record ChildStarted(
            int cell,
            String question,
            long characters,
            int documents,
            @Nullable String schema) implements TaskEvent {}

    /**
     * A child question ended.
     *
     * @param cell the cell that asked
     * @param status answered, partial or failed
     * @param text the answer as text, which is its JSON if a schema was asked for, or null if there is none
     * @param json the answer as JSON, or null if there is none
     * @param reason why it is partial or failed, a sentence, or null
     */
    record ChildEnded(
            int cell,
            String status,
            @Nullable String text,
            @Nullable String json,
            @Nullable String reason) implements TaskEvent {}

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

    /**
     * How a question is answered; the same when the task is taken up again by a server that is configured otherwise.
     *
     * @param priority low, normal or high: whether it goes before or behind the tasks of others
     * @param parallel how many model calls are under way at a time
     * @param depth how many levels of child questions there may be
     * @param inputTokens the limit of tokens read, or null
     * @param outputTokens the limit of tokens written, or null
     * @param cachedTokens the limit of tokens read from prompt caches, or null
     * @param outputCharacters how much of a cell's output the root model sees
     * @param cellTime how long a cell may be active
     * @param totalCellTime how long all cells may be active together
     * @param callTime how long one model call may take
     * @param toolCalls whether root models that have tools write their code in tool calls
     */
    record Options(
            String priority,
            int parallel,
            int depth,
            @Nullable Long inputTokens,
            @Nullable Long outputTokens,
            @Nullable Long cachedTokens,
            int outputCharacters,
            Duration cellTime,
            Duration totalCellTime,
            Duration callTime,
            boolean toolCalls) {}

    /** A final value: as text and as JSON. */
    record Value(String text, String json) {}

    /**
     * What a cell leaves besides its output, so that it can be run again in another process.
     *
     * @param outputSha256 the SHA-256 of all it said, by which a run is recognised as the same
     * @param clocks what clocks said in it, as the sandbox tells it
     * @param assigned the variables it assigned or may have changed
     * @param read the variables it read
     * @param leftOut earlier cells that have no part in the REPL any more since this one, because they end every sandbox
     * @param refusal what sub-calls without a record of their own were refused with, or null if there were none
     */
    record CellTraces(
            String outputSha256,
            String clocks,
            List<String> assigned,
            List<String> read,
            List<Integer> leftOut,
            @Nullable String refusal) {
        public CellTraces {
            assigned = List.copyOf(assigned);
            read = List.copyOf(read);
            leftOut = List.copyOf(leftOut);
        }
    }

    /**
     * Sub-calls that were refused for the same reason.
     *
     * @param reason the reason, a sentence
     * @param calls the calls: the prompt's SHA-256, a slash, and how often the cell has asked it so far
     */
    record Refusal(String reason, List<String> calls) {
        public Refusal {
            calls = List.copyOf(calls);
        }
    }

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
