package dev.rlm.budget;

import java.math.BigDecimal;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The limits of one question, over everything that is done to answer it.
 *
 * @param turns how many times the root model may be called, at least 1
 * @param subCalls how many other model calls may be made, those of child questions included, at least 0
 * @param tokens how many tokens all model calls may read and write together
 * @param usd how many US dollars all model calls may cost together, or null for no such limit
 * @param time how long answering may take, from its start
 * @param depth how many levels of child questions there may be below this one, 0 to {@value #MOST_DEPTH}
 * @param inFlight how many model calls may be under way at a time, 1 to {@value #MOST_IN_FLIGHT}
 */
public record Budget(
        int turns,
        int subCalls,
        TokenLimits tokens,
        @Nullable BigDecimal usd,
        Duration time,
        int depth,
        int inFlight) {

    /** The most levels of child questions. */
    public static final int MOST_DEPTH = 5;

    /** The most model calls of one question at a time. */
    public static final int MOST_IN_FLIGHT = 256;

    /** @throws IllegalArgumentException with a sentence for users if a limit is out of range */
    public Budget {
        require(turns >= 1, "The limit of turns must be at least 1, not " + turns + ".");
        require(subCalls >= 0, "The limit of sub-calls must be 0 or more, not " + subCalls + ".");
        require(
                usd == null || usd.signum() > 0,
                "The cost limit must be above 0 USD, not " + usd + "; leave it out for no limit.");
        require(time.isPositive(), "The time limit must be above 0, not " + time + ".");
        require(
                depth >= 0 && depth <= MOST_DEPTH,
                "The depth of child questions must be 0 to " + MOST_DEPTH + ", not " + depth + ".");
        require(
                inFlight >= 1 && inFlight <= MOST_IN_FLIGHT,
                "The number of parallel calls must be 1 to " + MOST_IN_FLIGHT + ", not " + inFlight + ".");
    }

    /** These limits, without limits of tokens, one level of child questions, and 16 calls at a time. */
    public Budget(int turns, int subCalls, @Nullable BigDecimal usd, Duration time) {
        this(turns, subCalls, TokenLimits.NONE, usd, time, 1, 16);
    }

    /** The same limits with another number of calls at a time. */
    public Budget withInFlight(int calls) {
        return new Budget(turns, subCalls, tokens, usd, time, depth, calls);
    }

    /** The same limits with no more levels of child questions than this. */
    public Budget withDepth(int levels) {
        return new Budget(turns, subCalls, tokens, usd, time, Math.min(depth, levels), inFlight);
    }

    /**
     * Limits of tokens; null stands for none.
     *
     * @param input tokens read, cached ones included
     * @param output tokens written
     * @param cached those of the input tokens that come from a prompt cache
     */
    public record TokenLimits(
            @Nullable Long input,
            @Nullable Long output,
            @Nullable Long cached) {

        /** No limit of tokens. */
        public static final TokenLimits NONE = new TokenLimits(null, null, null);

        /** @throws IllegalArgumentException with a sentence for users if a limit is out of range */
        public TokenLimits {
            requirePositive("input", input);
            requirePositive("output", output);
            requirePositive("cached", cached);
        }

        private static void requirePositive(String kind, @Nullable Long limit) {
            require(
                    limit == null || limit > 0,
                    "The limit of " + kind + " tokens must be above 0, not " + limit + "; leave it out for no limit.");
        }
    }

    private static void require(boolean holds, String sentence) {
        if (!holds) {
            throw new IllegalArgumentException(sentence);
        }
    }
}
