package dev.rlm.task;

import dev.rlm.budget.Spending;
import dev.rlm.engine.Writing;
import dev.rlm.journal.TaskEvent;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How a task stands, as its journal tells, and the replica that runs it.
 *
 * @param id the task's id
 * @param version grows with everything that happens in the task
 * @param state where the task is
 * @param phase what it is doing just now, a few words
 * @param request what was asked, with the models and limits that hold
 * @param submitted when it was submitted
 * @param started when it left the queue, or null
 * @param ended when it ended, or null
 * @param updated when the latest of what has happened in it happened
 * @param route how it is answered, or null if that is not chosen yet
 * @param turn the turn it is in or ended in; 0 before the first
 * @param cell the number of its latest cell; 0 before the first
 * @param subCallsWaiting sub-calls that were asked for and have no outcome yet
 * @param subCallsFailed sub-calls that failed or were refused
 * @param functions how often its code, and that of its children, has called functions of other servers, by their names
 * @param spending what it has used so far
 * @param savedUsd how much less the calls cost than without prompt caches, in US dollars; null if a price is not known
 * @param lastOutput the end of the latest cell's output, at most {@value #LAST_OUTPUT} characters, or null
 * @param published what the code has published last, or null
 * @param writing what its root model is writing just now, or null if it is not, or if that is not known here: only the
 *     replica that runs the task knows it
 * @param result the task's end, or null while it has not ended
 * @param evidence what the answer rests on, or null while the run has not come to its end
 * @param claims what the answer claims as it was checked so far; empty if that was not asked for
 */
public record TaskStatus(
        String id,
        long version,
        TaskState state,
        String phase,
        TaskEvent.Submitted request,
        Instant submitted,
        @Nullable Instant started,
        @Nullable Instant ended,
        Instant updated,
        TaskEvent.@Nullable Routed route,
        int turn,
        int cell,
        int subCallsWaiting,
        int subCallsFailed,
        List<FunctionCount> functions,
        Spending spending,
        @Nullable BigDecimal savedUsd,
        @Nullable String lastOutput,
        @Nullable Publication published,
        @Nullable Writing writing,
        TaskEvent.@Nullable Finished result,
        TaskEvent.@Nullable EvidenceGathered evidence,
        List<TaskEvent.ClaimChecked> claims) {

    public TaskStatus {
        functions = List.copyOf(functions);
        claims = List.copyOf(claims);
    }

    /** How often a function was called, and how many of these calls failed. */
    public record FunctionCount(String name, int calls, int failed) {}

    /** How much of the latest output a status holds, in characters. */
    public static final int LAST_OUTPUT = 1_000;

    /**
     * A partial answer.
     *
     * @param at when it was published
     * @param cell the cell that published it
     * @param value the answer
     */
    public record Publication(Instant at, int cell, TaskEvent.Value value) {}
}
