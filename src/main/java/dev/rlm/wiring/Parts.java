package dev.rlm.wiring;

import static dev.rlm.wiring.ConfigurationProblem.inRange;
import static dev.rlm.wiring.ConfigurationProblem.notNegative;
import static dev.rlm.wiring.ConfigurationProblem.positive;

import dev.rlm.budget.Budget;
import dev.rlm.budget.Budget.TokenLimits;
import dev.rlm.context.ContextException;
import dev.rlm.context.ContextLimits;
import dev.rlm.context.ContextLoader;
import dev.rlm.context.ContextReader;
import dev.rlm.context.ContextRoots;
import dev.rlm.context.ContextSearch;
import dev.rlm.context.DurableContextStore;
import dev.rlm.context.PassageSearch;
import dev.rlm.context.S3Fetch;
import dev.rlm.context.UrlFetch;
import dev.rlm.engine.EngineSettings;
import dev.rlm.engine.Routing;
import dev.rlm.functions.ForeignFunctions;
import dev.rlm.journal.JournalStore;
import dev.rlm.pdf.PdfReaders;
import dev.rlm.pdf.PdfSettings;
import dev.rlm.sandbox.SandboxPool;
import dev.rlm.sandbox.SandboxSettings;
import dev.rlm.sandbox.WorkerCommand;
import dev.rlm.task.DurableTasks;
import dev.rlm.task.Quotas;
import dev.rlm.task.ResultStore;
import dev.rlm.task.Roles;
import dev.rlm.task.TaskIds;
import dev.rlm.task.TaskService;
import dev.rlm.task.TaskSettings;
import dev.rlm.web.Uploads;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.configuration.MemorySize;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Disposes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** Makes the parts from their configuration, each when it is first asked for, and closes them in the end. */
@Singleton
final class Parts {

    private final Clock clock = Clock.systemUTC();
    private final SecureRandom random = new SecureRandom();

    /** The tasks, once there are any. */
    private volatile @Nullable TaskService running;

    @Produces
    @Singleton
    ContextLoader loader(ContextConfig config, DurableContextStore store, UrlFetch urls, S3Fetch objects) {
        // Used elsewhere, but where loads are served this is made at the start.
        var _ = notNegative("rlm.context.task-after", config.taskAfter());
        return new ContextLoader(
                store,
                roots(config),
                urls,
                objects,
                limits(config),
                new PdfReaders(pdfSettings(config.pdf())),
                clock,
                random);
    }

    private static PdfSettings pdfSettings(ContextConfig.PdfConfig config) {
        return ConfigurationProblem.of(
                "rlm.context.pdf",
                () -> new PdfSettings(
                        inRange("rlm.context.pdf.readers", config.readers(), 1, 64),
                        config.memory().asLongValue(),
                        positive("rlm.context.pdf.page-time", config.pageTime()),
                        positive("rlm.context.pdf.time", config.time()),
                        inRange("rlm.context.pdf.images", config.images(), 0, Integer.MAX_VALUE),
                        Optional.of(UserFolders.fontCache())));
    }

    private static ContextRoots roots(ContextConfig config) {
        try {
            return ContextRoots.of(
                    config.roots().orElseGet(() -> config.defaultRoot().stream().toList()));
        } catch (ContextException e) {
            throw new ConfigurationProblem("rlm.context.roots: " + e.getMessage());
        }
    }

    private static ContextLimits limits(ContextConfig config) {
        int documents = inRange("rlm.context.max-documents", config.maxDocuments(), 1, Integer.MAX_VALUE);
        ContextLimits limits = ConfigurationProblem.of(
                "rlm.context.max-bytes",
                () -> ContextLimits.DEFAULT.with(config.maxBytes().asLongValue(), documents));
        Optional<MemorySize> quota = config.quota().size();
        return ConfigurationProblem.of(
                "rlm.context.quota.size",
                () -> quota.map(size -> limits.withOwnedBytes(size.asLongValue()))
                        .orElse(limits));
    }

    @Produces
    @Singleton
    Uploads uploads(ContextConfig config, ContextLoader loader) {
        return new Uploads(UserFolders.uploads(), loader, config.maxBytes().asLongValue(), clock);
    }

    @Produces
    @Singleton
    ContextReader reader(DurableContextStore store) {
        return new ContextReader(store);
    }

    @Produces
    @Singleton
    ContextSearch search(DurableContextStore store) {
        return new ContextSearch(store);
    }

    /** Indexes may take a quarter of the heap, and one that is being made as much again. */
    @Produces
    @Singleton
    PassageSearch passages(DurableContextStore store) {
        return new PassageSearch(store, Runtime.getRuntime().maxMemory() / 4);
    }

    @Produces
    @Singleton
    SandboxSettings sandboxSettings(SandboxConfig config) {
        return ConfigurationProblem.of(
                "rlm.sandbox",
                () -> new SandboxSettings(
                        config.heap().asLongValue(),
                        inRange("rlm.sandbox.warm-workers", config.warmWorkers(), 0, 64),
                        positive("rlm.sandbox.start-timeout", config.startTimeout()),
                        positive("rlm.sandbox.grace", config.grace()),
                        config.pythonCache(),
                        Optional.empty(),
                        config.workerLog(),
                        config.isolation(),
                        config.memory().stream()
                                .mapToLong(MemorySize::asLongValue)
                                .findFirst()));
    }

    @Produces
    @Singleton
    SandboxPool sandboxes(SandboxConfig config, SandboxSettings settings) {
        return ConfigurationProblem.of(
                "rlm.sandbox.isolation",
                () -> new SandboxPool(
                        settings, WorkerCommand.ofThisApplication(settings).with(config.compiler())));
    }

    @Produces
    @Singleton
    TaskSettings taskSettings(TaskConfig config, EngineConfig engine, ModelConfig models) {
        int running = config.running().orElseGet(Parts::processors);
        return ConfigurationProblem.of(
                "rlm.task",
                () -> new TaskSettings(
                        TaskStore.replica(random),
                        inRange("rlm.task.running", running, 1, Integer.MAX_VALUE),
                        inRange(
                                "rlm.task.running-on-all",
                                config.runningOnAll().orElse(Integer.MAX_VALUE),
                                1,
                                Integer.MAX_VALUE),
                        inRange("rlm.task.queued", config.queued(), 0, Integer.MAX_VALUE),
                        new Quotas(
                                config.quota().running().orElse(Integer.MAX_VALUE),
                                config.quota().queued().orElse(Integer.MAX_VALUE),
                                config.quota().usdPerDay().orElse(null)),
                        config.heartbeat(),
                        config.shutdownGrace(),
                        models.root(),
                        models.sub(),
                        ConfigurationProblem.of("rlm.engine", () -> budget(engine)),
                        new EngineSettings(
                                inRange(
                                        "rlm.engine.output-characters",
                                        engine.outputCharacters(),
                                        1_000,
                                        Integer.MAX_VALUE),
                                positive("rlm.engine.cell-time", engine.cellTime()),
                                positive("rlm.engine.total-cell-time", engine.totalCellTime()),
                                positive("rlm.engine.call-time", engine.callTime()),
                                engine.toolCalls(),
                                engine.retryStragglers()),
                        ConfigurationProblem.of(
                                "rlm.engine.direct-tokens", () -> new Routing(engine.route(), engine.directTokens()))));
    }

    private static Budget budget(EngineConfig engine) {
        return new Budget(
                inRange("rlm.engine.turns", engine.turns(), 1, Integer.MAX_VALUE),
                inRange("rlm.engine.sub-calls", engine.subCalls(), 0, Integer.MAX_VALUE),
                new TokenLimits(
                        orNull(engine.maxInputTokens()),
                        orNull(engine.maxOutputTokens()),
                        orNull(engine.maxCachedTokens())),
                engine.maxCost().orElse(null),
                positive("rlm.engine.time", engine.time()),
                inRange("rlm.engine.depth", engine.depth(), 1, Budget.MOST_DEPTH) - 1,
                inRange("rlm.engine.parallel", engine.parallel(), 1, Budget.MOST_IN_FLIGHT));
    }

    private static int processors() {
        return Runtime.getRuntime().availableProcessors();
    }

    @Produces
    @Singleton
    TaskStore taskStore(TaskConfig config, TaskSettings settings) {
        return TaskStore.open(config, settings.replica());
    }

    @Produces
    @Singleton
    JournalStore journals(TaskStore taskStore) {
        return taskStore.journals();
    }

    @Produces
    @Singleton
    TaskService tasks(
            TaskSettings settings,
            TaskStore taskStore,
            DurableContextStore contexts,
            Optional<ResultStore> results,
            Roles roles,
            SandboxPool sandboxes,
            ForeignFunctions functions) {
        DurableTasks tasks = new DurableTasks(
                settings,
                taskStore.journals(),
                taskStore.queues(clock),
                taskStore.replicas(),
                contexts,
                roles,
                sandboxes::open,
                functions,
                clock,
                new TaskIds(random)::next,
                results);
        tasks.start();
        running = tasks;
        return tasks;
    }

    /** Tasks end before anything else does: what they use would fail them. The beans are destroyed in no known order. */
    void endTasks(@Observes ShutdownEvent end) {
        TaskService tasks = running;
        if (tasks != null) {
            tasks.close();
        }
    }

    void close(@Disposes PassageSearch passages) {
        passages.close();
    }

    void close(@Disposes TaskStore taskStore) {
        taskStore.close();
    }

    void close(@Disposes TaskService tasks) {
        tasks.close();
    }

    void close(@Disposes SandboxPool sandboxes) {
        sandboxes.close();
    }

    private static @Nullable Long orNull(OptionalLong value) {
        return value.isPresent() ? (Long) value.getAsLong() : null;
    }
}
