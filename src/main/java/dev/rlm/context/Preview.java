package dev.rlm.context;

import java.nio.CharBuffer;

/** Keeps the start of the first text that is not empty. Not thread-safe. */
final class Preview {
    private static final int LENGTH = 500;

    private final StringBuilder start = new StringBuilder();
    private boolean ended;

    /** Takes more of a text; leaves the piece's position and limit as they are. */
    void add(CharBuffer piece) {
        if (!ended && start.length() < LENGTH) {
            start.append(piece, 0, Math.min(piece.remaining(), LENGTH - start.length()));
        }
    }

    void endText() {
        ended = !start.isEmpty();
    }

    /** At most 500 UTF-16 units, in which control characters other than tab and line feed are U+FFFD. */
    String text() {
        int end = start.length();
        if (end == LENGTH && Character.isHighSurrogate(start.charAt(end - 1))) {
            end--;
        }
        StringBuilder harmless = new StringBuilder(end);
        String whole = start.substring(0, end).replace("\r\n", "\n");
        whole.codePoints().forEach(c -> harmless.appendCodePoint(isShown(c) ? c : 0xFFFD));
        return harmless.toString();
    }

    private static boolean isShown(int c) {
        boolean surrogate = c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE;
        return c == '\n' || c == '\t' || (!Character.isISOControl(c) && !surrogate);
    }
}
