package dev.rlm.search.passages;

import dev.rlm.search.SearchException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.util.List;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.store.Directory;

/**
 * Finds the passages of documents that fit words best, ranked by BM25. Passages have 500 to 1,400 characters, fewer where a
 * document ends; together they are the documents' texts without a gap. The same documents and query always give the same
 * passages in the same order. The index is in memory and keeps no text; {@link PassageIndexing} makes it. Immutable;
 * thread-safe.
 *
 * <p>A query is words in any order, and what is in double quotes must stand in a passage in a row. A passage is found by any
 * of the words, without case and accents, and by the parts of names such as {@code getUserName} and {@code ERR-1042} as by
 * the whole. Rare words count for more than frequent ones.
 */
public final class PassageIndex {
    /** The most passages that one search returns. */
    public static final int MOST_PASSAGES = 1_000;

    static final String FIELD = "words";

    private final PassageTable table;
    private final IndexSearcher searcher;
    private final long bytes;

    PassageIndex(PassageTable table, Directory directory) throws IOException {
        this.table = table;
        this.searcher = new IndexSearcher(DirectoryReader.open(directory));
        searcher.setQueryCache(null);
        this.bytes = table.bytes() + bytes(directory);
    }

    static long bytes(Directory directory) throws IOException {
        long sum = 0;
        for (String file : directory.listAll()) {
            sum += directory.fileLength(file);
        }
        return sum;
    }

    /** About how many bytes of memory it takes. */
    public long bytes() {
        return bytes;
    }

    /** How many passages the documents have. */
    public int passages() {
        return table.count();
    }

    /** How many documents there are. */
    public int documents() {
        return table.documents();
    }

    /** A whole document as range. */
    public Range whole(int document) {
        return new Range(document, 0, table.length(document));
    }

    /**
     * The best passages for a query.
     *
     * @param most how many at most, from 1 to {@link #MOST_PASSAGES}
     * @param within where to search; ranges must not overlap. What they have of a passage that they cut is a passage, with
     *     the score of the whole
     * @param texts the indexed texts, which are asked for next to the ends of ranges that are no whole documents
     * @throws SearchException if the query has no words or too many; the message says what to do
     * @throws InterruptedException if the thread was interrupted
     */
    public Found find(String query, int most, List<Range> within, Texts texts)
            throws SearchException, InterruptedException {
        if (most < 1 || most > MOST_PASSAGES) {
            throw new IllegalArgumentException("1 to " + MOST_PASSAGES + " passages can be found, not " + most + ".");
        }
        PassageQuery parsed = PassageQuery.of(query);
        Selection selection = new Selection(table, within, texts);
        try {
            List<BestPassages.Hit> hits =
                    searcher.search(parsed.in(FIELD), new BestPassages(parsed, selection, most + 1));
            List<Passage> passages = hits.stream()
                    .limit(most)
                    .map(hit -> selection.passage(hit.passage(), hit.score()))
                    .toList();
            return new Found(passages, hits.size() > most);
        } catch (InterruptedIOException _) {
            throw new InterruptedException();
        } catch (IOException e) {
            throw new UncheckedIOException("The index, which is in memory, cannot be read.", e);
        }
    }
}
