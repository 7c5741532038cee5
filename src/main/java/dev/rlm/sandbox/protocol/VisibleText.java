package dev.rlm.sandbox.protocol;

/**
 * Text of a worker made safe to show: characters that steer terminals, browsers or readers instead of being seen become
 * visible ones. Line feeds and tabs stay, and so do the joiners that scripts and emoji need.
 */
public final class VisibleText {
    private static final char REPLACEMENT = '\ufffd';

    private VisibleText() {}

    /** The text with every steering character replaced. The same object if there was none. */
    public static String of(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (steers(text, i)) {
                return replaced(text, i);
            }
        }
        return text;
    }

    /** The character to show in the place of this one, which may be half of a pair: the same unless it steers. */
    public static char of(char c) {
        if (c == '\n' || c == '\t') {
            return c;
        }
        if (c < ' ') {
            return (char) ('\u2400' + c);
        }
        if (c == '\u007f') {
            return '\u2421';
        }
        return isSteering(c) ? REPLACEMENT : c;
    }

    private static String replaced(String text, int from) {
        StringBuilder visible = new StringBuilder(text.length()).append(text, 0, from);
        for (int i = from; i < text.length(); i++) {
            boolean tag = isTag(text, i);
            visible.append(tag || isLone(text, i) ? REPLACEMENT : of(text.charAt(i)));
            if (tag) {
                i++;
            }
        }
        return visible.toString();
    }

    private static boolean steers(String text, int i) {
        char c = text.charAt(i);
        return of(c) != c || isTag(text, i) || isLone(text, i);
    }

    private static boolean isSteering(char c) {
        // C1 controls; marks, embeddings, overrides and isolates of bidirectional text; invisible spaces and operators;
        // line ends that only some readers see; annotations.
        return (c >= '\u0080' && c < '\u00a0')
                || c == '\u061c'
                || c == '\u180e'
                || c == '\u200b'
                || c == '\u200e'
                || c == '\u200f'
                || (c >= '\u2028' && c <= '\u202e')
                || (c >= '\u2060' && c <= '\u206f')
                || c == '\ufeff'
                || (c >= '\ufff9' && c <= '\ufffb');
    }

    /** Tags (U+E0000 to U+E007F) are invisible copies of ASCII. */
    private static boolean isTag(String text, int i) {
        return text.charAt(i) == '\udb40'
                && i + 1 < text.length()
                && text.charAt(i + 1) >= '\udc00'
                && text.charAt(i + 1) <= '\udc7f';
    }

    private static boolean isLone(String text, int i) {
        char c = text.charAt(i);
        if (Character.isHighSurrogate(c)) {
            return i + 1 == text.length() || !Character.isLowSurrogate(text.charAt(i + 1));
        }
        return Character.isLowSurrogate(c) && (i == 0 || !Character.isHighSurrogate(text.charAt(i - 1)));
    }
}
