package dev.rlm.context;

import java.time.Instant;
import java.util.List;

/**
 * An input that questions are asked about: documents in a fixed order. Immutable.
 *
 * @param id unguessable, {@code ctx_} and 26 letters and digits
 * @param owner who loaded it; {@link #LOCAL} where callers are not told apart
 * @param name what its owner calls it
 * @param created when it was loaded
 * @param documents its documents, at least one
 * @param characters the documents' lengths added up, in UTF-16 units
 * @param tokens about how many tokens it has for a language model
 * @param preview the start of the first document, at most 500 characters
 * @param skipped what loading left out and why, one sentence each, at most 100 and then a sentence that counts the rest
 */
public record Context(
        String id,
        String owner,
        String name,
        Instant created,
        List<Document> documents,
        long characters,
        long tokens,
        String preview,
        List<String> skipped) {

    /** Who owns everything where callers are not told apart, and what was loaded before they were. */
    public static final String LOCAL = "local";

    public Context {
        documents = List.copyOf(documents);
        skipped = List.copyOf(skipped);
    }

    /** The sizes of its documents added up, in bytes of UTF-8. */
    public long bytes() {
        return documents.stream().mapToLong(Document::bytes).sum();
    }
}
