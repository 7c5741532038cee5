package dev.rlm.sandbox;

import dev.rlm.sandbox.protocol.Frame;
import java.util.List;

/**
 * A part of the documents of a task's context: from a place in one of them to before a place in another or the same, with
 * all of those between. As a worker tells it, which may lie.
 *
 * @param document the first document, from 0
 * @param start where the part starts in it, in UTF-16 units
 * @param lastDocument the last document
 * @param end where the part ends in that, exclusive
 */
public record ContextPart(int document, int start, int lastDocument, int end) {

    static List<ContextPart> of(List<Frame.Part> parts) {
        return parts.stream()
                .map(part -> new ContextPart(part.document(), part.start(), part.lastDocument(), part.end()))
                .toList();
    }
}
