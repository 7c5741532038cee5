package dev.rlm.budget;

import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;

/**
 * What a call will use about, before it is made; the provider's own numbers take its place afterwards.
 *
 * @param inputTokens tokens that will be read
 * @param outputTokens tokens that will be written
 * @param usd what they will cost in US dollars, or null if the price is not known
 */
public record Estimate(
        long inputTokens, long outputTokens, @Nullable BigDecimal usd) {

    /** Nothing is known. */
    public static final Estimate UNKNOWN = new Estimate(0, 0, null);

    Charge charge() {
        return new Charge(inputTokens, outputTokens, 0, usd == null ? BigDecimal.ZERO : usd);
    }
}
