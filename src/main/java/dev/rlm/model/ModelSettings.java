package dev.rlm.model;

import dev.rlm.model.bedrock.BedrockSettings;
import dev.rlm.model.openai.OpenAiSettings;
import java.util.Map;

/**
 * Which endpoints serve models and how they are called.
 *
 * @param bedrock Amazon Bedrock
 * @param openai an OpenAI-compatible endpoint
 * @param parameters inference parameters of models that have none of their own
 * @param parametersByModel inference parameters of single models
 * @param retries how failed calls are repeated
 * @param maxCallsInFlight the most calls of one model at the same time, at least 1
 * @param stream whether replies that somebody listens to are asked for in pieces
 */
public record ModelSettings(
        BedrockSettings bedrock,
        OpenAiSettings openai,
        InferenceParameters parameters,
        Map<ModelId, InferenceParameters> parametersByModel,
        RetrySettings retries,
        int maxCallsInFlight,
        boolean stream) {

    /** As many calls as the connection pools are made for. */
    public static final int DEFAULT_MAX_CALLS_IN_FLIGHT = 256;

    public ModelSettings {
        parametersByModel = Map.copyOf(parametersByModel);
        if (maxCallsInFlight < 1) {
            throw new IllegalArgumentException(
                    "At least 1 model call must be allowed in flight, not " + maxCallsInFlight + ".");
        }
    }

    /** Everything else by default. */
    public ModelSettings(BedrockSettings bedrock, OpenAiSettings openai) {
        this(
                bedrock,
                openai,
                InferenceParameters.NONE,
                Map.of(),
                RetrySettings.DEFAULT,
                DEFAULT_MAX_CALLS_IN_FLIGHT,
                true);
    }
}
