package dev.rlm.context;

import dev.rlm.search.SearchException;
import dev.rlm.search.passages.Found;
import dev.rlm.search.passages.Passage;
import dev.rlm.search.passages.PassageIndex;
import dev.rlm.search.passages.PassageIndexing;
import dev.rlm.search.passages.PassageIndexing.TooLargeException;
import dev.rlm.search.passages.Range;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** A context with an index of its passages, whose texts are read from the store. Immutable; thread-safe. */
final class IndexedContext {
    /** No passage crosses from one such piece into another, and a passage is found by reading its piece. */
    private static final int PIECE_BYTES = 1 << 20;

    private final ContextStore store;
    private final Context context;
    private final PassageIndex index;
    private final List<Pieces> pieces;

    /** Where the pieces of a document start, in UTF-16 units and in bytes, and where the last one ends. */
    private static final class Pieces {
        final int[] characters;
        final long[] bytes;

        Pieces(List<Integer> characters, List<Long> bytes) {
            this.characters = characters.stream().mapToInt(Integer::intValue).toArray();
            this.bytes = bytes.stream().mapToLong(Long::longValue).toArray();
        }

        int at(int character) {
            int found = Arrays.binarySearch(characters, character);
            return found >= 0 ? found : -found - 2;
        }
    }

    private IndexedContext(ContextStore store, Context context, PassageIndex index, List<Pieces> pieces) {
        this.store = store;
        this.context = context;
        this.index = index;
        this.pieces = List.copyOf(pieces);
    }

    /**
     * Indexes a context.
     *
     * @throws TooLargeException if that takes more memory than it may
     * @throws ContextException if a document cannot be read
     * @throws InterruptedException if the thread was interrupted
     */
    static IndexedContext of(ContextStore store, Context context, long mostBytes)
            throws TooLargeException, ContextException, InterruptedException {
        List<Document> documents = context.documents();
        List<Document> texts =
                documents.stream().filter(document -> !document.isImage()).toList();
        List<Pieces> pieces = new ArrayList<>();
        try (ContentHold _ = store.hold(context, texts);
                PassageIndexing indexing = new PassageIndexing(documents.size() > 1, mostBytes)) {
            for (Document document : documents) {
                indexing.document(document.name());
                pieces.add(index(store, context, document, indexing));
            }
            return new IndexedContext(store, context, indexing.finish(), pieces);
        }
    }

    private static Pieces index(ContextStore store, Context context, Document document, PassageIndexing indexing)
            throws TooLargeException, ContextException, InterruptedException {
        List<Integer> characters = new ArrayList<>(List.of(0));
        List<Long> bytes = new ArrayList<>(List.of(0L));
        if (document.isImage()) {
            return new Pieces(characters, bytes);
        }
        try (InputStream in = Files.newInputStream(store.content(context, document))) {
            DocumentPieces all = new DocumentPieces(in, document, PIECE_BYTES);
            for (String piece = all.next(); piece != null; piece = all.next()) {
                indexing.add(piece, 0, piece.length());
                characters.add(Math.addExact(characters.getLast(), piece.length()));
                bytes.add(bytes.getLast() + all.bytes());
            }
        } catch (ClosedByInterruptException _) {
            Thread.interrupted();
            throw new InterruptedException();
        } catch (IOException e) {
            throw Documents.unreadable(document, e);
        }
        return new Pieces(characters, bytes);
    }

    /** About how many bytes of memory it takes. */
    long bytes() {
        return index.bytes();
    }

    /** The passages of some of the context's documents that fit a query best. */
    ContextPassages find(String query, int most, List<Document> chosen)
            throws SearchException, ContextException, InterruptedException {
        List<Range> ranges = new ArrayList<>();
        Set<Document> wanted = new LinkedHashSet<>(chosen);
        for (int i = 0; i < context.documents().size(); i++) {
            if (wanted.contains(context.documents().get(i))) {
                ranges.add(index.whole(i));
            }
        }
        Found found = index.find(query, most, ranges, (_, _, _) -> {
            throw new IllegalStateException("Whole documents cut no passages.");
        });
        List<Document> read = found.passages().stream()
                .map(passage -> document(ranges, passage))
                .distinct()
                .toList();
        List<ContextPassages.InDocument> passages = new ArrayList<>();
        try (ContentHold _ = store.hold(context, read)) {
            for (Passage passage : found.passages()) {
                Document document = document(ranges, passage);
                int position = ranges.get(passage.range()).document();
                passages.add(new ContextPassages.InDocument(
                        document.name(),
                        passage.line(),
                        passage.start(),
                        text(document, pieces.get(position), passage),
                        passage.score()));
            }
        }
        return new ContextPassages(passages, found.truncated());
    }

    private Document document(List<Range> ranges, Passage passage) {
        return context.documents().get(ranges.get(passage.range()).document());
    }

    private String text(Document document, Pieces itsPieces, Passage passage)
            throws ContextException, InterruptedException {
        int piece = itsPieces.at(passage.start());
        long from = itsPieces.bytes[piece];
        ByteBuffer bytes = ByteBuffer.allocate((int) (itsPieces.bytes[piece + 1] - from));
        try (SeekableByteChannel file = Files.newByteChannel(store.content(context, document))) {
            file.position(from);
            while (bytes.hasRemaining()) {
                if (file.read(bytes) < 0) {
                    throw new IOException("the file is shorter than it was");
                }
            }
        } catch (ClosedByInterruptException _) {
            Thread.interrupted();
            throw new InterruptedException();
        } catch (IOException e) {
            throw Documents.unreadable(document, e);
        }
        int start = itsPieces.characters[piece];
        return new String(bytes.array(), StandardCharsets.UTF_8)
                .substring(passage.start() - start, passage.end() - start);
    }
}
