package dev.rlm.context;

import java.nio.CharBuffer;

/**
 * Counts the tokens of the texts of one context as they go by: the first 256 Ki characters exactly, of the rest a sample
 * of evenly spaced windows of 2,048 characters, one for every 32 Ki characters at first and one for every thousandth of
 * what went by later on. So 100 MB take some two thousand windows. The error is that of sampling: below 2 % for texts
 * of one kind, more for a few documents of very different kinds. The same texts give the same number. Not thread-safe.
 */
final class TokenCount {
    private static final int EXACT = 1 << 18;
    private static final int WINDOW = 1 << 11;
    private static final int LEAST_STRIDE = 1 << 15;
    private static final int STRIDES = 1_000;

    private final Tokenizer tokenizer;
    private final StringBuilder pending = new StringBuilder();
    private double tokens;
    private long characters;
    private long stride = LEAST_STRIDE;
    private long seenOfStride;

    TokenCount(Tokenizer tokenizer) {
        this.tokenizer = tokenizer;
    }

    /** Takes more of a text; leaves the piece's position and limit as they are. */
    void add(CharBuffer piece) {
        int from = 0;
        while (from < piece.remaining()) {
            int length = characters < EXACT ? takeExactly(piece, from) : sample(piece, from);
            from += length;
            characters += length;
        }
    }

    /** Ends a text, so that no token reaches from it into the next one. */
    void endText() {
        if (characters <= EXACT) {
            countPending(1);
        }
    }

    /** About how many tokens went by; ends the count. */
    long total() {
        endStride();
        return Math.round(tokens);
    }

    private int takeExactly(CharBuffer piece, int from) {
        int length = (int) Math.min(piece.remaining() - from, EXACT - characters);
        pending.append(piece, from, from + length);
        if (characters + length == EXACT) {
            countPending(1);
        }
        return length;
    }

    private int sample(CharBuffer piece, int from) {
        int length = (int) Math.min(piece.remaining() - from, stride - seenOfStride);
        int wanted = Math.min(length, WINDOW - pending.length());
        pending.append(piece, from, from + wanted);
        seenOfStride += length;
        if (seenOfStride == stride) {
            endStride();
            stride = Math.max(LEAST_STRIDE, characters / STRIDES);
        }
        return length;
    }

    private void endStride() {
        if (!pending.isEmpty()) {
            countPending(Math.max(1.0, (double) seenOfStride / pending.length()));
        }
        seenOfStride = 0;
    }

    private void countPending(double weight) {
        tokens += tokenizer.count(pending.toString()) * weight;
        pending.setLength(0);
    }
}
