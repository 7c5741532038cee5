package dev.rlm.pdf;

import java.io.IOException;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/** Gives out readers of PDFs, of which only so many work at a time. Costs nothing until a PDF is read. Thread-safe. */
public final class PdfReaders {
    private final PdfSettings settings;
    private final Semaphore permits;
    private final Queue<ReaderProcess> idle = new ConcurrentLinkedQueue<>();

    /** Readers with these settings. */
    public PdfReaders(PdfSettings settings) {
        this.settings = settings;
        this.permits = new Semaphore(settings.readers(), true);
    }

    /** What reading PDFs may take. */
    public PdfSettings settings() {
        return settings;
    }

    /** A reader for one thread. */
    public PdfReader reader() {
        return new PdfReader(this);
    }

    /**
     * A process to work with, once fewer than may be are at work. It must be given back by {@link #rest} or {@link #end}.
     *
     * @param resting one that may go on working, if it still rests; null for a new one
     */
    ReaderProcess take(@Nullable ReaderProcess resting) throws IOException, InterruptedException {
        permits.acquire();
        boolean taken = false;
        try {
            ReaderProcess process = resting != null && idle.remove(resting) ? resting : start();
            taken = true;
            return process;
        } finally {
            if (!taken) {
                permits.release();
            }
        }
    }

    /** Lets a process rest. It may be ended meanwhile, where another is needed. */
    void rest(ReaderProcess process) {
        idle.add(process);
        permits.release();
    }

    /** Ends a process that works. */
    void end(ReaderProcess process) {
        process.close();
        permits.release();
    }

    /** Ends a process that rests. */
    void endResting(ReaderProcess process) {
        idle.remove(process);
        process.close();
    }

    /** Those at work and those that rest are no more than may work. */
    private ReaderProcess start() throws IOException {
        while (idle.size() > permits.availablePermits()) {
            ReaderProcess other = idle.poll();
            if (other != null) {
                other.close();
            }
        }
        return ReaderProcess.start(ReaderCommand.of(settings));
    }
}
