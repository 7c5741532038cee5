package dev.rlm.model;

/**
 * Tokens of one or several calls, as the provider counted them.
 *
 * @param inputTokens tokens read that were neither read from nor written to a prompt cache
 * @param outputTokens tokens written, reasoning included
 * @param cacheReadTokens input tokens served from a prompt cache
 * @param cacheWriteTokens input tokens written to a prompt cache
 */
public record Usage(long inputTokens, long outputTokens, long cacheReadTokens, long cacheWriteTokens) {

    /** No tokens. */
    public static final Usage NONE = new Usage(0, 0, 0, 0);

    /** The sum of both. */
    public Usage plus(Usage other) {
        return new Usage(
                inputTokens + other.inputTokens,
                outputTokens + other.outputTokens,
                cacheReadTokens + other.cacheReadTokens,
                cacheWriteTokens + other.cacheWriteTokens);
    }

    /** All input tokens, cached or not. */
    public long totalInputTokens() {
        return inputTokens + cacheReadTokens + cacheWriteTokens;
    }
}
