package dev.rlm.mcp.sampling;

import dev.rlm.model.InferenceParameters;
import dev.rlm.model.ModelId;
import java.time.Duration;
import java.util.function.Function;

/**
 * How clients are asked for replies of their models.
 *
 * @param callsInFlight how many replies of a question may be asked for at a time, at least 1
 * @param callTime how long one may take, a person's consent included
 * @param absence how long a client may have no stream open and say nothing before it is taken to be gone
 * @param maxTokens the most tokens of a reply, which the protocol demands, where the parameters of a model have no limit
 * @param parameters the inference parameters of models
 */
public record SamplingSettings(
        int callsInFlight,
        Duration callTime,
        Duration absence,
        int maxTokens,
        Function<ModelId, InferenceParameters> parameters) {

    /** @throws IllegalArgumentException with a sentence for users if a value is out of range */
    public SamplingSettings {
        if (callsInFlight < 1 || maxTokens < 1) {
            throw new IllegalArgumentException("The numbers of calls in flight and of tokens must be at least 1, not "
                    + callsInFlight + " and " + maxTokens + ".");
        }
        if (!callTime.isPositive() || !absence.isPositive()) {
            throw new IllegalArgumentException("The times must be above 0.");
        }
    }
}
