package dev.rlm.search.passages;

/**
 * A part of a document in which passages are searched for.
 *
 * @param document the position of the document
 * @param start where the part starts in it, in UTF-16 units
 * @param end where it ends, exclusive
 */
public record Range(int document, int start, int end) {}
