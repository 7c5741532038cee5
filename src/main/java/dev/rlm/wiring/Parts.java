package dev.rlm.wiring;

import dev.rlm.budget.Budget;
import dev.rlm.context.ContextException;
import dev.rlm.context.ContextLimits;
import dev.rlm.context.ContextLoader;
import dev.rlm.context.ContextReader;
import dev.rlm.context.ContextRoots;
import dev.rlm.context.ContextSearch;
import dev.rlm.context.LocalContextStore;
import dev.rlm.engine.EngineSettings;
import dev.rlm.engine.Role;
import dev.rlm.model.InferenceParameters;
import dev.rlm.model.ModelCatalog;
import dev.rlm.model.ModelId;
import dev.rlm.model.ModelProviders;
import dev.rlm.model.ModelSettings;
import dev.rlm.model.RetrySettings;
import dev.rlm.model.bedrock.BedrockSettings;
import dev.rlm.model.openai.OpenAiSettings;
import dev.rlm.sandbox.SandboxPool;
import dev.rlm.sandbox.SandboxSettings;
import dev.rlm.sandbox.WorkerCommand;
import dev.rlm.task.InMemoryTasks;
import dev.rlm.task.TaskIds;
import dev.rlm.task.TaskService;
import dev.rlm.task.TaskSettings;
import dev.rlm.wiring.ModelConfig.ParametersConfig;
import jakarta.enterprise.inject.Disposes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/** Makes the parts from their configuration, each when it is first asked for, and closes them in the end. */
@Singleton
final class Parts {

    private final Clock clock = Clock.systemUTC();
    private final SecureRandom random = new SecureRandom();

    @Produces
    @Singleton
    LocalContextStore store(ContextConfig config) throws ContextException {
        return LocalContextStore.open(config.folder().orElseGet(UserFolders::contexts), clock);
    }

    @Produces
    @Singleton
    ContextLoader loader(ContextConfig config, LocalContextStore store) throws ContextException {
        List<Path> roots =
                config.roots().orElseGet(() -> config.defaultRoot().stream().toList());
        ContextLimits limits = ContextLimits.DEFAULT.with(config.maxBytes().asLongValue(), config.maxDocuments());
        return new ContextLoader(store, ContextRoots.of(roots), limits, clock, random);
    }

    @Produces
    @Singleton
    ContextReader reader(LocalContextStore store) {
        return new ContextReader(store);
    }

    @Produces
    @Singleton
    ContextSearch search(LocalContextStore store) {
        return new ContextSearch(store);
    }

    @Produces
    @Singleton
    ModelProviders providers(ModelConfig config) {
        Map<ModelId, InferenceParameters> parametersOf = new HashMap<>();
        config.parametersOf().forEach((id, parameters) -> parametersOf.put(ModelId.parse(id), parameters(parameters)));
        ModelSettings settings = new ModelSettings(
                new BedrockSettings(
                        config.bedrock().region().orElse(null),
                        config.bedrock().endpoint().orElse(null),
                        null),
                new OpenAiSettings(
                        config.openai().baseUrl(),
                        config.openai().apiKey().orElse(null),
                        config.openai().headers()),
                parameters(config.parameters()),
                parametersOf,
                new RetrySettings(
                        config.retry().firstDelay(),
                        config.retry().maxDelay(),
                        config.retry().maxAttempts()),
                config.maxCallsInFlight());
        return new ModelProviders(settings, ModelCatalog.load());
    }

    @Produces
    @Singleton
    SandboxPool sandboxes(SandboxConfig config) {
        SandboxSettings settings = new SandboxSettings(
                config.heap().asLongValue(),
                config.warmWorkers(),
                config.startTimeout(),
                config.grace(),
                config.pythonCache(),
                Optional.empty(),
                config.workerLog());
        return new SandboxPool(settings, WorkerCommand.ofThisApplication(settings));
    }

    @Produces
    @Singleton
    TaskSettings taskSettings(TaskConfig config, EngineConfig engine, ModelConfig models) {
        BigDecimal maxCost = engine.maxCost().orElse(null);
        return new TaskSettings(
                config.running().orElseGet(() -> Runtime.getRuntime().availableProcessors()),
                config.queued(),
                config.kept(),
                models.root(),
                models.sub(),
                new Budget(engine.turns(), engine.subCalls(), maxCost, engine.time()),
                new EngineSettings(
                        engine.parallel(),
                        engine.outputCharacters(),
                        engine.cellTime(),
                        engine.callTime(),
                        engine.toolCalls()));
    }

    @Produces
    @Singleton
    TaskService tasks(TaskSettings settings, LocalContextStore store, ModelProviders providers, SandboxPool sandboxes) {
        return new InMemoryTasks(
                settings,
                store,
                id -> new Role(providers.model(id), providers.catalog().describe(id)),
                sandboxes::open,
                clock,
                new TaskIds(random)::next);
    }

    void close(@Disposes TaskService tasks) {
        tasks.close();
    }

    void close(@Disposes SandboxPool sandboxes) {
        sandboxes.close();
    }

    void close(@Disposes ModelProviders providers) {
        providers.close();
    }

    private static InferenceParameters parameters(ParametersConfig config) {
        return new InferenceParameters(orNull(config.temperature()), orNull(config.topP()), orNull(config.maxTokens()));
    }

    private static @Nullable Double orNull(OptionalDouble value) {
        return value.isPresent() ? (Double) value.getAsDouble() : null;
    }

    private static @Nullable Integer orNull(OptionalInt value) {
        return value.isPresent() ? (Integer) value.getAsInt() : null;
    }
}
