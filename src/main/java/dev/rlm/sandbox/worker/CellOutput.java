package dev.rlm.sandbox.worker;

import dev.rlm.sandbox.protocol.Frame;
import java.util.Locale;

/**
 * What a cell prints: its head and its tail, however much there is in between. Control characters other than line feed
 * and tab become visible characters, and characters that turn the direction of text or are invisible become escapes such
 * as <code>&#92;u202e</code>: no output can steer a terminal, or hold what a reader does not see. Thread-safe.
 */
final class CellOutput {
    private static final int ZERO_WIDTH_NON_JOINER = 0x200c;
    private static final int ZERO_WIDTH_JOINER = 0x200d;

    /** More than can be printed in years; the sum of many such counts is still a number. */
    private static final long MOST_SKIPPED = 1L << 50;

    private final int half;
    private final StringBuilder head = new StringBuilder();
    private final StringBuilder tail = new StringBuilder();
    private long characters;

    CellOutput(int limit) {
        this.half = Math.max(1, limit / 2);
    }

    synchronized void write(String text) {
        int headBefore = head.length();
        int from = 0;
        while (from < text.length() && head.length() < half) {
            from += appendVisible(head, text, from);
        }
        // Only the last part can stay in the tail, so the rest is never copied.
        int next = Math.max(from, text.length() - half);
        if (next > from && Character.isSurrogatePair(text.charAt(next - 1), text.charAt(next))) {
            next++;
        }
        int tailBefore = tail.length();
        characters += head.length() - headBefore + next - from;
        while (next < text.length()) {
            next += appendVisible(tail, text, next);
        }
        characters += tail.length() - tailBefore;
        if (tail.length() > 2 * half) {
            tail.delete(0, tail.length() - half);
        }
    }

    /** Counts characters that were printed but are in the cut anyway. */
    synchronized void skip(long count) {
        characters += Math.clamp(count, 0, MOST_SKIPPED);
    }

    /** A text with what this output would show in its place. */
    static String visible(String text) {
        StringBuilder visible = new StringBuilder(text.length());
        for (int at = 0; at < text.length(); ) {
            at += appendVisible(visible, text, at);
        }
        return visible.toString();
    }

    synchronized Frame.Output soFar() {
        long cut = characters - head.length() - Math.min(tail.length(), half);
        if (cut <= 0) {
            return new Frame.Output(head.toString() + tail, characters);
        }
        int start = Math.max(0, tail.length() - half);
        if (start < tail.length() && Character.isLowSurrogate(tail.charAt(start))) {
            start++;
        }
        String note = String.format(Locale.ROOT, "\n... [%,d characters left out] ...\n", cut);
        return new Frame.Output(head + note + tail.substring(start), characters);
    }

    /** Appends the character at a place as a visible one, and returns how many units of the text it took. */
    private static int appendVisible(StringBuilder to, String text, int at) {
        char c = text.charAt(at);
        if ((c >= ' ' && c < '\u007f') || c == '\n' || c == '\t') {
            to.append(c);
            return 1;
        }
        if (c < ' ') {
            to.append((char) ('\u2400' + c));
            return 1;
        }
        int codePoint = text.codePointAt(at);
        if (c < '\u00a0') {
            to.append(c == '\u007f' ? '\u2421' : '\ufffd');
        } else if (deceives(codePoint)) {
            to.append(String.format(Locale.ROOT, codePoint > 0xffff ? "\\U%08x" : "\\u%04x", codePoint));
        } else {
            to.appendCodePoint(codePoint);
        }
        return Character.charCount(codePoint);
    }

    /** Whether a reader does not see the character. Joiners pass: many scripts, and emoji, are not right without them. */
    private static boolean deceives(int codePoint) {
        return switch (Character.getType(codePoint)) {
            case Character.FORMAT -> codePoint != ZERO_WIDTH_NON_JOINER && codePoint != ZERO_WIDTH_JOINER;
            case Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR, Character.SURROGATE -> true;
            default -> false;
        };
    }
}
