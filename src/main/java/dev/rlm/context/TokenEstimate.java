package dev.rlm.context;

import java.nio.CharBuffer;

/**
 * Estimates how many tokens models will read, with the vocabulary cl100k_base; models with other vocabularies come
 * within about a fifth of it. Long texts are sampled, so that the time it takes grows slowly. Thread-safe.
 */
public final class TokenEstimate {
    private static final Tokenizer TOKENIZER = new Tokenizer();

    private TokenEstimate() {}

    /** About how many tokens a text has; 0 for an empty one. */
    public static long of(String text) {
        TokenCount count = new TokenCount(TOKENIZER);
        count.add(CharBuffer.wrap(text));
        count.endText();
        return count.total();
    }
}
