package dev.rlm.pdf.worker;

import dev.rlm.pdf.protocol.Refusal;
import dev.rlm.pdf.protocol.Reply;
import dev.rlm.pdf.protocol.Request;
import java.awt.geom.AffineTransform;
import java.awt.geom.GeneralPath;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;
import java.util.logging.Level;
import java.util.logging.LogManager;
import java.util.logging.Logger;
import org.apache.pdfbox.pdmodel.encryption.InvalidPasswordException;
import org.jspecify.annotations.Nullable;

/**
 * The main class of the process that reads PDFs. It answers requests on its standard input one after the other, and ends
 * when that ends or its parent does. A page that needs more memory than the process has, or that never ends, ends the
 * process: the parent starts another.
 */
public final class PdfWorker {
    /** The argument that makes the native executable this process. */
    public static final String NAME = "pdf-reader";

    private final DataInputStream in;
    private final DataOutputStream out;
    private @Nullable OpenPdf open;

    private PdfWorker(InputStream in, OutputStream out) {
        this.in = new DataInputStream(new BufferedInputStream(in));
        this.out = new DataOutputStream(new BufferedOutputStream(out, 1 << 16));
    }

    /** Serves the process that started this one. */
    public static void main(String[] arguments) throws IOException {
        InputStream in = new FileInputStream(FileDescriptor.in);
        OutputStream out = new FileOutputStream(FileDescriptor.out);
        // Nothing but replies may reach the standard output, and PDFBox says much about what it meets.
        System.setOut(new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8));
        System.setIn(InputStream.nullInputStream());
        LogManager.getLogManager().reset();
        Logger.getLogger("").setLevel(Level.OFF);
        System.setProperty("java.awt.headless", "true");
        ProcessHandle.current().parent().ifPresent(parent -> {
            var _ = parent.onExit().thenRun(() -> Runtime.getRuntime().halt(0));
        });
        new PdfWorker(in, out).serve();
        Runtime.getRuntime().halt(0);
    }

    private void serve() throws IOException {
        for (Optional<Request> next = Request.readFrom(in); next.isPresent(); next = Request.readFrom(in)) {
            answer(next.get()).writeTo(out);
        }
    }

    /** Damaged pages can fail in any way. What goes wrong with the memory or the program itself ends the process. */
    private Reply answer(Request request) {
        try {
            return switch (request) {
                case Request.Open(String file) -> open(Path.of(file));
                case Request.Read(int page) -> opened().read(page);
                case Request.Draw(int page) -> opened().draw(page);
            };
        } catch (UnsupportedOperationException | LinkageError _) {
            return new Reply.Refused(Refusal.NO_GRAPHICS);
        } catch (IOException | RuntimeException | StackOverflowError _) {
            return new Reply.Refused(Refusal.DAMAGED);
        }
    }

    private OpenPdf opened() throws IOException {
        if (open == null) {
            throw new IOException("no PDF is open");
        }
        return open;
    }

    private Reply open(Path file) throws IOException {
        if (open != null) {
            open.close();
            open = null;
        }
        if (!hasGeometry()) {
            return new Reply.Refused(Refusal.NO_GRAPHICS);
        }
        try {
            open = OpenPdf.open(file);
            return new Reply.Opened(open.pages());
        } catch (InvalidPasswordException | LinkageError _) {
            // A library for certificates is missing on purpose: there are none that would open it.
            return new Reply.Refused(Refusal.ENCRYPTED);
        }
    }

    /** Places and shapes are AWT's, also those of text. A native executable has AWT only if it was built with it. */
    private static boolean hasGeometry() {
        try {
            return new AffineTransform().isIdentity() && new GeneralPath().getCurrentPoint() == null;
        } catch (UnsupportedOperationException | LinkageError _) {
            return false;
        }
    }
}
