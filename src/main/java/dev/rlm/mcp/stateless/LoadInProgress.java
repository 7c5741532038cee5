package dev.rlm.mcp.stateless;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rlm.context.ContextException;
import dev.rlm.context.LoadRecords;
import dev.rlm.context.LoadRecords.LoadRecord;
import dev.rlm.context.LoadRecords.State;
import dev.rlm.mcp.Tools;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A load that this server does, or waits for while another one does it. Thread-safe. */
final class LoadInProgress {

    /** How often one looks whether it was cancelled by way of another server. */
    static final Duration LOOK = Duration.ofSeconds(2);

    private static final System.Logger LOG = System.getLogger(LoadInProgress.class.getName());

    private final LoadRecord load;
    private final LoadRecords records;
    private final Clock clock;
    private final FutureTask<Tools.Result> work;
    private final Thread worker;
    private final Runnable gone;
    private boolean published;
    private boolean over;
    private volatile boolean interrupted;

    /**
     * A load that has not started.
     *
     * @param load what is kept of it while it goes on
     * @param work does it, and returns soon when it is interrupted
     * @param gone is called when it has ended
     */
    LoadInProgress(LoadRecord load, Supplier<Tools.Result> work, LoadRecords records, Clock clock, Runnable gone) {
        this.load = load;
        this.records = records;
        this.clock = clock;
        this.gone = gone;
        this.work = new FutureTask<>(work::get);
        this.worker = Thread.ofVirtual().name("load " + load.id()).unstarted(this::run);
    }

    /** @param isPublished whether there is a record of it already */
    void start(boolean isPublished) {
        published = isPublished;
        worker.start();
        if (isPublished) {
            watch();
        }
    }

    /** Keeps a record of it, so that it can be found; false if it has ended, or the store fails. */
    synchronized boolean publish() throws InterruptedException {
        if (over) {
            return false;
        }
        try {
            records.save(load);
        } catch (ContextException e) {
            LOG.log(System.Logger.Level.WARNING, "A load cannot become a task: " + e.getMessage());
            return false;
        }
        published = true;
        watch();
        return true;
    }

    /** Whether it ends within a time. */
    boolean awaitEnd(Duration time) throws InterruptedException {
        try {
            work.get(time.toMillis(), TimeUnit.MILLISECONDS);
            return true;
        } catch (TimeoutException _) {
            return false;
        } catch (ExecutionException e) {
            throw new IllegalStateException(e.getCause());
        }
    }

    /** What came of it; waits for that. */
    Tools.Result result() throws InterruptedException {
        try {
            return work.get();
        } catch (ExecutionException e) {
            throw new IllegalStateException(e.getCause());
        }
    }

    /** Lets it end without a result. */
    void interrupt() {
        interrupted = true;
        worker.interrupt();
    }

    private void run() {
        try {
            work.run();
            end();
        } catch (InterruptedException _) {
            // Whoever asks for it next does it again.
        } finally {
            gone.run();
        }
    }

    private synchronized void end() throws InterruptedException {
        over = true;
        if (!published || interrupted) {
            return;
        }
        try {
            if (!isCancelled()) {
                records.save(ended(load, State.ENDED, ToolResults.json(result()), clock));
            }
        } catch (ContextException e) {
            LOG.log(System.Logger.Level.WARNING, "What came of a load cannot be kept: " + e.getMessage());
        }
    }

    private void watch() {
        Thread.ofVirtual().name("watch " + load.id()).start(() -> {
            try {
                while (!awaitEnd(LOOK)) {
                    lookForCancellation();
                }
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
            }
        });
    }

    private void lookForCancellation() throws InterruptedException {
        try {
            if (isCancelled()) {
                interrupt();
            }
        } catch (ContextException _) {
            // A store that is away tells nothing, and may be back at the next look.
        }
    }

    private boolean isCancelled() throws ContextException, InterruptedException {
        Optional<LoadRecord> known = records.find(load.id());
        return known.isPresent() && known.get().state() == State.CANCELLED;
    }

    /** The record of a load that goes on no longer. */
    static LoadRecord ended(LoadRecord load, State state, @Nullable ObjectNode outcome, Clock clock) {
        return new LoadRecord(load.id(), load.owner(), state, load.created(), clock.instant(), null, outcome);
    }
}
