package dev.rlm.context;

import dev.rlm.search.Match;
import java.util.List;

/**
 * What a search in a context found.
 *
 * @param documents the documents with matches, in the context's order
 * @param searched how many documents were searched
 * @param truncated whether there may be more matches than these
 */
public record ContextMatches(List<InDocument> documents, int searched, boolean truncated) {

    public ContextMatches {
        documents = List.copyOf(documents);
    }

    /**
     * The matches in one document.
     *
     * @param document its name
     * @param matches at least one; offsets and lines are those of the document
     */
    public record InDocument(String document, List<Match> matches) {

        public InDocument {
            matches = List.copyOf(matches);
        }
    }
}
