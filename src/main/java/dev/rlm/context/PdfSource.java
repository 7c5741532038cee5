package dev.rlm.context;

import dev.rlm.pdf.Missing;
import dev.rlm.pdf.PageImage;
import dev.rlm.pdf.PageText;
import dev.rlm.pdf.PdfFile;
import dev.rlm.pdf.PdfReader;
import dev.rlm.pdf.PdfReaders;
import dev.rlm.pdf.UnreadablePdfException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.regex.Pattern;

/**
 * Makes documents of PDFs: one of the text, in which each page begins with a line such as {@code [page 3]}, and one of
 * each page that becomes an image, named as in {@code report.pdf#page=3}. What a PDF has too much of is left out and told
 * of. Not thread-safe; costs nothing until there is a PDF.
 */
final class PdfSource implements AutoCloseable {
    /** Looks like the first line of a page, and must not stand within one. */
    private static final Pattern HEADER = Pattern.compile("^(?=\\[page \\d+]$)", Pattern.MULTILINE);

    private final PdfReader reader;
    private final PdfPages wanted;

    PdfSource(PdfReaders readers, PdfPages wanted) {
        this.reader = readers.reader();
        this.wanted = wanted;
    }

    /** Takes in the documents of a PDF. */
    void add(String name, Path file, Intake intake)
            throws Unreadable, IOException, ContextException, InterruptedException {
        try (PdfFile pdf = reader.open(file)) {
            new Reading(name, pdf, intake).run();
        } catch (UnreadablePdfException e) {
            throw new Unreadable(e.reason());
        }
    }

    @Override
    public void close() {
        reader.close();
    }

    /** The reading of one PDF. */
    private final class Reading {
        private final String name;
        private final PdfFile pdf;
        private final Intake intake;
        private final PageNumbers withoutText = new PageNumbers();
        private final LeftOut leftOut = new LeftOut();
        private boolean anything;

        Reading(String name, PdfFile pdf, Intake intake) {
            this.name = name;
            this.pdf = pdf;
            this.intake = intake;
        }

        void run() throws Unreadable, IOException, ContextException, InterruptedException {
            intake.add(name, this::writeText);
            addImages();
            if (!anything) {
                throw new Unreadable("is a PDF of which nothing is left (" + leftOut.summary() + ")");
            }
            leftOut.sentences(name).forEach(intake::note);
        }

        private void writeText(Intake.Pieces text) throws IOException, ContextException, InterruptedException {
            StringBuilder pending = new StringBuilder();
            for (int page = 1; page <= pdf.pages(); page++) {
                pending.append("[page ").append(page).append("]\n");
                switch (pdf.text(page)) {
                    case PageText.Read(String read, boolean enough) -> {
                        if (!enough) {
                            withoutText.add(page);
                        }
                        if (!read.isBlank()) {
                            anything = true;
                            pending.append(HEADER.matcher(read).replaceAll(" "));
                            pending.append(read.endsWith("\n") ? "" : "\n");
                        }
                    }
                    case Missing(String reason) -> {
                        withoutText.add(page);
                        leftOut.add("the text", page, reason);
                    }
                }
                if (anything) {
                    text.append(pending.toString());
                    pending.setLength(0);
                }
            }
        }

        private void addImages() throws IOException, ContextException, InterruptedException {
            int most = reader.settings().images();
            int drawn = 0;
            for (int page = 1; page <= pdf.pages(); page++) {
                boolean due = wanted == PdfPages.ALL || withoutText.contains(page);
                if (due && wanted == PdfPages.NONE) {
                    leftOut.add("the image", page, "no text on it, and images are not wanted");
                } else if (due && drawn == most) {
                    leftOut.add("the image", page, "rlm.context.pdf.images allows " + most);
                } else if (due && addImage(page)) {
                    drawn++;
                }
            }
        }

        private boolean addImage(int page) throws IOException, ContextException, InterruptedException {
            switch (pdf.image(page)) {
                case PageImage.Drawn(String mediaType, ByteBuffer content, boolean whole) -> {
                    intake.addImage(name + "#page=" + page, mediaType, content);
                    anything = true;
                    if (!whole) {
                        leftOut.add("something on the image", page, "of a kind that is not read");
                    }
                    return true;
                }
                case PageImage.Blank() -> {}
                case Missing(String reason) -> leftOut.add("the image", page, reason);
            }
            return false;
        }
    }
}
