package dev.rlm.budget;

import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;

/**
 * What calls have used.
 *
 * @param inputTokens tokens read, cached ones included
 * @param outputTokens tokens written
 * @param cachedTokens those of the input tokens that came from a prompt cache
 * @param usd the price in US dollars; null when the price of any part is unknown
 */
public record Charge(
        long inputTokens,
        long outputTokens,
        long cachedTokens,
        @Nullable BigDecimal usd) {

    /** Nothing used. */
    public static final Charge NONE = new Charge(0, 0, 0, BigDecimal.ZERO);

    /** The sum of both; its price is unknown if either is. */
    public Charge plus(Charge other) {
        return new Charge(
                inputTokens + other.inputTokens,
                outputTokens + other.outputTokens,
                cachedTokens + other.cachedTokens,
                usd == null || other.usd == null ? null : usd.add(other.usd));
    }

    /** What is left of this after the other is taken away. */
    Charge minus(Charge other) {
        return new Charge(
                inputTokens - other.inputTokens,
                outputTokens - other.outputTokens,
                cachedTokens - other.cachedTokens,
                usd == null || other.usd == null ? null : usd.subtract(other.usd));
    }
}
