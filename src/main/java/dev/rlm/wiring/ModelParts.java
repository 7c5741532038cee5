package dev.rlm.wiring;

import static dev.rlm.wiring.ConfigurationProblem.inRange;
import static dev.rlm.wiring.ConfigurationProblem.positive;

import dev.rlm.budget.Budget;
import dev.rlm.engine.ModelProfile;
import dev.rlm.engine.ModelProfiles;
import dev.rlm.engine.Role;
import dev.rlm.mcp.sampling.SamplingSettings;
import dev.rlm.model.InferenceParameters;
import dev.rlm.model.ModelCatalog;
import dev.rlm.model.ModelDescription;
import dev.rlm.model.ModelId;
import dev.rlm.model.ModelProviders;
import dev.rlm.model.ModelSettings;
import dev.rlm.model.RetrySettings;
import dev.rlm.model.bedrock.BedrockSettings;
import dev.rlm.model.openai.OpenAiSettings;
import dev.rlm.task.Roles;
import dev.rlm.wiring.ModelConfig.ParametersConfig;
import jakarta.enterprise.inject.Disposes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Provider;
import jakarta.inject.Singleton;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/** Makes what calls models from its configuration, and closes it in the end. */
@Singleton
final class ModelParts {

    @Produces
    @Singleton
    ModelProviders providers(ModelConfig config) {
        return new ModelProviders(settings(config), ModelCatalog.load());
    }

    private static ModelSettings settings(ModelConfig config) {
        Map<ModelId, InferenceParameters> parametersOf = new HashMap<>();
        config.parametersOf()
                .forEach((id, parameters) -> ConfigurationProblem.of(
                        "rlm.model.parameters-of", () -> parametersOf.put(ModelId.parse(id), parameters(parameters))));
        ModelConfig.RetryConfig retry = config.retry();
        return new ModelSettings(
                ConfigurationProblem.of("rlm.model.bedrock", () -> bedrock(config.bedrock())),
                ConfigurationProblem.of("rlm.model.openai", () -> openai(config.openai())),
                ConfigurationProblem.of("rlm.model.parameters", () -> parameters(config.parameters())),
                parametersOf,
                ConfigurationProblem.of(
                        "rlm.model.retry",
                        () -> new RetrySettings(
                                retry.firstDelay(), retry.maxDelay(), retry.maxAttempts(), retry.attemptTime())),
                inRange("rlm.model.max-calls-in-flight", config.maxCallsInFlight(), 1, Integer.MAX_VALUE),
                config.stream());
    }

    private static BedrockSettings bedrock(ModelConfig.BedrockConfig config) {
        return new BedrockSettings(
                config.region().orElse(null), config.endpoint().orElse(null), null);
    }

    private static OpenAiSettings openai(ModelConfig.OpenAiConfig config) {
        return new OpenAiSettings(config.baseUrl(), config.apiKey().orElse(null), config.headers());
    }

    private static InferenceParameters parameters(ParametersConfig config) {
        return new InferenceParameters(orNull(config.temperature()), orNull(config.topP()), orNull(config.maxTokens()));
    }

    @Produces
    @Singleton
    SamplingSettings sampling(ModelConfig config, Provider<ModelProviders> providers) {
        ModelConfig.ClientConfig client = config.client();
        return ConfigurationProblem.of(
                "rlm.model.client",
                () -> new SamplingSettings(
                        inRange("rlm.model.client.calls-in-flight", client.callsInFlight(), 1, Budget.MOST_IN_FLIGHT),
                        positive("rlm.model.client.call-time", client.callTime()),
                        positive("rlm.model.client.absence", client.absence()),
                        inRange("rlm.model.client.max-tokens", client.maxTokens(), 1, Integer.MAX_VALUE),
                        id -> providers.get().parameters(id, 0)));
    }

    @Produces
    @Singleton
    Roles roles(ModelConfig config, ModelProviders providers) {
        ModelProfiles profiles = ProfilesFile.add(config.profiles(), ModelProfiles.load());
        return id -> {
            ModelDescription description = providers.catalog().describe(id);
            ModelProfile profile = profiles.of(id);
            return new Role(
                    providers.model(id, profile.thinkingTokensOf(description)),
                    description,
                    profile,
                    saysTheSame(id, config));
        };
    }

    /** Whether replies of a model are reused, for which it must be known to say the same each time, or be said to. */
    static boolean saysTheSame(ModelId id, ModelConfig config) {
        ParametersConfig parameters = config.parametersOf().getOrDefault(id.toString(), config.parameters());
        return switch (config.reuseReplies()) {
            case ALWAYS -> true;
            case NEVER -> false;
            case AUTO ->
                parameters.temperature().isPresent() && parameters.temperature().getAsDouble() == 0;
        };
    }

    void close(@Disposes ModelProviders providers) {
        providers.close();
    }

    private static @Nullable Double orNull(OptionalDouble value) {
        return value.isPresent() ? (Double) value.getAsDouble() : null;
    }

    private static @Nullable Integer orNull(OptionalInt value) {
        return value.isPresent() ? (Integer) value.getAsInt() : null;
    }
}
