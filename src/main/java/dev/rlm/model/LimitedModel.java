package dev.rlm.model;

import dev.rlm.model.CallLimiter.Outcome;

/** Keeps the calls of a model within a {@link CallLimiter}, which learns from how they end. Thread-safe. */
public final class LimitedModel implements LanguageModel {

    private final LanguageModel model;
    private final CallLimiter limiter;

    /** Wraps a model; models with the same capacity share a limiter. */
    public LimitedModel(LanguageModel model, CallLimiter limiter) {
        this.model = model;
        this.limiter = limiter;
    }

    @Override
    public ModelId id() {
        return model.id();
    }

    @Override
    public ModelReply complete(ModelRequest request) throws ModelException, InterruptedException {
        return limited(request, model::complete);
    }

    @Override
    public ModelReply complete(ModelRequest request, ReplyListener listener)
            throws ModelException, InterruptedException {
        return limited(request, each -> model.complete(each, listener));
    }

    private ModelReply limited(ModelRequest request, ModelCall call) throws ModelException, InterruptedException {
        CallLimiter.Place place = limiter.acquire(request.deadline());
        Outcome outcome = Outcome.OTHER;
        try {
            ModelReply reply = call.complete(request);
            outcome = Outcome.SUCCEEDED;
            return reply;
        } catch (ModelException e) {
            outcome = e.kind() == ModelException.Kind.THROTTLED ? Outcome.THROTTLED : Outcome.OTHER;
            throw e;
        } finally {
            limiter.release(place, outcome);
        }
    }
}
