package dev.rlm.task;

import dev.rlm.budget.Budget;
import dev.rlm.engine.EngineSettings;
import dev.rlm.engine.Role;
import dev.rlm.journal.Journal;
import dev.rlm.journal.Payload;
import dev.rlm.journal.TaskEvent.CancelRequested;
import dev.rlm.journal.TaskEvent.Finished;
import dev.rlm.journal.TaskEvent.Started;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Optional;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/** A submitted question with everything needed to answer it. Thread-safe. */
final class Task {

    private final String id;
    private final Role root;
    private final Role sub;
    private final Budget budget;
    private final EngineSettings engine;
    private final Journal journal;
    private final StatusReader reader;
    private @Nullable Future<?> run;
    private boolean cancelled;

    Task(String id, Role root, Role sub, Budget budget, EngineSettings engine, Journal journal) {
        this.id = id;
        this.root = root;
        this.sub = sub;
        this.budget = budget;
        this.engine = engine;
        this.journal = journal;
        this.reader = new StatusReader(id);
    }

    String id() {
        return id;
    }

    Role root() {
        return root;
    }

    Role sub() {
        return sub;
    }

    Budget budget() {
        return budget;
    }

    EngineSettings engine() {
        return engine;
    }

    Journal journal() {
        return journal;
    }

    synchronized TaskStatus status() {
        reader.read(journal.entriesAfter(reader.version()));
        return reader.status();
    }

    synchronized void runsAs(Future<?> future) {
        run = future;
        if (cancelled) {
            future.cancel(true);
        }
    }

    /** Asks the task to stop. A task that never started ends at once. */
    synchronized void cancel() {
        if (cancelled || status().state().ended()) {
            return;
        }
        cancelled = true;
        journal.record(new CancelRequested());
        boolean waiting = status().started() == null;
        if (run != null) {
            run.cancel(true);
        }
        if (waiting) {
            end(CANCELLED);
        }
    }

    /** Marks the task as begun at this time; empty if it was cancelled before. */
    synchronized Optional<Started> begin(Instant now) {
        if (cancelled) {
            return Optional.empty();
        }
        Started started = new Started(now, seed());
        journal.record(started);
        return Optional.of(started);
    }

    /** Tasks have different chance, and a task always the same: its id is as unguessable as chance must be. */
    private long seed() {
        return ByteBuffer.wrap(HexFormat.of().parseHex(Payload.sha256(id)), 0, Long.BYTES)
                .getLong();
    }

    /** Records the task's end, unless it has ended already. */
    synchronized void end(Finished finished) {
        if (!status().state().ended()) {
            journal.record(finished);
        }
    }

    static final Finished CANCELLED =
            new Finished(TaskState.CANCELLED.label(), null, null, null, "The task was cancelled.");
}
