package dev.rlm.context;

import dev.rlm.storage.PrivateFiles;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Takes in the documents of one context, within the limits. Not thread-safe. */
final class Intake {
    private static final int MAX_SKIPPED = 100;
    private static final int PIECE = 1 << 15;

    /** No provider takes larger ones. */
    private static final long LARGEST_IMAGE = 20 << 20;

    private final Staging staging;
    private final ContextLimits limits;
    private final long room;
    private final PdfSource pdfs;
    private final TokenCount tokens;
    private final Labels labels = new Labels();
    private final Preview preview = new Preview();
    private final List<Document> documents = new ArrayList<>();
    private final List<String> skipped = new ArrayList<>();
    private long skippedCount;
    private int entries;
    private long bytes;

    /**
     * An intake of nothing so far.
     *
     * @param room how many bytes its owner may still have
     * @param pdfs reads PDFs
     */
    Intake(Staging staging, ContextLimits limits, long room, Tokenizer tokenizer, PdfSource pdfs) {
        this.staging = staging;
        this.limits = limits;
        this.room = room;
        this.pdfs = pdfs;
        this.tokens = new TokenCount(tokenizer);
    }

    ContextLimits limits() {
        return limits;
    }

    /** Counts a file, folder or archive entry that is looked at. */
    void look() throws ContextException, InterruptedException {
        checkInterrupt();
        if (++entries > limits.entries()) {
            throw limits.tooManyEntries();
        }
    }

    /** Notes what is left out, and why, as in "is binary". */
    void skip(String name, String reason) {
        note(Labels.harmless(name) + " is left out: it " + reason + ".");
    }

    /** Notes a sentence about what is left out. */
    void note(String sentence) {
        skippedCount++;
        if (skipped.size() < MAX_SKIPPED) {
            skipped.add(sentence);
        }
    }

    /** Takes in a document of bytes, or those that a PDF becomes; leaves the stream open. */
    void add(String name, InputStream in) throws Unreadable, IOException, ContextException, InterruptedException {
        TextReader reader = new TextReader(in);
        switch (read(reader::kind)) {
            case ByteKind.NoText noText -> throw new Unreadable(noText.reason());
            case ByteKind.Image image -> addImage(name, reader, image.mediaType());
            case ByteKind.Text _ -> addText(name, reader);
            case ByteKind.Pdf _ -> pdfs.add(name, spooled(reader), this);
            case null -> throw new Unreadable(ByteKind.BINARY.reason());
        }
    }

    private void addImage(String name, TextReader reader, String mediaType)
            throws Unreadable, IOException, ContextException, InterruptedException {
        try (StagedText image = newText()) {
            for (ByteBuffer piece = read(reader::nextBytes); piece != null; piece = read(reader::nextBytes)) {
                checkInterrupt();
                image.append(piece);
                if (image.bytes() > LARGEST_IMAGE) {
                    throw new Unreadable("is an image of more than " + LARGEST_IMAGE / (1 << 20) + " MiB");
                }
                requireRoom(image);
            }
            keep(image, image.finishImage(labels.next(name), mediaType));
        }
    }

    /** Takes in an image. */
    void addImage(String name, String mediaType, ByteBuffer content) throws IOException, ContextException {
        try (StagedText image = newText()) {
            image.append(content.duplicate());
            requireRoom(image);
            keep(image, image.finishImage(labels.next(name), mediaType));
        }
    }

    private Path spooled(TextReader reader) throws Unreadable, IOException, ContextException, InterruptedException {
        return staging.spool("spooled", file -> {
            for (ByteBuffer piece = read(reader::nextBytes); piece != null; piece = read(reader::nextBytes)) {
                checkInterrupt();
                PrivateFiles.writeFully(file, piece);
                if (file.position() > limits.bytes()) {
                    throw new Unreadable("is a PDF larger than a context may be");
                }
            }
        });
    }

    private void addText(String name, TextReader reader)
            throws Unreadable, IOException, ContextException, InterruptedException {
        try (StagedText text = newText()) {
            for (CharBuffer piece = read(reader::next); piece != null; piece = read(reader::next)) {
                append(text, piece);
            }
            keep(text, text.finish(labels.next(name)));
        } finally {
            tokens.endText();
            preview.endText();
        }
    }

    /** Takes in a document of text. */
    void add(String name, String given) throws IOException, ContextException, InterruptedException {
        add(name, (Pieces all) -> all.append(given));
    }

    /** Takes in a document of text that comes in pieces, unless there are none. */
    void add(String name, Writing writing) throws IOException, ContextException, InterruptedException {
        boolean[] any = new boolean[1];
        try (StagedText text = newText()) {
            writing.to(given -> {
                any[0] = true;
                append(text, given);
            });
            if (any[0]) {
                keep(text, text.finish(labels.next(name)));
            }
        } finally {
            tokens.endText();
            preview.endText();
        }
    }

    /** Where a text goes piece by piece. */
    interface Pieces {
        /** Adds a piece, which does not end within a surrogate pair. */
        void append(String piece) throws IOException, ContextException, InterruptedException;
    }

    /** Writes a text piece by piece. */
    interface Writing {
        void to(Pieces text) throws IOException, ContextException, InterruptedException;
    }

    /**
     * The context of all that was taken in.
     *
     * @throws ContextException if there is no text in it
     */
    Context context(String id, String owner, String name, Instant created) throws ContextException {
        long characters = documents.stream().mapToLong(Document::characters).sum();
        if (characters == 0 && documents.stream().noneMatch(Document::isImage)) {
            throw new ContextException("There is no text in what was given: give a text, or a file, folder or archive"
                    + " with text or images in it."
                    + (skipped.isEmpty() ? "" : " " + skipped.getFirst()));
        }
        if (skippedCount > skipped.size()) {
            skipped.add((skippedCount - skipped.size()) + " more are left out.");
        }
        return new Context(id, owner, name, created, documents, characters, tokens.total(), preview.text(), skipped);
    }

    private StagedText newText() throws IOException, ContextException {
        if (documents.size() == limits.documents()) {
            throw limits.tooManyDocuments();
        }
        return staging.newText();
    }

    private void append(StagedText text, String given) throws IOException, ContextException, InterruptedException {
        CharBuffer piece = CharBuffer.allocate(Math.min(PIECE, given.length()));
        for (int from = 0; from < given.length(); from += piece.limit()) {
            int to = Math.min(given.length(), from + PIECE);
            if (to < given.length() && Character.isHighSurrogate(given.charAt(to - 1))) {
                to--;
            }
            piece.clear().put(given, from, to).flip();
            append(text, piece);
        }
    }

    private void append(StagedText text, CharBuffer piece) throws IOException, ContextException, InterruptedException {
        checkInterrupt();
        text.append(piece);
        requireRoom(text);
        tokens.add(piece);
        preview.add(piece);
    }

    private void requireRoom(StagedText text) throws ContextException {
        if (bytes + text.bytes() > limits.bytes()) {
            throw limits.tooManyBytes();
        }
        if (bytes + text.bytes() > room) {
            throw limits.quotaExceeded();
        }
    }

    private void keep(StagedText staged, Document document) throws IOException {
        staged.close();
        staging.keep(document);
        bytes += document.bytes();
        documents.add(document);
    }

    private static void checkInterrupt() throws InterruptedException {
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
    }

    private interface Reading<T> {
        @Nullable
        T get() throws IOException;
    }

    /** Reads from a source, whose failures are not those of the store. */
    private static <T> @Nullable T read(Reading<T> reading) throws Unreadable, ContextException, InterruptedException {
        try {
            return reading.get();
        } catch (ClosedByInterruptException _) {
            Thread.interrupted();
            throw new InterruptedException();
        } catch (UnpackedStream.BombException e) {
            throw new Unreadable(e.reason());
        } catch (IOException e) {
            throw new Unreadable("cannot be read (" + Reasons.of(e) + ")");
        } catch (RuntimeException _) {
            // A damaged archive can fail in any way.
            throw new Unreadable("cannot be read (damaged)");
        }
    }
}
