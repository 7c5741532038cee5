package dev.rlm.context;

import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.Files;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads parts of a context's documents in memory that depends on the part alone; what lies before the part in its
 * document is passed over without being decoded. Thread-safe.
 */
public final class ContextReader {
    private final ContextStore store;

    /** Reads contexts of a store. */
    public ContextReader(ContextStore store) {
        this.store = store;
    }

    /**
     * Reads lines. Reading on from {@link Slice#end} gives what follows, for lines keep their line breaks.
     *
     * @param document the document's name, or null if the context has only one
     * @param firstLine the number of the first line, from 1
     * @param maxLines how many lines at most, at least 1
     * @param maxCharacters how many UTF-16 units at most, at least 1; one more where a single character needs it
     * @throws ContextException if there is no such document or line, or it cannot be read
     * @throws InterruptedException if the thread was interrupted
     */
    public Slice readLines(Context context, @Nullable String document, long firstLine, int maxLines, int maxCharacters)
            throws ContextException, InterruptedException {
        Document found = text(context, document);
        require(firstLine >= 1, "The first line must be at least 1, not " + firstLine + ".");
        require(maxLines >= 1, "The number of lines must be at least 1, not " + maxLines + ".");
        require(maxCharacters >= 1, "The number of characters must be at least 1, not " + maxCharacters + ".");
        require(
                firstLine <= Math.max(1, found.lines()),
                "The document " + found.name() + " has " + found.lines() + " lines, so there is no line " + firstLine
                        + ": start at 1 to " + Math.max(1, found.lines()) + ".");
        return read(context, found, cursor -> cursor.goToLine(firstLine), maxCharacters, maxLines);
    }

    /**
     * Reads characters, never half a surrogate pair: a slice that would start within one starts before it, and one that
     * would end within one ends before it, or after it if it would be empty.
     *
     * @param document the document's name, or null if the context has only one
     * @param offset where to start, in UTF-16 units from 0 to the document's length
     * @param length how many UTF-16 units at most, at least 1
     * @throws ContextException if there is no such document or place, or it cannot be read
     * @throws InterruptedException if the thread was interrupted
     */
    public Slice readCharacters(Context context, @Nullable String document, long offset, int length)
            throws ContextException, InterruptedException {
        Document found = text(context, document);
        require(length >= 1, "The number of characters must be at least 1, not " + length + ".");
        require(
                offset >= 0 && offset <= found.characters(),
                "The document " + found.name() + " has " + found.characters() + " characters, so there is no offset "
                        + offset + ": start at 0 to " + found.characters() + ".");
        return read(context, found, cursor -> cursor.goToCharacter(offset), length, Integer.MAX_VALUE);
    }

    private static Document text(Context context, @Nullable String name) throws ContextException {
        Document found = Documents.find(context, name);
        require(
                !found.isImage(),
                "The document " + found.name() + " is an image (" + found.mediaType()
                        + ") and has no text to read: ask about it with rlm_ask.");
        return found;
    }

    private interface Move {
        void make(Utf8Cursor cursor) throws IOException, InterruptedException;
    }

    private Slice read(Context context, Document document, Move toStart, int maxCharacters, int maxLines)
            throws ContextException, InterruptedException {
        try (ContentHold _ = store.hold(context, List.of(document));
                InputStream in = Files.newInputStream(store.content(context, document))) {
            Utf8Cursor cursor = new Utf8Cursor(in);
            toStart.make(cursor);
            long start = cursor.characters();
            long firstLine = cursor.line();
            String text = cursor.read(maxCharacters, maxLines);
            long end = cursor.characters();
            long lastLine = text.endsWith("\n") ? cursor.line() - 1 : cursor.line();
            return new Slice(document.name(), text, start, end, firstLine, lastLine, end < document.characters());
        } catch (ClosedByInterruptException _) {
            Thread.interrupted();
            throw new InterruptedException();
        } catch (IOException e) {
            throw Documents.unreadable(document, e);
        }
    }

    private static void require(boolean condition, String otherwise) throws ContextException {
        if (!condition) {
            throw new ContextException(otherwise);
        }
    }
}
