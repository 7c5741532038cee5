package dev.rlm.budget;

import org.jspecify.annotations.Nullable;

/**
 * How many tokens may still be used; null where there is no limit.
 *
 * @param input tokens to read
 * @param output tokens to write
 * @param cached tokens to read from a prompt cache
 */
public record TokensLeft(
        @Nullable Long input,
        @Nullable Long output,
        @Nullable Long cached) {

    /** The lower of each. */
    TokensLeft least(TokensLeft other) {
        return new TokensLeft(least(input, other.input), least(output, other.output), least(cached, other.cached));
    }

    private static @Nullable Long least(@Nullable Long one, @Nullable Long other) {
        if (one == null || other == null) {
            return one == null ? other : one;
        }
        return Math.min(one, other);
    }
}
