package dev.rlm.pdf;

import dev.rlm.pdf.ReaderProcess.LostException;
import dev.rlm.pdf.protocol.Refusal;
import dev.rlm.pdf.protocol.Reply;
import dev.rlm.pdf.protocol.Request;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;

/**
 * A PDF of which pages are read. What goes wrong with a page does not end the others, until its time is over or three
 * pages have ended the process that reads. Fastest in the order of the pages. Not thread-safe.
 */
public final class PdfFile implements AutoCloseable {
    private static final int MOST_LOSSES = 3;

    private final PdfReader reader;
    private final Path file;
    private final int pages;
    private final PdfSettings settings;
    private final long end;
    private int losses;

    PdfFile(PdfReader reader, Path file, int pages, PdfSettings settings) {
        this.reader = reader;
        this.file = file;
        this.pages = pages;
        this.settings = settings;
        this.end = System.nanoTime() + settings.fileTime().toNanos();
    }

    /** How many pages it has; at least 1. */
    public int pages() {
        return pages;
    }

    /**
     * The text of a page.
     *
     * @param page its number, from 1
     */
    public PageText text(int page) throws InterruptedException {
        return switch (ask(new Request.Read(page))) {
            case Answered(Reply.Text(String text, boolean enough)) -> new PageText.Read(text, enough);
            case Answered(Reply.Refused refused) -> new Missing(reason(refused.why()));
            case Answered _ -> new Missing(reason(Refusal.DAMAGED));
            case Failed failed -> new Missing(failed.reason());
        };
    }

    /**
     * A page as an image.
     *
     * @param page its number, from 1
     */
    public PageImage image(int page) throws InterruptedException {
        return switch (ask(new Request.Draw(page))) {
            case Answered(Reply.Image(boolean jpeg, ByteBuffer content, boolean whole)) ->
                new PageImage.Drawn(jpeg ? "image/jpeg" : "image/png", content, whole);
            case Answered(Reply.Blank _) -> new PageImage.Blank();
            case Answered(Reply.Refused refused) -> new Missing(reason(refused.why()));
            case Answered _ -> new Missing(reason(Refusal.DAMAGED));
            case Failed failed -> new Missing(failed.reason());
        };
    }

    /** Lets others read. */
    @Override
    public void close() {
        reader.rest();
    }

    private sealed interface Outcome {}

    private record Answered(Reply reply) implements Outcome {}

    private record Failed(String reason) implements Outcome {}

    private Outcome ask(Request request) throws InterruptedException {
        Duration left = Duration.ofNanos(end - System.nanoTime());
        if (!left.isPositive()) {
            return new Failed("a PDF may take " + Amounts.of(settings.fileTime()));
        }
        if (losses >= MOST_LOSSES) {
            return new Failed("too many pages before could not be read");
        }
        Duration limit = left.compareTo(settings.pageTime()) < 0 ? left : settings.pageTime();
        try {
            return new Answered(reader.ask(file, request, limit));
        } catch (LostException e) {
            losses++;
            return new Failed(
                    switch (e.how()) {
                        case TIME -> "a page may take " + Amounts.of(settings.pageTime());
                        case MEMORY -> "reading may take " + Amounts.ofBytes(settings.heapBytes()) + " of memory";
                        case OTHER -> reason(Refusal.DAMAGED);
                    });
        } catch (IOException _) {
            losses++;
            return new Failed("the process that reads PDFs cannot be started");
        }
    }

    private static String reason(Refusal why) {
        return switch (why) {
            case DAMAGED, ENCRYPTED -> "damaged";
            case TOO_MUCH_TEXT -> "more text than any page has";
            case UNDECODABLE -> "pictures of a kind that is not read";
            case NO_GRAPHICS -> "this build of rlm cannot draw";
        };
    }
}
