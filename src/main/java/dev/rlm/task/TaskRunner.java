package dev.rlm.task;

import dev.rlm.context.ContextException;
import dev.rlm.engine.Answer;
import dev.rlm.engine.Chance;
import dev.rlm.journal.Journal;
import dev.rlm.journal.JournalException;
import dev.rlm.journal.JournalStore;
import dev.rlm.journal.JournalStore.RunningLimits;
import dev.rlm.journal.JournalStore.Taking;
import dev.rlm.journal.LeaseLostException;
import dev.rlm.journal.StoredJournal;
import dev.rlm.journal.TaskEvent.CancelRequested;
import dev.rlm.journal.TaskEvent.Finished;
import dev.rlm.journal.TaskEvent.Resumed;
import dev.rlm.journal.TaskEvent.Started;
import dev.rlm.journal.TaskEvent.Submitted;
import dev.rlm.journal.UnreadableEventException;
import dev.rlm.sandbox.SandboxException;
import dev.rlm.storage.StorageException;
import dev.rlm.task.Runs.Run;
import dev.rlm.task.Runs.Stop;
import dev.rlm.task.TaskPlanner.Plan;
import dev.rlm.task.TaskQueue.Outcome;
import java.time.Clock;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;

/** Runs tasks that this replica has been given, from where their journals end. Thread-safe. */
final class TaskRunner implements TaskQueue.Runner {

    private static final System.Logger LOG = System.getLogger(TaskRunner.class.getName());

    /** When there is no room for a task, or the store is out of reach, it is tried again after this. */
    private static final Duration LATER = Duration.ofSeconds(1);

    /** When a result could not be kept, that is tried again after this. */
    private static final Duration RESULT_LATER = Duration.ofSeconds(30);

    private final JournalStore store;
    private final StatusCache statuses;
    private final TaskPlanner planner;
    private final LentModels lentModels;
    private final Answering answering;
    private final Clock clock;
    private final String replica;
    private final RunningLimits limits;
    private final Optional<ResultStore> results;
    private final Runs runs = new Runs();

    /**
     * @param replica this replica's name, for people to see
     * @param limits how many tasks run at a time on all replicas
     * @param results keeps the results of tasks; empty if they are not kept
     */
    TaskRunner(
            JournalStore store,
            StatusCache statuses,
            TaskPlanner planner,
            LentModels lentModels,
            Answering answering,
            Clock clock,
            String replica,
            RunningLimits limits,
            Optional<ResultStore> results) {
        this.results = results;
        this.store = store;
        this.statuses = statuses;
        this.planner = planner;
        this.lentModels = lentModels;
        this.answering = answering;
        this.clock = clock;
        this.replica = replica;
        this.limits = limits;
    }

    /** What this replica is running. */
    Runs runs() {
        return runs;
    }

    @Override
    public boolean isRunning(String id) {
        return runs.of(id).isPresent();
    }

    /** Runs a task until it has ended, somebody else has taken it, or this replica is to give it up. */
    @Override
    public Outcome run(String id) {
        Optional<Run> begun = runs.begin(id);
        if (begun.isEmpty()) {
            return new Outcome.Again(isRunning(id) ? LATER : Duration.ZERO);
        }
        Run run = begun.get();
        try {
            Duration pause = RestartPause.left(store, id, clock.instant());
            if (pause.isPositive()) {
                LOG.log(
                        System.Logger.Level.WARNING,
                        "Task " + id + " was resumed several times and came no further; it goes on in "
                                + pause.toSeconds() + " s.");
                return new Outcome.Again(pause);
            }
            if (lentModels.mayBeElsewhere(id)) {
                return new Outcome.Again(LATER);
            }
            return switch (store.takeToRun(id, replica, limits)) {
                // Whoever ended it may have died before its result was kept.
                case Taking.Over() -> keepResult(id);
                case Taking.Full() -> new Outcome.Again(LATER);
                case Taking.Taken(long lease) -> run(run, lease);
            };
        } catch (LeaseLostException e) {
            LOG.log(System.Logger.Level.INFO, "Task " + id + " was taken over by another replica.");
            lentModels.giveBack(id);
            return new Outcome.Done();
        } catch (JournalException e) {
            LOG.log(System.Logger.Level.WARNING, "Task " + id + " is put off: " + e.getMessage());
            return new Outcome.Again(LATER);
        } finally {
            runs.end(run);
        }
    }

    private Outcome run(Run run, long lease) {
        StoredJournal journal = StoredJournal.writing(store, run.task(), lease, clock);
        run.writes(journal);
        try {
            journal.record(unlessStopped(run, end(run, journal)));
        } catch (InterruptedException e) {
            if (run.stop().equals(Optional.of(Stop.HANDED_ON))) {
                run.over();
                lentModels.giveBack(run.task());
                store.release(run.task(), lease);
                return new Outcome.Again(Duration.ZERO);
            }
            run.over();
            journal.record(CANCELLED);
        }
        run.over();
        lentModels.giveBack(run.task());
        return keepResult(run.task());
    }

    /** Keeps the result of a task that has ended; a store that fails is tried again later, by whoever is free then. */
    Outcome keepResult(String id) {
        Optional<TaskStatus> status = results.flatMap(_ -> statuses.status(id));
        if (status.isEmpty()) {
            return new Outcome.Done();
        }
        try {
            results.orElseThrow().save(status.get(), StoredJournal.reading(store, id));
            return new Outcome.Done();
        } catch (StorageException e) {
            LOG.log(System.Logger.Level.WARNING, "The result of task " + id + " is not kept yet: " + e.getMessage());
            return new Outcome.Again(RESULT_LATER);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new Outcome.Again(RESULT_LATER);
        }
    }

    /** What a run that is being stopped fails of is not the task's own failure, but that of what it was robbed of. */
    private static Finished unlessStopped(Run run, Finished end) throws InterruptedException {
        if (run.stop().isPresent() && !end.status().equals(TaskState.ANSWERED.label())) {
            throw new InterruptedException();
        }
        return end;
    }

    /** How the task ends. */
    private Finished end(Run run, Journal journal) throws InterruptedException {
        try {
            if (journal.recorded(CANCEL, CancelRequested.class).isPresent()) {
                return CANCELLED;
            }
            String caller = store.find(run.task()).orElseThrow().caller();
            Submitted asked = store.request(run.task()).orElseThrow();
            Plan plan = planner.plan(caller, asked, lentModels.of(run.task()));
            return finished(answering.answer(plan, journal, started(run.task(), plan, journal), run.draft()));
        } catch (TaskException e) {
            return failed(e.getMessage());
        } catch (ContextException e) {
            return failed(e.getMessage());
        } catch (SandboxException e) {
            return failed(e.getMessage());
        } catch (UnreadableEventException e) {
            return failed(String.valueOf(e.getMessage()));
        } catch (JournalException e) {
            throw e;
        } catch (RuntimeException | Error e) {
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
            LOG.log(System.Logger.Level.ERROR, "Task " + run.task() + " ended with an error of the program.", e);
            return failed("The task ended with an error of the program; the server's log has the details.");
        }
    }

    private Started started(String id, Plan plan, Journal journal) throws InterruptedException {
        Optional<Started> before = journal.recorded(STARTED, Started.class);
        if (before.isPresent()) {
            journal.record(new Resumed(replica));
            return before.get();
        }
        // Tasks have different chance, and a task and what follows it up always the same: an id is as unguessable as
        // chance must be.
        long seed = plan.question().session().seed().orElseGet(() -> Chance.seedOf(id));
        return journal.<Started, RuntimeException>step(
                STARTED, Started.class, () -> new Started(clock.instant(), seed));
    }

    private static Finished finished(Answer answer) {
        String status = answer.status().name().toLowerCase(Locale.ROOT);
        return new Finished(status, answer.text(), answer.json(), answer.origin(), answer.reason());
    }

    private static Finished failed(String reason) {
        return new Finished(TaskState.FAILED.label(), null, null, null, reason);
    }

    /** The key of the step that starts a task. */
    private static final String STARTED = "started";

    /** The key under which the wish to cancel a task is recorded. */
    static final String CANCEL = "cancel";

    static final Finished CANCELLED =
            new Finished(TaskState.CANCELLED.label(), null, null, null, "The task was cancelled.");
}
