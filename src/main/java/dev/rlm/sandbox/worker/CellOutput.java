package dev.rlm.sandbox.worker;

import dev.rlm.sandbox.protocol.Frame;
import dev.rlm.sandbox.protocol.VisibleText;
import java.util.Locale;

/**
 * What a cell prints: its head and its tail, however much there is in between. Characters
 * that would steer a terminal become visible ones. Thread-safe.
 */
final class CellOutput {
    private final int half;
    private final StringBuilder head = new StringBuilder();
    private final StringBuilder tail = new StringBuilder();
    private long characters;

    CellOutput(int limit) {
        this.half = Math.max(1, limit / 2);
    }

    synchronized void write(String text) {
        characters += text.length();
        int from = 0;
        if (head.length() < half) {
            from = Math.min(text.length(), half - head.length());
            appendVisible(head, text, 0, from);
        }
        // Only the last part can stay in the tail, so the rest is never copied.
        appendVisible(tail, text, Math.max(from, text.length() - half), text.length());
        if (tail.length() > 2 * half) {
            tail.delete(0, tail.length() - half);
        }
    }

    /** Counts characters that were printed but are in the cut anyway. */
    synchronized void skip(long count) {
        characters += count;
    }

    synchronized Frame.Output soFar() {
        long cut = characters - head.length() - Math.min(tail.length(), half);
        if (cut <= 0) {
            return new Frame.Output(head.toString() + tail, characters);
        }
        int end = head.length();
        if (end > 0 && Character.isHighSurrogate(head.charAt(end - 1))) {
            end--;
        }
        int start = Math.max(0, tail.length() - half);
        if (start < tail.length() && Character.isLowSurrogate(tail.charAt(start))) {
            start++;
        }
        String note = String.format(Locale.ROOT, "\n... [%,d characters left out] ...\n", cut);
        return new Frame.Output(head.substring(0, end) + note + tail.substring(start), characters);
    }

    private static void appendVisible(StringBuilder to, String text, int from, int end) {
        for (int i = from; i < end; i++) {
            to.append(VisibleText.of(text.charAt(i)));
        }
    }
}
