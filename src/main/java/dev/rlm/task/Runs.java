package dev.rlm.task;

import dev.rlm.engine.Draft;
import dev.rlm.engine.Writing;
import dev.rlm.journal.Journal;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** The tasks that this replica is running just now, and why one is being stopped. Thread-safe. */
final class Runs {

    private final Map<String, Run> runs = new ConcurrentHashMap<>();
    private volatile boolean closing;

    /** Why a run is stopped before its end. */
    enum Stop {
        /** Its caller wants it no more. */
        CANCELLED,
        /** This replica ends; another goes on with it. */
        HANDED_ON
    }

    /** One running task and its thread. */
    static final class Run {
        private final String task;
        private final Thread thread;
        private final Draft draft = new Draft();
        private @Nullable Stop stop;
        private volatile @Nullable Journal journal;
        private boolean over;

        Run(String task, Thread thread) {
            this.task = task;
            this.thread = thread;
        }

        String task() {
            return task;
        }

        /** What the run's root model is writing just now. */
        Draft draft() {
            return draft;
        }

        /** Says where the run is recorded. */
        void writes(Journal record) {
            journal = record;
        }

        /** Where the run is recorded; empty as long as it does not write yet. */
        Optional<Journal> journal() {
            return Optional.ofNullable(journal);
        }

        /** Why the run is being stopped; empty if it is not. */
        synchronized Optional<Stop> stop() {
            return Optional.ofNullable(stop);
        }

        synchronized void stop(Stop reason) {
            if (!over && stop == null) {
                stop = reason;
                thread.interrupt();
            }
        }

        /** No interrupt comes after this; one that has come is forgotten. */
        synchronized void over() {
            over = true;
            var _ = Thread.interrupted();
        }
    }

    /** Notes that the calling thread runs a task from now on; empty if another does, or this replica is ending. */
    Optional<Run> begin(String task) {
        Run run = new Run(task, Thread.currentThread());
        if (runs.putIfAbsent(task, run) != null) {
            return Optional.empty();
        }
        if (closing) {
            runs.remove(task, run);
            return Optional.empty();
        }
        return Optional.of(run);
    }

    void end(Run run) {
        run.over();
        runs.remove(run.task(), run);
    }

    Optional<Run> of(String task) {
        return Optional.ofNullable(runs.get(task));
    }

    /** What the root model of a task that runs here is writing just now. */
    Optional<Writing> writing(String task) {
        return of(task).flatMap(run -> run.draft().now());
    }

    List<Run> all() {
        return List.copyOf(runs.values());
    }

    /** Begins no more runs. */
    void close() {
        closing = true;
    }
}
