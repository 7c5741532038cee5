package dev.rlm.eval;

import java.math.BigDecimal;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How asking a question once ended, and what it took.
 *
 * @param state answered, partial, failed, or {@link #REFUSED}
 * @param answer the answer, or null if there is none
 * @param reason why it is partial or failed, a sentence, or null
 * @param route direct or rlm, or null if none was chosen
 * @param turns turns of the root model
 * @param subCalls sub-calls
 * @param inputTokens tokens that models read, cached ones included
 * @param outputTokens tokens that models wrote
 * @param cachedTokens those of the input tokens that came from a prompt cache
 * @param usd what the calls cost in US dollars, or null if a price is not known
 * @param time how long answering took, without waiting for its turn; null if it was never begun
 */
public record Outcome(
        String state,
        @Nullable String answer,
        @Nullable String reason,
        @Nullable String route,
        int turns,
        int subCalls,
        long inputTokens,
        long outputTokens,
        long cachedTokens,
        @Nullable BigDecimal usd,
        @Nullable Duration time) {

    /** The state of a question that cannot be asked in this way, so that no model was. */
    public static final String REFUSED = "refused";

    /** A question that cannot be asked in this way. */
    public static Outcome refused(String reason) {
        return new Outcome(REFUSED, null, reason, null, 0, 0, 0, 0, 0, BigDecimal.ZERO, null);
    }

    /** Whether there is an answer, if only a partial one. */
    public boolean hasAnswer() {
        return answer != null;
    }
}
