package dev.rlm.mcp.stateless;

import dev.rlm.context.ContextException;
import dev.rlm.context.Lease;
import dev.rlm.context.LoadRecords;
import dev.rlm.context.LoadRecords.LoadRecord;
import dev.rlm.context.LoadRecords.State;
import dev.rlm.mcp.Tools;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

/** A load that this server does. Thread-safe. */
final class LoadInProgress {

    /** How often one looks whether it was cancelled by way of another server, and says that somebody works on it. */
    static final Duration LOOK = Duration.ofSeconds(2);

    private static final System.Logger LOG = System.getLogger(LoadInProgress.class.getName());
    private static final Tools.Result BROKEN =
            new Tools.Result("The load failed with an error of the program; the server's log has the details.", null);

    private final LoadRecord load;
    private final LoadRecords records;
    private final Clock clock;
    private final FutureTask<Tools.Result> work;
    private final Thread worker;
    private final Runnable gone;
    private boolean published;
    private boolean over;
    private Instant renewed = Instant.EPOCH;
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

    LoadRecord load() {
        return load;
    }

    /** Begins a load that nobody knows of yet. */
    void begin() {
        worker.start();
    }

    /** Goes on with a load that others have begun, unless it has ended meanwhile. */
    void resume() {
        published = true;
        worker.start();
    }

    /** Keeps a record of it, so that it can be found; false if it has ended, or the store fails. */
    synchronized boolean publish() throws InterruptedException {
        if (over || interrupted) {
            return false;
        }
        try {
            renew();
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
        } catch (ExecutionException | CancellationException _) {
            return true;
        }
    }

    /** What came of it; waits for that. */
    Tools.Result result() throws InterruptedException {
        try {
            return work.get();
        } catch (ExecutionException e) {
            LOG.log(System.Logger.Level.ERROR, "A load ended with an error of the program.", e.getCause());
            return BROKEN;
        }
    }

    /** Lets it end without a result. */
    void interrupt() {
        interrupted = true;
        worker.interrupt();
    }

    /** Its client has gone: what has no record ends, for nobody could ask for it. */
    synchronized void abandon() {
        if (!published) {
            interrupt();
        }
    }

    /** Waits until nothing of it goes on, or for a time. */
    void join(Duration time) throws InterruptedException {
        worker.join(time);
    }

    private void run() {
        try {
            if (published) {
                if (!goesOn()) {
                    return;
                }
                renew();
                watch();
            }
            work.run();
            end();
        } catch (ContextException e) {
            LOG.log(System.Logger.Level.WARNING, "How a load stands cannot be kept: " + e.getMessage());
        } catch (InterruptedException _) {
            // Whoever is asked for it next does it again.
        } finally {
            work.cancel(false);
            gone.run();
        }
    }

    private boolean goesOn() throws ContextException, InterruptedException {
        Optional<LoadRecord> known = records.find(load.id());
        return known.isPresent() && known.get().state() == State.WORKING;
    }

    private synchronized void end() throws ContextException, InterruptedException {
        over = true;
        // Whoever interrupts has to be quick, so a flag of the thread may be all that is left of it.
        boolean stopped = Thread.interrupted() || interrupted;
        if (!published) {
            return;
        }
        if (!stopped) {
            var _ = records.end(load.ended(State.ENDED, ToolResults.json(result()), clock.instant()));
        } else if (goesOn()) {
            // The next server need not wait until the lease has passed.
            records.renew(load.at(Instant.EPOCH));
        } else {
            // It has another end, and what a renewal at that moment has written is of no use.
            var _ = records.end(load.ended(State.CANCELLED, null, clock.instant()));
        }
    }

    private synchronized void renew() throws ContextException, InterruptedException {
        renewed = clock.instant();
        records.renew(load.at(renewed));
    }

    private void watch() {
        Thread.ofVirtual().name("watch " + load.id()).start(() -> {
            try {
                while (!awaitEnd(LOOK)) {
                    look();
                }
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
            }
        });
    }

    private synchronized void look() throws InterruptedException {
        if (over || interrupted) {
            return;
        }
        try {
            if (!goesOn()) {
                interrupt();
            } else if (!clock.instant().isBefore(renewed.plus(Lease.RENEWAL))) {
                renew();
            }
        } catch (ContextException _) {
            // A store that is away tells nothing, and may be back at the next look.
        }
    }
}
