package dev.rlm.search.passages;

/** The texts that were indexed, of which the index keeps none. */
@FunctionalInterface
public interface Texts {

    /** A part of a document, in UTF-16 units. */
    String part(int document, int start, int end);
}
