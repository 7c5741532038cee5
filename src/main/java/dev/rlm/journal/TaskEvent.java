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

    /** The end of a model call. */
    sealed interface ModelCall extends TaskEvent {
        /** What the call took; null if it failed. */
        @Nullable
        CallCost cost();
    }

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
     * @param follows the tasks whose REPL and conversation this one goes on with, the first one first; empty if none
     * @param verify whether what the answer claims is checked against what it cites
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
            @Nullable String schema,
            List<String> follows,
            boolean verify)
            implements TaskEvent {
        public Submitted {
            contextIds = List.copyOf(contextIds);
            follows = List.copyOf(follows);
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
     * The way in which the question is answered was chosen.
     *
     * @param route direct: the root model reads the contexts in one call; or rlm: it writes code
     * @param depth how deep the recursion may go; 0 if no code is written
     * @param reason why, a sentence
     * @param usd about what it costs, or null if a price is not known
     */
    record Routed(
            String route,
            int depth,
            String reason,
            @Nullable BigDecimal usd) implements TaskEvent {}

    /**
     * The root model replied to the question and all of the contexts.
     *
     * @param text what it wrote
     * @param cut whether the reply was cut at the model's output limit
     * @param cost tokens, price and time of the call
     */
    record DirectReplied(String text, boolean cut, CallCost cost) implements ModelCall {}

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
            implements ModelCall {
        public RootReplied {
            toolCalls = List.copyOf(toolCalls);
        }
    }

    /**
     * Functions of other servers were offered to the code, as they were before the first turn; not recorded where none are
     * configured.
     *
     * @param functions the functions
     * @param problems why others are missing, sentences
     * @param calls how often code may call them
     */
    record FunctionsOffered(List<Function> functions, List<String> problems, int calls) implements TaskEvent {
        public FunctionsOffered {
            functions = List.copyOf(functions);
            problems = List.copyOf(problems);
        }
    }

    /**
     * Code called a function of another server.
     *
     * @param cell the cell that called
     * @param function the function's name
     * @param arguments what it was given, a JSON object
     * @param result what it gave, a JSON value, or null if the call failed
     * @param failure why the call failed, a sentence, or null
     * @param latency from request to result
     */
    record FunctionCalled(
            int cell,
            String function,
            String arguments,
            @Nullable String result,
            @Nullable String failure,
            Duration latency)
            implements TaskEvent {}

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
     * @param images the documents of the task's context whose images went with the prompt, counted from 0
     */
    record SubCallEnded(
            int cell,
            String promptStart,
            int promptCharacters,
            String promptSha256,
            @Nullable String reply,
            @Nullable String failure,
            @Nullable CallCost cost,
            List<Integer> images)
            implements ModelCall {
        public SubCallEnded {
            images = List.copyOf(images);
        }

        /** The end of a call without images. */
        public SubCallEnded(
                int cell,
                String promptStart,
                int promptCharacters,
                String promptSha256,
                @Nullable String reply,
                @Nullable String failure,
                @Nullable CallCost cost) {
            this(cell, promptStart, promptCharacters, promptSha256, reply, failure, cost, List.of());
        }

        /** How much of a prompt an event holds, in characters. */
        public static final int PROMPT_START = 2_000;
    }

    /**
     * A sub-call was not made, because an equal one of the same task has a reply; it cost nothing.
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

    /**
     * Code published what it had so far.
     *
     * @param cell the cell that did
     * @param value what it had, or null if it was not taken
     * @param refusal why it was not taken, what the code was told, or null
     */
    record Published(
            int cell, @Nullable Value value, @Nullable String refusal) implements TaskEvent {}

    /**
     * The older turns of the root model's conversation were replaced by a summary.
     *
     * @param turn the turn before which, or in which, that was done
     * @param kept how many turns before it stayed as they were
     * @param messageCharacters how much stayed of each message of those, in characters; 0 for all
     * @param summary what stands for the turns that were left out
     * @param variables what the root model is told of its variables with it
     * @param cost tokens, price and time of the call that wrote the summary, or null if no model wrote it
     */
    record Compacted(
            int turn,
            int kept,
            int messageCharacters,
            String summary,
            String variables,
            @Nullable CallCost cost) implements ModelCall {}

    /**
     * The root model of a run that was stopped said what the answer is.
     *
     * @param text what it wrote
     * @param cost tokens, price and time of the call
     */
    record LastReplied(String text, CallCost cost) implements ModelCall {}

    /**
     * What prompts of a batch of sub-calls hold of the task's context, found by content. Only sub-calls that were answered
     * are told of, and only where it is known.
     *
     * @param cell the cell that asked
     * @param prompts the prompts
     */
    record PromptsLocated(int cell, List<LocatedPrompt> prompts) implements TaskEvent {
        public PromptsLocated {
            prompts = List.copyOf(prompts);
        }
    }

    /**
     * What a cell brought to light of the task's context.
     *
     * @param cell the cell
     * @param shown what its output holds, found by content
     * @param scanned what searches went through
     * @param citations what it cited
     */
    record CellObserved(int cell, List<Part> shown, List<Part> scanned, List<Citation> citations) implements TaskEvent {
        public CellObserved {
            shown = List.copyOf(shown);
            scanned = List.copyOf(scanned);
            citations = List.copyOf(citations);
        }
    }

    /**
     * What the answer rests on, as the events before tell; recorded when the run has ended.
     *
     * @param coverage how much of the context was read
     * @param citations the citations that the answer refers to or, if it refers to none, those that were made
     * @param citationsMade how many different ones were made
     */
    record EvidenceGathered(Coverage coverage, List<Citation> citations, int citationsMade) implements TaskEvent {
        public EvidenceGathered {
            citations = List.copyOf(citations);
        }
    }

    /**
     * A sub-model compared what the answer claims with a passage that it cites; or could not.
     *
     * @param citation the passage
     * @param claim the part of the answer that refers to it, or the start of that
     * @param verdict supported, contradicted, unclear, or unchecked if no sub-model said any of these
     * @param reason why, a sentence
     * @param cost tokens, price and time of the call, or null if there was none or it failed
     */
    record ClaimChecked(
            Citation citation,
            String claim,
            String verdict,
            String reason,
            @Nullable CallCost cost) implements ModelCall {}

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
     * @param route which ways are allowed: direct, rlm, or auto for either
     * @param directTokens how many tokens the contexts may have to be read directly by choice of the router
     * @param retryStragglers whether the slowest calls of a batch are asked a second time
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
            boolean toolCalls,
            String route,
            long directTokens,
            boolean retryStragglers) {}

    /**
     * A part of the documents of the task's context: from a place in one of them to before a place in another or the same,
     * with all of those between.
     *
     * @param document the first document, counted from 0 through the task's contexts
     * @param start where the part starts in it, in UTF-16 units
     * @param lastDocument the last document
     * @param end where the part ends in that, exclusive
     */
    record Part(int document, int start, int lastDocument, int end) {}

    /**
     * A prompt's parts.
     *
     * @param call the sub-call: the prompt's SHA-256, a slash, and how often the cell had asked it so far
     * @param parts the parts
     * @param complete whether these are all that was found
     */
    record LocatedPrompt(String call, List<Part> parts, boolean complete) {
        public LocatedPrompt {
            parts = List.copyOf(parts);
        }
    }

    /**
     * A passage that stands in a document of the context.
     *
     * @param document the document's name
     * @param line the passage's first line, from 1
     * @param lastLine its last line
     * @param quote its text, or the start of it
     * @param cut whether it goes on after the quote
     */
    record Citation(String document, long line, long lastLine, String quote, boolean cut) {}

    /**
     * How much of the context was read, in UTF-16 units of its documents.
     *
     * @param characters all documents together
     * @param bySubModels what sub-models and children read
     * @param byRoot what the root model saw in the outputs of its cells
     * @param byScans what {@code grep} and {@code search} went through
     * @param byAny what at least one of them read
     * @param documents how many documents there are
     * @param documentsRead of how many of them something was read
     * @param subCallsUnknown how many answered sub-calls have a prompt of which it is not known what it holds
     * @param note what a question about the whole context should know of its coverage, a sentence, or null
     * @param leastRead the documents of which the least was read
     */
    record Coverage(
            long characters,
            long bySubModels,
            long byRoot,
            long byScans,
            long byAny,
            int documents,
            int documentsRead,
            int subCallsUnknown,
            @Nullable String note,
            List<DocumentCoverage> leastRead) {
        public Coverage {
            leastRead = List.copyOf(leastRead);
        }
    }

    /** How much of one document was read, as {@link Coverage} tells it of all. */
    record DocumentCoverage(
            String document, long characters, long bySubModels, long byRoot, long byScans, long byAny) {}

    /**
     * A function of another server.
     *
     * @param name its name in the REPL
     * @param description what its server says of it
     * @param schema the JSON Schema of its arguments
     */
    record Function(String name, String description, String schema) {}

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
     * @param savedUsd how much less that is than without a prompt cache, negative if filling the cache cost more; null if
     *     the price is unknown, or it was not recorded
     */
    record CallCost(
            String model,
            long inputTokens,
            long outputTokens,
            long cachedTokens,
            @Nullable BigDecimal usd,
            Duration latency,
            @Nullable BigDecimal savedUsd) {}
}
