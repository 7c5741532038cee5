package dev.rlm.context;

import dev.rlm.search.Match;
import dev.rlm.search.Matches;
import dev.rlm.search.Options;
import dev.rlm.search.RegexSearch;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Searches the documents of a context one after the other. Thread-safe.
 *
 * <p>A document of up to 16 MiB is searched whole; a larger one in pieces of about that size, cut behind a line break
 * where there is one. No match and no context line reaches across such a cut. So a search takes at most some 100 MiB of
 * memory, whatever the context's size.
 */
public final class ContextSearch {
    private static final int PIECE = 16 << 20;

    private final ContextStore store;
    private final int pieceBytes;

    /** Searches contexts of a store. */
    public ContextSearch(ContextStore store) {
        this(store, PIECE);
    }

    ContextSearch(ContextStore store, int pieceBytes) {
        this.store = store;
        this.pieceBytes = pieceBytes;
    }

    /**
     * Finds the first matches, in the order of the documents.
     *
     * @param options how many matches in all documents together, and what is reported with each
     * @param documents a pattern for the names of the documents to search, such as {@code *.java} or {@code src/**};
     *     null for all
     * @throws ContextException if the pattern is malformed, no document's name matches it, or one cannot be read
     * @throws InterruptedException if the thread was interrupted
     */
    public ContextMatches search(Context context, RegexSearch search, Options options, @Nullable String documents)
            throws ContextException, InterruptedException {
        List<Document> chosen = DocumentGlob.chosen(context, documents).stream()
                .filter(document -> !document.isImage())
                .toList();
        try (ContentHold _ = store.hold(context, chosen)) {
            return search(context, search, options, chosen);
        }
    }

    private ContextMatches search(Context context, RegexSearch search, Options options, List<Document> chosen)
            throws ContextException, InterruptedException {
        List<ContextMatches.InDocument> found = new ArrayList<>();
        int left = options.maxMatches();
        int searched = 0;
        for (Document document : chosen) {
            if (left == 0) {
                return new ContextMatches(found, searched, true);
            }
            Matches matches = search(
                    context, document, search, new Options(left, options.contextLines(), options.maxLineCharacters()));
            searched++;
            if (!matches.matches().isEmpty()) {
                found.add(new ContextMatches.InDocument(document.name(), matches.matches()));
                left -= matches.matches().size();
            }
            if (matches.truncated()) {
                return new ContextMatches(found, searched, true);
            }
        }
        return new ContextMatches(found, searched, false);
    }

    private Matches search(Context context, Document document, RegexSearch search, Options options)
            throws ContextException, InterruptedException {
        try (InputStream in = Files.newInputStream(store.content(context, document))) {
            DocumentPieces pieces = new DocumentPieces(in, document, pieceBytes);
            List<Match> found = new ArrayList<>();
            long offset = 0;
            long line = 0;
            for (String text = pieces.next(); text != null; text = pieces.next()) {
                int left = options.maxMatches() - found.size();
                if (left == 0) {
                    return new Matches(found, true);
                }
                Matches matches =
                        search.find(text, new Options(left, options.contextLines(), options.maxLineCharacters()));
                for (Match match : matches.matches()) {
                    found.add(moved(match, offset, line));
                }
                if (matches.truncated()) {
                    return new Matches(found, true);
                }
                offset += text.length();
                line += text.chars().filter(c -> c == '\n').count();
            }
            return new Matches(found, false);
        } catch (ClosedByInterruptException _) {
            Thread.interrupted();
            throw new InterruptedException();
        } catch (IOException e) {
            throw Documents.unreadable(document, e);
        }
    }

    private static Match moved(Match match, long offset, long line) {
        return offset == 0
                ? match
                : new Match(
                        match.start() + offset,
                        match.end() + offset,
                        match.line() + line,
                        match.lineText(),
                        match.before(),
                        match.after());
    }
}
