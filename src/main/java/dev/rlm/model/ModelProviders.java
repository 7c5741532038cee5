package dev.rlm.model;

import dev.rlm.model.bedrock.BedrockProvider;
import dev.rlm.model.client.ClientProvider;
import dev.rlm.model.openai.OpenAiProvider;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.DoubleSupplier;

/**
 * All models that can be called: the way from a model's id to a {@link LanguageModel} with retries and a limit on calls
 * in flight.
 *
 * <p>Thread-safe. The same id always gives models that share one limit. Connections and credentials are looked up when
 * the first call needs them, so a provider that is not used costs nothing and need not be configured.
 */
public final class ModelProviders implements AutoCloseable {

    private record Configured(ModelId id, InferenceParameters parameters) {}

    private final ModelSettings settings;
    private final ModelCatalog catalog;
    private final Clock clock;
    private final Sleeper sleeper;
    private final DoubleSupplier random;
    private final Map<String, ModelProvider> providers = new LinkedHashMap<>();
    private final Map<ModelId, CallLimiter> limiters = new ConcurrentHashMap<>();
    private final Map<Configured, LanguageModel> models = new ConcurrentHashMap<>();

    /** The providers by the system's clock and chance. */
    public ModelProviders(ModelSettings settings, ModelCatalog catalog) {
        this(
                settings,
                catalog,
                Clock.systemUTC(),
                Thread::sleep,
                () -> ThreadLocalRandom.current().nextDouble());
    }

    /**
     * The providers.
     *
     * @param sleeper waits between attempts
     * @param random uniform numbers from 0 (inclusive) to 1 (exclusive), for the jitter; called from many threads
     */
    public ModelProviders(
            ModelSettings settings, ModelCatalog catalog, Clock clock, Sleeper sleeper, DoubleSupplier random) {
        this.settings = settings;
        this.catalog = catalog;
        this.clock = clock;
        this.sleeper = sleeper;
        this.random = random;
        add(new BedrockProvider(settings.bedrock(), settings.maxCallsInFlight(), catalog, clock));
        add(new OpenAiProvider(settings.openai(), clock));
        add(new ClientProvider());
    }

    /** What is known about models. */
    public ModelCatalog catalog() {
        return catalog;
    }

    /**
     * The model with an id, with the inference parameters configured for it. The same id gives the same instance.
     *
     * @throws ModelException of kind {@code REFUSED} if the id names a provider that does not exist
     */
    public LanguageModel model(ModelId id) throws ModelException {
        return model(id, 0);
    }

    /**
     * The model with an id, with the {@linkplain #parameters inference parameters} configured for it.
     *
     * @param thinkingTokens the tokens that it may need for thinking, 0 or more
     * @throws ModelException of kind {@code REFUSED} if the id names a provider that does not exist
     */
    public LanguageModel model(ModelId id, int thinkingTokens) throws ModelException {
        return model(id, parameters(id, thinkingTokens));
    }

    /**
     * The inference parameters configured for a model. To a limit of output tokens that holds for all models those are added
     * that this one needs for thinking; a limit of its own is taken as it is.
     *
     * @param thinkingTokens the tokens that it may need for thinking, 0 or more
     */
    public InferenceParameters parameters(ModelId id, int thinkingTokens) {
        InferenceParameters own = settings.parametersByModel().get(id);
        return own != null
                ? own
                : settings.parameters()
                        .withRoomFor(thinkingTokens, catalog.describe(id).maxOutput());
    }

    /**
     * The model with an id and inference parameters of one's own, such as those of a role.
     *
     * @throws ModelException of kind {@code REFUSED} if the id names a provider that does not exist
     */
    public LanguageModel model(ModelId id, InferenceParameters parameters) throws ModelException {
        ModelProvider provider = providers.get(id.provider());
        if (provider == null) {
            throw new ModelException(
                    ModelException.Kind.REFUSED,
                    "'" + id.provider() + "' is not a model provider; the providers are "
                            + String.join(", ", providers.keySet()) + ": write provider:name, such as "
                            + "bedrock:us.amazon.nova-pro-v1:0 or openai:gpt-5.");
        }
        return models.computeIfAbsent(new Configured(id, parameters), ignored -> resilient(provider, id, parameters));
    }

    /** The state of all providers, for people; nothing that costs money is called. */
    public List<ProviderStatus> check(Duration timeout) throws InterruptedException {
        return check(List.of(), timeout);
    }

    /**
     * The state of all providers, for people; nothing that costs money is called.
     *
     * @param wanted models of any provider that someone wants to use; unknown ones are reported as problems
     * @param timeout the most time that one provider may take
     */
    public List<ProviderStatus> check(Collection<ModelId> wanted, Duration timeout) throws InterruptedException {
        List<ProviderStatus> result = new ArrayList<>();
        for (ModelProvider provider : providers.values()) {
            Instant deadline = clock.instant().plus(timeout);
            List<ModelId> own = wanted.stream()
                    .filter(id -> id.provider().equals(provider.name()))
                    .distinct()
                    .toList();
            result.add(provider.check(own, deadline));
        }
        return result;
    }

    /** Abandons calls under way and closes all connections. */
    @Override
    public void close() {
        providers.values().forEach(ModelProvider::close);
    }

    private LanguageModel resilient(ModelProvider provider, ModelId id, InferenceParameters parameters) {
        LanguageModel provided = provider.model(catalog.describe(id), parameters);
        LanguageModel model = settings.stream() ? provided : new WholeReplies(provided);
        CallLimiter limiter =
                limiters.computeIfAbsent(id, ignored -> new CallLimiter(settings.maxCallsInFlight(), clock));
        return new RetryingModel(new LimitedModel(model, limiter), settings.retries(), clock, sleeper, random);
    }

    private void add(ModelProvider provider) {
        providers.put(provider.name(), provider);
    }
}
