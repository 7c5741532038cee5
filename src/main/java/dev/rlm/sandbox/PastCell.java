package dev.rlm.sandbox;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A cell that a REPL has run in an earlier process, as it was recorded there.
 *
 * @param source its number and code
 * @param status how it ended
 * @param outputLimit how many characters of its output were kept
 * @param active how long it was active
 * @param trace what it left
 * @param replies what its sub-calls, child questions, calls of functions, question for its {@linkplain #history history} and {@linkplain #publication publications} were answered
 * @param budgets what {@code budget()} told it, in order
 * @param refusal what sub-calls that are not among the replies were refused with; null if there were none
 * @param levels how many levels of child questions there might be below it
 */
public record PastCell(
        Repl.Cell source,
        CellResult.Status status,
        int outputLimit,
        Duration active,
        CellTrace trace,
        Map<Call, HostCalls.Outcome> replies,
        List<String> budgets,
        @Nullable String refusal,
        int levels) {

    public PastCell {
        replies = Map.copyOf(replies);
        budgets = List.copyOf(budgets);
    }

    /** Stands for what a cell publishes, whatever that is: which it is among the cell's publications tells it apart. */
    static final String PUBLICATION = "\0publication";

    /** Stands for the turns before a cell, which it may read often and which stay the same. */
    static final String HISTORY = "\0history";

    /** The call by which a cell asks for the turns before it. */
    public static Call history() {
        return new Call(CallRecord.sha256(HISTORY), 1);
    }

    /**
     * The call by which a cell published something.
     *
     * @param number which of its publications, from 1
     */
    public static Call publication(int number) {
        return new Call(CallRecord.sha256(PUBLICATION), number);
    }

    /**
     * A sub-call, child question or call of a function of a cell.
     *
     * @param promptSha256 the SHA-256 of the UTF-8 of the prompt, or of its {@link Prompts#identities identity}, the
     *     question's {@link ChildQuestion#identity} or the call's {@link FunctionCall#identity}, 64 hexadecimal digits
     * @param occurrence how often the cell had asked this with this call, from 1
     */
    public record Call(String promptSha256, int occurrence) {}
}
