package dev.rlm.model;

/** One way to have a request completed. */
@FunctionalInterface
public interface ModelCall {

    /** Completes it, as {@link LanguageModel#complete(ModelRequest)} does. */
    ModelReply complete(ModelRequest request) throws ModelException, InterruptedException;
}
