package dev.rlm.task;

import dev.rlm.context.Contexts;
import dev.rlm.engine.Writing;
import dev.rlm.functions.ForeignFunctions;
import dev.rlm.journal.JournalStore;
import dev.rlm.journal.JournalStore.Counts;
import dev.rlm.journal.JournalStore.RunningLimits;
import dev.rlm.task.Runs.Stop;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Tasks that outlive every process: their journals are all that is known of them, and a replica that is free goes on with
 * one that has lost its runner. Thread-safe.
 */
public final class DurableTasks implements TaskService {

    /** How long tasks that were told to stop are waited for in the end. */
    private static final Duration STOP_WAIT = Duration.ofSeconds(3);

    private final TaskSettings settings;
    private final JournalStore store;
    private final TaskPlanner planner;
    private final LentModels lentModels;
    private final Admission admission;
    private final TaskRunner runner;
    private final TaskQueue queue;
    private final StatusCache statuses;
    private final Clock clock;
    private final Supplier<String> ids;
    private final TaskWatch watch;
    private volatile boolean closed;

    /**
     * The tasks in a store. {@link #start} lets this replica run some of them.
     *
     * @param queue makes the queue that hands tasks to this runner
     * @param replicas what is known about the other replicas
     * @param functions the functions of other servers that code may call
     * @param ids gives each task its unguessable id
     * @param results keeps the results of tasks; empty if they are not kept
     */
    public DurableTasks(
            TaskSettings settings,
            JournalStore store,
            QueueFactory queue,
            Replicas replicas,
            Contexts contexts,
            Roles roles,
            Repls repls,
            ForeignFunctions functions,
            Clock clock,
            Supplier<String> ids,
            Optional<ResultStore> results) {
        this.settings = settings;
        this.store = store;
        this.statuses = new StatusCache(store, this::writing);
        this.planner = new TaskPlanner(settings, contexts, roles, new Sessions(store));
        this.admission = new Admission(settings, store, clock);
        this.lentModels = new LentModels(store, clock);
        this.runner = new TaskRunner(
                store,
                statuses,
                planner,
                lentModels,
                new Answering(contexts, repls, functions, clock),
                clock,
                settings.replica(),
                new RunningLimits(settings.runningOnAll(), settings.quotas().running()),
                results);
        this.queue = queue.over(settings, runner);
        this.clock = clock;
        this.ids = ids;
        this.watch = new TaskWatch(store, runner.runs(), this.queue, replicas, clock);
    }

    /** Makes the queue of tasks. */
    @FunctionalInterface
    public interface QueueFactory {
        /** The queue that hands tasks to a runner. */
        TaskQueue over(TaskSettings settings, TaskQueue.Runner runner);
    }

    /** Lets this replica run tasks. */
    public void start() {
        watch.releaseFromDead();
        queue.start();
        watch.start();
    }

    @Override
    public CallerTasks of(String caller) {
        return new DurableCallerTasks(
                caller,
                settings,
                store,
                planner,
                lentModels,
                admission,
                runner,
                queue,
                statuses,
                clock,
                ids,
                () -> closed);
    }

    private Optional<Writing> writing(String id) {
        return runner.runs().writing(id);
    }

    @Override
    public Counts counts() {
        return store.counts(null);
    }

    @Override
    public int runningHere() {
        return runner.runs().all().size();
    }

    @Override
    public Set<String> contextsInUse() {
        return store.openRequests().stream()
                .flatMap(request -> request.contextIds().stream())
                .collect(Collectors.toUnmodifiableSet());
    }

    @Override
    public int deleteEnded(@Nullable Instant before, @Nullable Long kept) {
        Set<String> followed = store.openRequests().stream()
                .flatMap(request -> request.follows().stream())
                .collect(Collectors.toUnmodifiableSet());
        int deleted = 0;
        int beforeBatch;
        do {
            beforeBatch = deleted;
            for (String id : store.ended(before, kept, JournalStore.MOST)) {
                if (!followed.contains(id)) {
                    deleted += store.delete(id) ? 1 : 0;
                    statuses.forget(id);
                }
            }
        } while (deleted > beforeBatch);
        return deleted;
    }

    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        queue.pause();
        runner.runs().close();
        awaitRuns(settings.shutdownGrace());
        runner.runs().all().forEach(run -> run.stop(Stop.HANDED_ON));
        awaitRuns(STOP_WAIT);
        watch.close();
        queue.close();
        store.close();
    }

    private void awaitRuns(Duration time) {
        long end = System.nanoTime() + time.toNanos();
        try {
            while (!runner.runs().all().isEmpty() && System.nanoTime() < end) {
                Thread.sleep(20);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
