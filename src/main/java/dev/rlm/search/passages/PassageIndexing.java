package dev.rlm.search.passages;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.apache.lucene.document.Field;
import org.apache.lucene.document.FieldType;
import org.apache.lucene.index.IndexOptions;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.NoMergePolicy;
import org.apache.lucene.index.SerialMergeScheduler;
import org.apache.lucene.store.ByteBuffersDirectory;

/**
 * Makes an index of documents, which come one after the other, each in one or more pieces. Not thread-safe; of no use after
 * a failure.
 */
public final class PassageIndexing implements AutoCloseable {
    /** With less memory than this nothing is indexed. */
    public static final long LEAST_BYTES = 48L << 20;

    private static final Logger LUCENE = Logger.getLogger("org.apache.lucene");
    private static final int BUFFER_MEBIBYTES = 16;
    private static final int BETWEEN_CHECKS = 1 << 10;

    private final long mostBytes;
    private final boolean namesCount;
    private final PassageTable table = new PassageTable();
    private final ByteBuffersDirectory directory = new ByteBuffersDirectory();
    private final IndexWriter writer;
    private final WordStream words = new WordStream();
    private final List<Field> fields = List.of(new Field(PassageIndex.FIELD, words, type()));
    private String name = "";
    private int line = 1;

    /** The index would take more memory than it may. */
    public static final class TooLargeException extends Exception {
        TooLargeException() {
            super("The index takes more memory than it may.");
        }
    }

    /**
     * An index without documents.
     *
     * @param namesCount whether a document's name belongs to the words of each of its passages
     * @param mostBytes how much memory the index, and making it, may take
     * @throws TooLargeException if that is less than {@link #LEAST_BYTES}
     */
    public PassageIndexing(boolean namesCount, long mostBytes) throws TooLargeException {
        if (mostBytes < LEAST_BYTES) {
            throw new TooLargeException();
        }
        this.namesCount = namesCount;
        this.mostBytes = mostBytes;
        // It warns that it would be faster with modules that are no part of Java yet.
        LUCENE.setLevel(Level.SEVERE);
        try {
            writer = new IndexWriter(
                    directory,
                    new IndexWriterConfig()
                            // In their order, so that a document of the index has the number of its passage.
                            .setMergePolicy(NoMergePolicy.INSTANCE)
                            .setMergeScheduler(new SerialMergeScheduler())
                            .setRAMBufferSizeMB(BUFFER_MEBIBYTES)
                            .setUseCompoundFile(false)
                            .setCommitOnClose(true));
        } catch (IOException e) {
            throw failure(e);
        }
    }

    private static FieldType type() {
        FieldType type = new FieldType();
        type.setTokenized(true);
        type.setIndexOptions(IndexOptions.DOCS_AND_FREQS_AND_POSITIONS);
        type.freeze();
        return type;
    }

    /** Begins the next document, to which the pieces that follow belong. */
    public void document(String documentName) {
        table.addDocument();
        name = documentName;
        line = 1;
    }

    /**
     * Adds the next piece of the document's text. No passage crosses from one piece into another, and no phrase is found
     * there.
     *
     * @throws ArithmeticException if the document has more than 2^31 characters, or all have that many passages
     * @throws TooLargeException if the index would take more memory than it may
     * @throws InterruptedException if the thread was interrupted
     */
    public void add(String text, int from, int to) throws TooLargeException, InterruptedException {
        for (int start = from; start < to; ) {
            int end = Cut.end(text, start, to);
            words.read(text, start, end, namesCount ? name : "");
            table.add(end - start, line);
            try {
                writer.addDocument(fields);
            } catch (IOException e) {
                throw failure(e);
            }
            line += Lines.breaks(text, start, end);
            start = end;
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
            if (table.count() % BETWEEN_CHECKS == 0) {
                requireRoom();
            }
        }
    }

    private void requireRoom() throws TooLargeException {
        try {
            long taken = PassageIndex.bytes(directory) + writer.ramBytesUsed() + table.bytes();
            // What is in the writer's buffer is written once more.
            if (taken + ((long) BUFFER_MEBIBYTES << 20) > mostBytes) {
                throw new TooLargeException();
            }
        } catch (IOException e) {
            throw failure(e);
        }
    }

    /**
     * The index of all that was added. Nothing can be added any more.
     *
     * @throws TooLargeException if it takes more memory than it may
     */
    public PassageIndex finish() throws TooLargeException {
        requireRoom();
        try {
            writer.close();
            return new PassageIndex(table, directory);
        } catch (IOException e) {
            throw failure(e);
        }
    }

    /** Frees what an index took that was not finished. */
    @Override
    public void close() {
        try {
            writer.rollback();
        } catch (IOException e) {
            throw failure(e);
        }
    }

    private static UncheckedIOException failure(IOException e) {
        return new UncheckedIOException("The index, which is in memory, cannot be written.", e);
    }
}
