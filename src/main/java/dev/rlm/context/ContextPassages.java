package dev.rlm.context;

import java.util.List;

/**
 * The passages of a context that fit words best.
 *
 * @param passages the best first
 * @param truncated whether more passages have one of the words
 */
public record ContextPassages(List<InDocument> passages, boolean truncated) {

    public ContextPassages {
        passages = List.copyOf(passages);
    }

    /**
     * A passage.
     *
     * @param document the document's name
     * @param line the number of the line where it starts, from 1
     * @param start where it starts in the document, in UTF-16 units
     * @param text the passage
     * @param score how well it fits, above 0; to compare with others of the same search
     */
    public record InDocument(String document, int line, int start, String text, float score) {}
}
