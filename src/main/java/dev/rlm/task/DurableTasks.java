package dev.rlm.task;

import dev.rlm.context.ContextStore;
import dev.rlm.functions.ForeignFunctions;
import dev.rlm.journal.Journal;
import dev.rlm.journal.JournalException;
import dev.rlm.journal.JournalStore;
import dev.rlm.journal.JournalStore.Counts;
import dev.rlm.journal.JournalStore.Created;
import dev.rlm.journal.JournalStore.NewEntry;
import dev.rlm.journal.JournalStore.NewTask;
import dev.rlm.journal.JournalStore.Position;
import dev.rlm.journal.JournalStore.RunningLimits;
import dev.rlm.journal.JournalStore.StoredTask;
import dev.rlm.journal.LeaseLostException;
import dev.rlm.journal.StoredJournal;
import dev.rlm.journal.TaskEvent.CancelRequested;
import dev.rlm.journal.TaskEvent.Submitted;
import dev.rlm.task.Runs.Run;
import dev.rlm.task.Runs.Stop;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Tasks that outlive every process: their journals are all that is known of them, and a replica that is free goes on with
 * one that has lost its runner. Thread-safe.
 */
public final class DurableTasks implements TaskService {

    /** For so long a request with the same key is the same request. */
    private static final Duration KEY_AGE = Duration.ofDays(1);

    /** How long {@link #cancel} waits for a task's runner, before it takes the task away from it. */
    private static final Duration CANCEL_WAIT = Duration.ofSeconds(3);

    /** After so long a reader looks whether a task has begun to run here. */
    private static final Duration LOOK = Duration.ofSeconds(10);

    private final TaskSettings settings;
    private final JournalStore store;
    private final TaskPlanner planner;
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
            ContextStore contexts,
            Roles roles,
            Repls repls,
            ForeignFunctions functions,
            Clock clock,
            Supplier<String> ids,
            Optional<ResultStore> results) {
        this.settings = settings;
        this.store = store;
        this.statuses = new StatusCache(store);
        this.planner = new TaskPlanner(settings, contexts, roles, new Sessions(store));
        this.admission = new Admission(settings, store, clock);
        this.runner = new TaskRunner(
                store,
                statuses,
                planner,
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
    public TaskStatus submit(TaskRequest request) throws TaskException {
        if (closed) {
            throw new TaskException("The server is shutting down and takes no more tasks.");
        }
        Submitted submitted = planner.submitted(request);
        try {
            admission.require(request.caller());
            long rank = store.nextRank(request.caller());
            Created created = store.create(
                    new NewTask(ids.get(), request.caller(), request.key(), rank, clock.instant(), submitted), KEY_AGE);
            if (created.isNew()) {
                queue.add(created.id(), TaskQueue.priority(request.priority(), rank));
            }
            return statuses.status(created.id()).orElseThrow();
        } catch (IllegalArgumentException e) {
            throw new TaskException(String.valueOf(e.getMessage()));
        } catch (JournalException e) {
            throw new TaskException("The task could not be recorded and was not begun: " + e.getMessage());
        }
    }

    @Override
    public Optional<TaskStatus> status(String id) {
        return statuses.status(id);
    }

    @Override
    public Optional<TaskStatus> awaitChange(String id, long version, Duration time) throws InterruptedException {
        Optional<TaskStatus> status = statuses.status(id);
        if (status.isEmpty() || status.get().state().ended() || status.get().version() > version) {
            return status;
        }
        long end = System.nanoTime() + time.toNanos();
        Optional<Journal> here = runner.runs().of(id).flatMap(Run::journal);
        long left = time.toNanos();
        // A task that this replica begins to run meanwhile wakes its readers sooner from then on.
        while (left > 0
                && !here.orElseGet(() -> StoredJournal.reading(store, id))
                        .awaitEntryAfter(version, Duration.ofNanos(Math.min(left, LOOK.toNanos())))) {
            here = runner.runs().of(id).flatMap(Run::journal);
            left = end - System.nanoTime();
        }
        return statuses.status(id);
    }

    @Override
    public Optional<TaskStatus> awaitEnd(String id, Duration time) throws InterruptedException {
        long end = System.nanoTime() + time.toNanos();
        Optional<TaskStatus> status = status(id);
        while (status.isPresent() && !status.get().state().ended()) {
            long left = end - System.nanoTime();
            if (left <= 0) {
                break;
            }
            status = awaitChange(id, status.get().version(), Duration.ofNanos(left));
        }
        return status;
    }

    @Override
    public Optional<TaskStatus> cancel(String id) throws InterruptedException {
        Optional<StoredTask> task = store.find(id);
        if (task.isEmpty() || task.get().ended() != null) {
            return status(id);
        }
        store.note(id, new NewEntry(clock.instant(), TaskRunner.CANCEL, new CancelRequested(), List.of()));
        runner.runs().of(id).ifPresent(run -> run.stop(Stop.CANCELLED));
        if (task.get().owner() != null) {
            Optional<TaskStatus> status = awaitEnd(id, CANCEL_WAIT);
            if (status.isEmpty() || status.get().state().ended()) {
                return status;
            }
        }
        try {
            endUnlessEnded(id);
        } catch (LeaseLostException e) {
            // It has just been begun; whoever runs it finds the request to cancel it.
            return awaitEnd(id, CANCEL_WAIT);
        }
        return status(id);
    }

    /** Ends a task that nobody runs, or whose runner does not answer: it cannot write any more then. */
    private void endUnlessEnded(String id) {
        OptionalLong lease = store.take(id, settings.replica());
        if (lease.isPresent()) {
            store.append(
                    id,
                    lease.getAsLong(),
                    1,
                    List.of(new NewEntry(clock.instant(), null, TaskRunner.CANCELLED, List.of())));
            runner.keepResult(id);
        }
    }

    @Override
    public Optional<Journal> journal(String id) {
        return store.find(id).map(_ -> StoredJournal.reading(store, id));
    }

    @Override
    public List<StoredTask> page(@Nullable Position after, int most) {
        return store.page(null, after, most);
    }

    @Override
    public Optional<Submitted> request(String id) {
        return store.request(id);
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
    public Counts counts() {
        return store.counts(null);
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
        awaitRuns(CANCEL_WAIT);
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
