package dev.rlm.wiring;

import dev.rlm.context.ContextException;
import dev.rlm.context.ContextRetention;
import dev.rlm.context.Contexts;
import dev.rlm.context.DurableContextStore;
import dev.rlm.context.LoadRecords;
import dev.rlm.context.LocalContextStore;
import dev.rlm.context.SharedContextStore;
import dev.rlm.storage.FolderObjectStore;
import dev.rlm.storage.ObjectStore;
import dev.rlm.storage.StorageException;
import dev.rlm.storage.s3.S3ObjectStore;
import dev.rlm.task.ResultStore;
import dev.rlm.task.Retention;
import dev.rlm.task.TaskService;
import io.quarkus.runtime.configuration.MemorySize;
import jakarta.enterprise.inject.Disposes;
import jakarta.enterprise.inject.Produces;
import jakarta.enterprise.inject.Typed;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.util.Optional;

/** Makes what keeps contexts and results, and closes it in the end. */
@Singleton
final class Stores {

    private static final String CONTEXTS = "rlm.context.s3";
    private static final String RESULTS = "rlm.task.results.s3";
    private static final long CACHE_SIZE = 10L << 30;

    private final Clock clock = Clock.systemUTC();

    /** Not as the store of anybody in particular: that is for who knows whose contexts it wants. */
    @Produces
    @Singleton
    @Typed(DurableContextStore.class)
    DurableContextStore store(ContextConfig config) {
        Optional<S3ObjectStore> bucket = S3Config.open(CONTEXTS, config.s3());
        if (bucket.isEmpty()) {
            String unset = CONTEXTS + ".bucket is not set";
            ConfigurationProblem.refuse(config.cacheFolder(), "rlm.context.cache-folder", unset);
            ConfigurationProblem.refuse(config.cacheSize(), "rlm.context.cache-size", unset);
            try {
                return LocalContextStore.open(config.folder().orElseGet(UserFolders::contexts), clock);
            } catch (ContextException e) {
                throw new ConfigurationProblem("rlm.context.folder: " + e.getMessage());
            }
        }
        ConfigurationProblem.refuse(config.folder(), "rlm.context.folder", CONTEXTS + ".bucket is set, too");
        try {
            return SharedContextStore.open(
                    bucket.get(),
                    config.cacheFolder().orElseGet(UserFolders::contextCache),
                    positive("rlm.context.cache-size", config.cacheSize()).orElse(CACHE_SIZE),
                    clock);
        } catch (ContextException e) {
            throw new ConfigurationProblem(CONTEXTS + ": " + e.getMessage());
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            throw new ConfigurationProblem(CONTEXTS + ": The start was interrupted.");
        }
    }

    @Produces
    @Singleton
    Contexts contexts(DurableContextStore store) {
        return store;
    }

    @Produces
    @Singleton
    LoadRecords loads(DurableContextStore store) {
        return store.loadRecords();
    }

    @Produces
    @Singleton
    Optional<ResultStore> results(TaskConfig config) {
        TaskConfig.ResultsConfig results = config.results();
        Optional<S3ObjectStore> bucket = S3Config.open(RESULTS, results.s3());
        if (!results.enabled()) {
            String off = "rlm.task.results.enabled is false";
            ConfigurationProblem.refuse(results.folder(), "rlm.task.results.folder", off);
            ConfigurationProblem.refuse(bucket, RESULTS + ".bucket", off);
            return Optional.empty();
        }
        if (bucket.isEmpty() && results.folder().isEmpty() && config.store().equals(Optional.of(TaskStore.TEMPORARY))) {
            return Optional.empty();
        }
        if (bucket.isEmpty()) {
            return Optional.of(
                    new ResultStore(new FolderObjectStore(results.folder().orElseGet(UserFolders::results))));
        }
        ConfigurationProblem.refuse(results.folder(), "rlm.task.results.folder", RESULTS + ".bucket is set, too");
        return Optional.of(new ResultStore(answering(bucket.get())));
    }

    @Produces
    @Singleton
    Retention retention(
            ContextConfig contexts,
            TaskConfig tasks,
            DurableContextStore store,
            Optional<ResultStore> results,
            TaskService service) {
        Optional<Long> size =
                positive("rlm.context.retention.size", contexts.retention().size());
        return new Retention(
                new ContextRetention(
                        store,
                        contexts.retention()
                                .age()
                                .map(age -> ConfigurationProblem.positive("rlm.context.retention.age", age))
                                .orElse(null),
                        size.orElse(null),
                        id -> service.contextsInUse().contains(id)),
                service,
                results.orElse(null),
                tasks.retention()
                        .age()
                        .map(age -> ConfigurationProblem.positive("rlm.task.retention.age", age))
                        .orElse(null),
                (long) ConfigurationProblem.inRange(
                        "rlm.task.retention.count", tasks.retention().count(), 1, Integer.MAX_VALUE),
                clock);
    }

    /** A bucket that cannot be used is told at the start, not when the first task has ended. */
    private static ObjectStore answering(ObjectStore bucket) {
        try {
            bucket.list("", null, 1);
            return bucket;
        } catch (StorageException e) {
            throw new ConfigurationProblem(RESULTS + ": " + e.getMessage());
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            throw new ConfigurationProblem(RESULTS + ": The start was interrupted.");
        }
    }

    private static Optional<Long> positive(String key, Optional<MemorySize> size) {
        Optional<Long> bytes = size.map(MemorySize::asLongValue);
        if (bytes.isPresent() && bytes.get() < 1) {
            throw new ConfigurationProblem(key + " must be above 0, not " + bytes.get() + ".");
        }
        return bytes;
    }

    void close(@Disposes DurableContextStore contexts) {
        contexts.close();
    }

    void close(@Disposes Optional<ResultStore> results) {
        results.ifPresent(ResultStore::close);
    }

    void close(@Disposes Retention retention) {
        retention.close();
    }
}
