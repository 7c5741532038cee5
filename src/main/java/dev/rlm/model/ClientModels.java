package dev.rlm.model;

import java.time.Duration;

/**
 * The models that the client which asks a question has itself, and lends to that question alone. Nothing is known of them: no
 * window, no price. Thread-safe.
 */
public interface ClientModels {

    /** The provider in the ids of such models: {@code client}, or {@code client:name} for one that the client may prefer. */
    String PROVIDER = "client";

    /** What is said to whoever asks for such a model and has none to lend. */
    String NOT_LENT =
            "The model 'client' is lent by the MCP client that asks, with the capability `sampling`, in a session of"
                    + " MCP 2025-11-25 or older; none was lent here. Name the models of a provider (root_model and sub_model,"
                    + " --root-model and --sub-model, or rlm.model.root and rlm.model.sub), such as"
                    + " bedrock:us.amazon.nova-pro-v1:0 or openai:gpt-5.";

    /** Whether a model is one that clients lend. */
    static boolean isOne(ModelId id) {
        return id.provider().equals(PROVIDER);
    }

    /**
     * A model of the client. Its calls are made once: neither repeated nor limited in number here.
     *
     * @param id what the client is told to prefer; the choice is its own
     */
    LanguageModel model(ModelId id);

    /** How many calls it may be asked at a time, at least 1: there may be a person who looks at each. */
    int callsInFlight();

    /** How long one call may take. */
    Duration callTime();
}
