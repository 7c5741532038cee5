package dev.rlm.search.passages;

/**
 * A passage that was found.
 *
 * @param range the position of the range that it is in
 * @param start where it starts in its document, in UTF-16 units
 * @param end where it ends, exclusive
 * @param line the number of its first line, from 1 where the range starts
 * @param score how well it fits, above 0: its BM25 among all passages of the index
 */
public record Passage(int range, int start, int end, int line, float score) {}
