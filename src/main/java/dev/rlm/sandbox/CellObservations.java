package dev.rlm.sandbox;

import dev.rlm.sandbox.protocol.Frame;
import dev.rlm.sandbox.protocol.VisibleText;
import java.util.List;

/**
 * What a cell has brought to light of the task's context. As a worker tells it, which may lie.
 *
 * @param shown what its output holds, found by content
 * @param scanned what {@code grep} and {@code search} went through
 * @param citations what the code cited
 */
public record CellObservations(List<ContextPart> shown, List<ContextPart> scanned, List<Citation> citations) {

    public CellObservations {
        shown = List.copyOf(shown);
        scanned = List.copyOf(scanned);
        citations = List.copyOf(citations);
    }

    /**
     * A passage that stands in a document of the task.
     *
     * @param document the document's name
     * @param line the passage's first line, from 1
     * @param lastLine its last line
     * @param quote its text, at most 2,000 characters
     * @param cut whether it goes on after the quote
     */
    public record Citation(String document, long line, long lastLine, String quote, boolean cut) {}

    static CellObservations of(Frame.CellObserved observed) {
        return new CellObservations(
                ContextPart.of(observed.shown()),
                ContextPart.of(observed.scanned()),
                observed.citations().stream()
                        .map(cited -> new Citation(
                                VisibleText.of(cited.document()),
                                cited.line(),
                                cited.lastLine(),
                                VisibleText.of(cited.quote()),
                                cited.cut()))
                        .toList());
    }
}
