package dev.rlm.task;

import dev.rlm.journal.Journal;
import dev.rlm.journal.JournalException;
import dev.rlm.journal.JournalStore;
import dev.rlm.journal.JournalStore.Counts;
import dev.rlm.journal.JournalStore.Created;
import dev.rlm.journal.JournalStore.NewEntry;
import dev.rlm.journal.JournalStore.NewTask;
import dev.rlm.journal.JournalStore.Position;
import dev.rlm.journal.JournalStore.StoredTask;
import dev.rlm.journal.LeaseLostException;
import dev.rlm.journal.StoredJournal;
import dev.rlm.journal.TaskEvent.CancelRequested;
import dev.rlm.journal.TaskEvent.Submitted;
import dev.rlm.model.ClientModels;
import dev.rlm.task.Runs.Run;
import dev.rlm.task.Runs.Stop;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The tasks of one caller in the store that all share. Thread-safe. */
final class DurableCallerTasks implements CallerTasks {

    /** For so long a request with the same key is the same request. */
    private static final Duration KEY_AGE = Duration.ofDays(1);

    /** How long {@link #cancel} waits for a task's runner, before it takes the task away from it. */
    private static final Duration CANCEL_WAIT = Duration.ofSeconds(3);

    /** After so long a reader looks whether a task has begun to run here. */
    private static final Duration LOOK = Duration.ofSeconds(10);

    private final String caller;
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
    private final BooleanSupplier closed;

    DurableCallerTasks(
            String caller,
            TaskSettings settings,
            JournalStore store,
            TaskPlanner planner,
            LentModels lentModels,
            Admission admission,
            TaskRunner runner,
            TaskQueue queue,
            StatusCache statuses,
            Clock clock,
            Supplier<String> ids,
            BooleanSupplier closed) {
        this.caller = caller;
        this.settings = settings;
        this.store = store;
        this.planner = planner;
        this.lentModels = lentModels;
        this.admission = admission;
        this.runner = runner;
        this.queue = queue;
        this.statuses = statuses;
        this.clock = clock;
        this.ids = ids;
        this.closed = closed;
    }

    @Override
    public TaskStatus submit(TaskRequest request, @Nullable ClientModels lent) throws TaskException {
        if (closed.getAsBoolean()) {
            throw new TaskException("The server is shutting down and takes no more tasks.");
        }
        Submitted submitted = planner.submitted(caller, request, lent);
        try {
            admission.require(caller);
            long rank = store.nextRank(caller);
            Created created = store.create(
                    new NewTask(ids.get(), caller, request.key(), rank, clock.instant(), submitted), KEY_AGE);
            if (created.isNew()) {
                if (lent != null && LentModels.areNeeded(submitted)) {
                    lentModels.lend(created.id(), lent);
                }
                queue.add(created.id(), TaskQueue.priority(request.priority(), rank));
            }
            return status(created.id()).orElseThrow();
        } catch (IllegalArgumentException e) {
            throw new TaskException(String.valueOf(e.getMessage()));
        } catch (JournalException e) {
            throw new TaskException("The task could not be recorded and was not begun: " + e.getMessage());
        }
    }

    @Override
    public Optional<TaskStatus> status(String id) {
        return statuses.status(id, caller);
    }

    @Override
    public Optional<TaskStatus> awaitChange(String id, long version, Duration time) throws InterruptedException {
        Optional<TaskStatus> status = status(id);
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
        return status(id);
    }

    @Override
    public Optional<TaskStatus> cancel(String id) throws InterruptedException {
        Optional<StoredTask> task = find(id);
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
            lentModels.giveBack(id);
            runner.keepResult(id);
        }
    }

    @Override
    public Optional<Journal> journal(String id) {
        return find(id).map(_ -> StoredJournal.reading(store, id));
    }

    @Override
    public List<StoredTask> page(@Nullable Position after, int most) {
        return store.page(caller, after, most);
    }

    @Override
    public Optional<Submitted> request(String id) {
        return find(id).flatMap(_ -> store.request(id));
    }

    @Override
    public Counts counts() {
        return store.counts(caller);
    }

    private Optional<StoredTask> find(String id) {
        return store.find(id).filter(task -> task.caller().equals(caller));
    }
}
