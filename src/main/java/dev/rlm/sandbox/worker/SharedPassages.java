package dev.rlm.sandbox.worker;

import dev.rlm.sandbox.worker.ContextText.Span;
import dev.rlm.search.SearchException;
import dev.rlm.search.passages.Found;
import dev.rlm.search.passages.PassageIndex;
import dev.rlm.search.passages.PassageIndexing;
import dev.rlm.search.passages.PassageIndexing.TooLargeException;
import dev.rlm.search.passages.Range;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The passages of a text that REPLs share. They are indexed when somebody first searches; who searches meanwhile waits for
 * it, and where it is interrupted or does not fit into the memory, the next search begins anew. Thread-safe.
 */
final class SharedPassages {
    /** What is left of the free memory for the cells while an index is made: one part of so many. */
    private static final int LEFT = 4;

    private final String text;
    private final List<Span> documents;
    private final ReentrantLock making = new ReentrantLock();
    private volatile @Nullable PassageIndex index;

    /** The passages of the documents of a text, in the order in which they stand there. */
    SharedPassages(String text, List<Span> documents) {
        this.text = text;
        this.documents = documents;
    }

    /**
     * The passages that fit a query best. The ranges of what is found are the positions of the parts.
     *
     * @param parts parts of documents, by their places in the text; what is in no document has no passages
     * @throws SearchException if the query has no words or too many
     * @throws TooLargeException if there is no memory for an index of the text
     * @throws InterruptedException if the thread was interrupted
     */
    Found find(String query, int most, List<Span> parts)
            throws SearchException, TooLargeException, InterruptedException {
        List<Range> ranges = parts.stream().map(this::range).toList();
        return index().find(query, most, ranges, this::part);
    }

    /** Where the document starts in the text of which a part is one. */
    int documentStart(Span part) {
        return documents.get(document(part)).start();
    }

    private Range range(Span part) {
        int document = document(part);
        Span whole = documents.get(document);
        return part.end() <= whole.end() && part.start() >= whole.start()
                ? new Range(document, part.start() - whole.start(), part.end() - whole.start())
                : new Range(document, 0, 0);
    }

    /** The last document that starts at the start of a part or before, or the first. */
    private int document(Span part) {
        int low = 0;
        int high = documents.size() - 1;
        while (low < high) {
            int middle = (low + high + 1) >>> 1;
            if (documents.get(middle).start() <= part.start()) {
                low = middle;
            } else {
                high = middle - 1;
            }
        }
        return low;
    }

    private String part(int document, int start, int end) {
        int from = documents.get(document).start();
        return text.substring(from + start, from + end);
    }

    private PassageIndex index() throws TooLargeException, InterruptedException {
        PassageIndex made = index;
        if (made != null) {
            return made;
        }
        making.lockInterruptibly();
        try {
            made = index;
            if (made == null) {
                made = make();
                index = made;
            }
            return made;
        } finally {
            making.unlock();
        }
    }

    private PassageIndex make() throws TooLargeException, InterruptedException {
        try (PassageIndexing indexing = new PassageIndexing(documents.size() > 1, room())) {
            for (Span document : documents) {
                indexing.document(document.name());
                indexing.add(text, document.start(), document.end());
            }
            return indexing.finish();
        }
    }

    private long room() {
        // An index is seldom larger than the text.
        long wanted = PassageIndexing.LEAST_BYTES + text.length();
        if (free() / LEFT * (LEFT - 1) < wanted) {
            // What no variable holds any more counts as taken until it is collected.
            System.gc();
        }
        return free() / LEFT * (LEFT - 1);
    }

    private static long free() {
        Runtime runtime = Runtime.getRuntime();
        return runtime.maxMemory() - runtime.totalMemory() + runtime.freeMemory();
    }
}
