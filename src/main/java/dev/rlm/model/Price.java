package dev.rlm.model;

import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;

/**
 * What a model's tokens cost, in USD per million tokens.
 *
 * @param input tokens read, neither from nor to a cache
 * @param output tokens written
 * @param cacheRead tokens read from a prompt cache, or null if not known: then they count as {@code input}
 * @param cacheWrite tokens written to a prompt cache, or null if not known: then they count as 1.25 times {@code input},
 *     the highest factor that providers take for a cache of five minutes
 */
public record Price(
        BigDecimal input,
        BigDecimal output,
        @Nullable BigDecimal cacheRead,
        @Nullable BigDecimal cacheWrite) {

    private static final BigDecimal CACHE_WRITE_FACTOR = new BigDecimal("1.25");

    /** The exact cost of some tokens in USD, never below what the provider charges as far as prices are known. */
    public BigDecimal cost(Usage usage) {
        BigDecimal read = cacheRead == null ? input : cacheRead;
        BigDecimal write = cacheWrite == null ? input.multiply(CACHE_WRITE_FACTOR) : cacheWrite;
        return input.multiply(BigDecimal.valueOf(usage.inputTokens()))
                .add(output.multiply(BigDecimal.valueOf(usage.outputTokens())))
                .add(read.multiply(BigDecimal.valueOf(usage.cacheReadTokens())))
                .add(write.multiply(BigDecimal.valueOf(usage.cacheWriteTokens())))
                .movePointLeft(6);
    }

    /** The same price with every part multiplied by a factor. */
    public Price times(BigDecimal factor) {
        return new Price(
                input.multiply(factor),
                output.multiply(factor),
                cacheRead == null ? null : cacheRead.multiply(factor),
                cacheWrite == null ? null : cacheWrite.multiply(factor));
    }
}
