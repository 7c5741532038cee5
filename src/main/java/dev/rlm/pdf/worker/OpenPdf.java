package dev.rlm.pdf.worker;

import dev.rlm.pdf.protocol.Refusal;
import dev.rlm.pdf.protocol.Reply;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.pdfbox.Loader;
import org.apache.pdfbox.io.MemoryUsageSetting;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.pdmodel.PDPage;

/** A PDF that is open. Not thread-safe. */
final class OpenPdf implements AutoCloseable {
    /** What unpacked streams may take in memory together; most PDFs unpack them page by page. */
    private static final long STREAM_BYTES = 256L << 20;

    private final PDDocument document;
    private final List<PDPage> pages = new ArrayList<>();

    private OpenPdf(PDDocument document) {
        this.document = document;
        // What the PDF says about how many pages it has need not be true.
        document.getPages().forEach(pages::add);
    }

    /**
     * Opens a PDF; an encrypted one with the empty password, as viewers do.
     *
     * @throws IOException if it is none, or has no page; an {@code InvalidPasswordException} if it needs a password
     */
    static OpenPdf open(Path file) throws IOException {
        PDDocument document =
                Loader.loadPDF(file.toFile(), "", MemoryUsageSetting.setupMainMemoryOnly(STREAM_BYTES).streamCache);
        try {
            OpenPdf open = new OpenPdf(document);
            if (open.pages() == 0) {
                throw new IOException("no page");
            }
            return open;
        } catch (IOException | RuntimeException | Error e) {
            document.close();
            throw e;
        }
    }

    /** How many pages it has. */
    int pages() {
        return pages.size();
    }

    /** The text of a page. */
    Reply read(int page) throws IOException {
        PageReading reading = new PageReading(document, pages.get(page - 1));
        try {
            return new Reply.Text(reading.read(), reading.isEnough());
        } catch (BoundedText.TooLongException _) {
            return new Reply.Refused(Refusal.TOO_MUCH_TEXT);
        }
    }

    /** A page as an image: its own JPEG if it is nothing else, or else as it is drawn. */
    Reply draw(int page) throws IOException {
        Optional<byte[]> jpeg = PageJpeg.of(pages.get(page - 1));
        return jpeg.isPresent()
                ? new Reply.Image(true, ByteBuffer.wrap(jpeg.get()), true)
                : PageDrawing.of(document, page - 1);
    }

    @Override
    public void close() {
        try {
            document.close();
        } catch (IOException | RuntimeException _) {
            // There is nothing to lose: it was only read.
        }
    }
}
