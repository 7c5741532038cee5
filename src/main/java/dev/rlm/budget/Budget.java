package dev.rlm.budget;

import java.math.BigDecimal;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The limits of one question, over everything that is done to answer it.
 *
 * @param turns how many times the root model may be called, at least 1
 * @param subCalls how many sub-calls may be made, at least 0
 * @param usd how many US dollars all model calls may cost together, or null for no such limit
 * @param time how long answering may take, from its start
 */
public record Budget(int turns, int subCalls, @Nullable BigDecimal usd, Duration time) {

    /** @throws IllegalArgumentException with a sentence for users if a limit is out of range */
    public Budget {
        require(turns >= 1, "The limit of turns must be at least 1, not " + turns + ".");
        require(subCalls >= 0, "The limit of sub-calls must be 0 or more, not " + subCalls + ".");
        require(
                usd == null || usd.signum() > 0,
                "The cost limit must be above 0 USD, not " + usd + "; leave it out for no limit.");
        require(time.isPositive(), "The time limit must be above 0, not " + time + ".");
    }

    private static void require(boolean holds, String sentence) {
        if (!holds) {
            throw new IllegalArgumentException(sentence);
        }
    }
}
