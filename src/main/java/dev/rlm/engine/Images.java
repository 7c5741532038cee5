package dev.rlm.engine;

import dev.rlm.model.Image;
import java.util.Optional;

/** The images of a task's context. Thread-safe. */
@FunctionalInterface
public interface Images {

    /** There are none. */
    Images NONE = _ -> Optional.empty();

    /** The image that a document is, by the document's number in the task's context, from 0; empty if it is none. */
    Optional<Image> of(int document);
}
