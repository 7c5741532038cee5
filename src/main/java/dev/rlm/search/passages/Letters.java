package dev.rlm.search.passages;

import java.text.Normalizer;
import java.util.Arrays;

/** The characters of a word, of which the first 64 count. Not thread-safe. */
final class Letters {
    static final int MOST = 64;

    private static final int FIRST_MARK = 0x300;
    private static final int LAST_MARK = 0x36F;

    private final char[] chars = new char[MOST];
    private int length;

    /** How many there were, also beyond those that count. */
    private int seen;

    void clear() {
        length = 0;
        seen = 0;
    }

    boolean isEmpty() {
        return seen == 0;
    }

    /** Whether all count. */
    boolean isWhole() {
        return seen <= MOST;
    }

    int length() {
        return length;
    }

    char[] chars() {
        return chars;
    }

    void append(char c) {
        seen++;
        if (length < MOST) {
            chars[length++] = c;
        }
    }

    void append(int codePoint) {
        if (Character.isBmpCodePoint(codePoint)) {
            append((char) codePoint);
        } else if (length + 1 < MOST) {
            append(Character.highSurrogate(codePoint));
            append(Character.lowSurrogate(codePoint));
        } else {
            seen = MOST + 1;
        }
    }

    void append(Letters more) {
        int taken = Math.min(more.length, MOST - length);
        System.arraycopy(more.chars, 0, chars, length, taken);
        length += taken;
        seen += more.seen;
    }

    void set(Letters other) {
        clear();
        append(other);
    }

    /** Without accents and ligatures: what people leave out when they type. */
    void fold() {
        String whole = Normalizer.normalize(new String(chars, 0, length), Normalizer.Form.NFKD);
        clear();
        for (int i = 0; i < whole.length(); i++) {
            char c = whole.charAt(i);
            switch (c) {
                case 'ß' -> append("ss");
                case 'æ' -> append("ae");
                case 'œ' -> append("oe");
                case 'ø' -> append('o');
                case 'ł' -> append('l');
                case 'đ' -> append('d');
                case 'ς' -> append('σ');
                default -> {
                    if (c < FIRST_MARK || c > LAST_MARK) {
                        append(c);
                    }
                }
            }
        }
    }

    private void append(String text) {
        for (int i = 0; i < text.length(); i++) {
            append(text.charAt(i));
        }
    }

    /** An English plural as its singular, by its last letters alone, as Harman's "S stemmer" does it. */
    void singular() {
        if (length < 3 || chars[length - 1] != 's') {
            return;
        }
        char before = chars[length - 2];
        if (before == 's' || before == 'u') {
            return;
        }
        if (before != 'e') {
            length--;
        } else if (length > 4 && chars[length - 3] == 'i') {
            length -= 2;
            chars[length - 1] = 'y';
        } else {
            length -= length > 4 && hissesBeforeEnding() ? 2 : 1;
        }
    }

    /** Whether the plural of what ends so has an e of its own: classes, boxes, crashes, matches, branches. */
    private boolean hissesBeforeEnding() {
        char last = chars[length - 3];
        char beforeLast = chars[length - 4];
        return switch (last) {
            case 'x' -> true;
            case 's' -> beforeLast == 's';
            case 'h' -> beforeLast == 's' || (beforeLast == 'c' && length > 5 && "tnr".indexOf(chars[length - 5]) >= 0);
            default -> false;
        };
    }

    @Override
    public String toString() {
        return new String(Arrays.copyOf(chars, length));
    }
}
