package dev.rlm.engine;

import dev.rlm.budget.Charge;
import dev.rlm.journal.TaskEvent.CallCost;
import dev.rlm.model.LanguageModel;
import dev.rlm.model.ModelDescription;
import dev.rlm.model.Usage;
import java.math.BigDecimal;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A model in one of the two roles, root or sub.
 *
 * @param model the model
 * @param description what is known about it
 */
public record Role(LanguageModel model, ModelDescription description) {

    /** On average a token of English or code has about this many characters. */
    private static final int CHARACTERS_PER_TOKEN = 4;

    /** What a reply is taken to have before it is known, in tokens. */
    private static final int EXPECTED_OUTPUT_TOKENS = 1_000;

    /** About how many tokens a text of this length has. */
    static long estimateTokens(long characters) {
        return Math.ceilDiv(characters, CHARACTERS_PER_TOKEN);
    }

    /** What a call that reads this many characters will cost about, in US dollars; null if the price is unknown. */
    @Nullable
    BigDecimal estimateUsd(long characters) {
        return description.cost(new Usage(estimateTokens(characters), EXPECTED_OUTPUT_TOKENS, 0, 0));
    }

    /** What a call has cost. */
    CallCost cost(Usage usage, Duration latency) {
        return new CallCost(
                model.id().toString(),
                usage.totalInputTokens(),
                usage.outputTokens(),
                usage.cacheReadTokens(),
                description.cost(usage),
                latency);
    }

    /** A recorded cost as the ledger counts it; nothing for a call that failed and has none. */
    public static Charge charge(@Nullable CallCost cost) {
        if (cost == null) {
            return Charge.NONE;
        }
        return new Charge(cost.inputTokens(), cost.outputTokens(), cost.cachedTokens(), cost.usd());
    }
}
