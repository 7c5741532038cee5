/**
 * Search by words: {@link dev.rlm.search.passages.PassageIndex} cuts documents into passages and tells which of them fit the
 * words of a query best, ranked by BM25. Shared by the server and the sandbox worker, and the only package that knows
 * Lucene. Its index is in memory and has no text; nothing here reads or writes a file.
 */
@NullMarked
package dev.rlm.search.passages;

import org.jspecify.annotations.NullMarked;
