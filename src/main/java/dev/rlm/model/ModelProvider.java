package dev.rlm.model;

import java.time.Instant;
import java.util.Collection;

/** A kind of endpoint that serves models. Thread-safe; connects only when a model is called or checked. */
public interface ModelProvider extends AutoCloseable {

    /** The name before the colon of a model id. */
    String name();

    /** A model of this provider, without retries and limits. Nothing is connected yet. */
    LanguageModel model(ModelDescription description, InferenceParameters parameters);

    /**
     * Finds out whether the provider can be used.
     *
     * @param models the models of this provider that someone wants to use
     * @param deadline when to give up on what does not answer
     */
    ProviderStatus check(Collection<ModelId> models, Instant deadline) throws InterruptedException;

    /** Abandons calls under way and closes connections. */
    @Override
    void close();
}
