package dev.rlm.pdf;

import dev.rlm.pdf.ReaderProcess.LostException;
import dev.rlm.pdf.protocol.Refusal;
import dev.rlm.pdf.protocol.Reply;
import dev.rlm.pdf.protocol.Request;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Reads PDFs one after the other, by a process that is started for the first one, and again when it was lost. Not
 * thread-safe. Where the thread is interrupted, the process is killed.
 */
public final class PdfReader implements AutoCloseable {
    /** A JVM starts in a second; on a machine with much to do it may take long. */
    private static final Duration START = Duration.ofSeconds(60);

    /** Who gives many PDFs that cannot be read may not have each of them for the time that one may take. */
    private static final int MOST_LOSSES = 10;

    private static final int OPENING = 4;

    private final PdfReaders readers;
    private @Nullable ReaderProcess process;
    private boolean working;
    private @Nullable Path open;
    private int losses;

    PdfReader(PdfReaders readers) {
        this.readers = readers;
    }

    /**
     * Opens a PDF; the one before must be closed. Waits while too many others are read.
     *
     * @param file a file that stays as it is meanwhile
     * @throws UnreadablePdfException if nothing of it can be read
     */
    public PdfFile open(Path file) throws UnreadablePdfException, InterruptedException {
        if (losses >= MOST_LOSSES) {
            throw new UnreadablePdfException("is a PDF, and too many PDFs before it could not be read");
        }
        boolean opened = false;
        try {
            PdfFile pdf = new PdfFile(this, file, pages(opened(file)), settings());
            opened = true;
            return pdf;
        } catch (LostException e) {
            throw new UnreadablePdfException(
                    switch (e.how()) {
                        case TIME -> "is a PDF that takes longer than " + Amounts.of(openingTime()) + " to open";
                        case MEMORY ->
                            "is a PDF that takes more than the "
                                    + Amounts.ofBytes(settings().heapBytes())
                                    + " of memory that rlm.context.pdf.memory allows";
                        case OTHER -> "is a PDF that ended the process that reads PDFs";
                    });
        } catch (IOException _) {
            throw new UnreadablePdfException("is a PDF, and the process that reads PDFs cannot be started here");
        } finally {
            if (!opened) {
                rest();
            }
        }
    }

    private static int pages(Reply reply) throws UnreadablePdfException {
        return switch (reply) {
            case Reply.Opened(int pages) -> pages;
            case Reply.Refused(Refusal why)
            when why == Refusal.ENCRYPTED ->
                throw new UnreadablePdfException("is a PDF that needs a password or a key");
            case Reply.Refused(Refusal why)
            when why == Refusal.NO_GRAPHICS ->
                throw new UnreadablePdfException("is a PDF, and this build of rlm cannot read PDFs");
            default -> throw new UnreadablePdfException("is a damaged PDF");
        };
    }

    private Duration openingTime() {
        return settings().pageTime().multipliedBy(OPENING);
    }

    /** What reading PDFs may take. */
    public PdfSettings settings() {
        return readers.settings();
    }

    /** Asks about a PDF that was opened, which is opened again if the process was lost meanwhile. */
    Reply ask(Path file, Request request, Duration limit) throws LostException, IOException, InterruptedException {
        if (!working || !file.equals(open)) {
            Reply reply = opened(file);
            if (!(reply instanceof Reply.Opened)) {
                return reply;
            }
        }
        return exchange(running(), request, limit);
    }

    /** Lets others read until the next PDF. */
    void rest() {
        ReaderProcess resting = process;
        if (resting != null && working) {
            working = false;
            open = null;
            readers.rest(resting);
        }
    }

    /** Ends the process. Idempotent. */
    @Override
    public void close() {
        ReaderProcess ended = process;
        process = null;
        open = null;
        if (ended != null && working) {
            readers.end(ended);
        } else if (ended != null) {
            readers.endResting(ended);
        }
        working = false;
    }

    private Reply opened(Path file) throws LostException, IOException, InterruptedException {
        open = null;
        Duration limit = openingTime();
        ReaderProcess before = process;
        ReaderProcess with = running();
        Reply reply = exchange(
                with,
                new Request.Open(file.toAbsolutePath().toString()),
                with.equals(before) ? limit : limit.plus(START));
        open = file;
        return reply;
    }

    private Reply exchange(ReaderProcess with, Request request, Duration limit)
            throws LostException, InterruptedException {
        boolean replied = false;
        try {
            Reply reply = with.ask(request, limit);
            replied = true;
            return reply;
        } catch (LostException e) {
            losses++;
            throw e;
        } finally {
            if (!replied) {
                close();
            }
        }
    }

    private ReaderProcess running() throws IOException, InterruptedException {
        ReaderProcess running = process;
        if (running == null || !working) {
            running = readers.take(running);
            process = running;
            working = true;
        }
        return running;
    }
}
