package dev.rlm.model;

import org.jspecify.annotations.Nullable;

/**
 * What to ask of a model's sampling. Null means: send nothing, the provider decides (newer reasoning models refuse some
 * of these parameters).
 *
 * @param temperature 0 to 2
 * @param topP above 0, up to 1
 * @param maxTokens the most tokens to write, at least 1
 */
public record InferenceParameters(
        @Nullable Double temperature,
        @Nullable Double topP,
        @Nullable Integer maxTokens) {

    /** Sends no parameter at all. */
    public static final InferenceParameters NONE = new InferenceParameters(null, null, null);

    public InferenceParameters {
        if (temperature != null && !(temperature >= 0 && temperature <= 2)) {
            throw new IllegalArgumentException("The temperature is " + temperature + ": it must be from 0 to 2.");
        }
        if (topP != null && !(topP > 0 && topP <= 1)) {
            throw new IllegalArgumentException("top-p is " + topP + ": it must be above 0 and at most 1.");
        }
        if (maxTokens != null && maxTokens < 1) {
            throw new IllegalArgumentException("max-tokens is " + maxTokens + ": it must be at least 1.");
        }
    }

    /**
     * These parameters with room for a model's thinking, which providers count among the tokens it writes. Without a limit
     * there is room enough, and none is added.
     *
     * @param thinkingTokens the tokens to add to the limit, 0 or more
     * @param most the tokens that the model writes at most, beyond which nothing is added, or null if not known
     */
    public InferenceParameters withRoomFor(int thinkingTokens, @Nullable Long most) {
        if (maxTokens == null) {
            return this;
        }
        long limit = (long) maxTokens + thinkingTokens;
        long possible = Math.min(limit, most == null ? Integer.MAX_VALUE : most);
        return new InferenceParameters(temperature, topP, (int) Math.max(maxTokens, possible));
    }
}
