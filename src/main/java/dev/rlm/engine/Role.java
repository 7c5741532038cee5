package dev.rlm.engine;

import dev.rlm.budget.Charge;
import dev.rlm.budget.Estimate;
import dev.rlm.journal.TaskEvent.CallCost;
import dev.rlm.model.LanguageModel;
import dev.rlm.model.ModelDescription;
import dev.rlm.model.ModelException;
import dev.rlm.model.ModelId;
import dev.rlm.model.ModelReply;
import dev.rlm.model.ModelRequest;
import dev.rlm.model.Usage;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A model in one of the two roles, root or sub.
 *
 * @param model the model
 * @param description what is known about it
 * @param profile how models of its family are worked with
 * @param saysTheSame whether it need not be asked the same twice, because it would reply the same
 */
public record Role(LanguageModel model, ModelDescription description, ModelProfile profile, boolean saysTheSame) {

    /** What a reply is taken to have before it is known, in tokens. */
    private static final int EXPECTED_OUTPUT_TOKENS = 1_000;

    /** A model that may reply differently each time. */
    public Role(LanguageModel model, ModelDescription description, ModelProfile profile) {
        this(model, description, profile, false);
    }

    /** A model with the profile that the program has for it. */
    public Role(LanguageModel model, ModelDescription description) {
        this(model, description, ModelProfiles.load().of(description.id()));
    }

    /** This role for a model that is reached in another way. */
    public Role with(LanguageModel other) {
        return new Role(other, description, profile, saysTheSame);
    }

    /** What a call that reads this many tokens will use about. */
    Estimate estimate(long inputTokens) {
        Usage usage = new Usage(inputTokens, EXPECTED_OUTPUT_TOKENS, 0, 0);
        return new Estimate(inputTokens, EXPECTED_OUTPUT_TOKENS, description.cost(usage));
    }

    /** A reply, and what the call took. */
    record Answered(ModelReply reply, CallCost cost) {}

    /** Asks the model once. */
    Answered ask(ModelRequest request, Clock clock) throws ModelException, InterruptedException {
        return ask(request, Audience.NOBODY, 0, clock);
    }

    /** Asks the model for the reply of a turn, before an audience. */
    Answered ask(ModelRequest request, Audience audience, int turn, Clock clock)
            throws ModelException, InterruptedException {
        Instant start = clock.instant();
        ModelReply reply = audience.complete(model, request, turn);
        return new Answered(reply, cost(reply, Duration.between(start, clock.instant())));
    }

    /** What a call has cost. */
    CallCost cost(ModelReply reply, Duration latency) {
        Usage usage = reply.usage();
        return new CallCost(
                answeredBy(reply),
                usage.totalInputTokens(),
                usage.outputTokens(),
                usage.cacheReadTokens(),
                description.cost(usage),
                latency,
                description.saving(usage));
    }

    private String answeredBy(ModelReply reply) {
        ModelId asked = model.id();
        return (reply.model() == null ? asked : new ModelId(asked.provider(), reply.model())).toString();
    }

    /** A recorded cost as the ledger counts it; nothing for a call that failed and has none. */
    public static Charge charge(@Nullable CallCost cost) {
        if (cost == null) {
            return Charge.NONE;
        }
        return new Charge(cost.inputTokens(), cost.outputTokens(), cost.cachedTokens(), cost.usd());
    }
}
