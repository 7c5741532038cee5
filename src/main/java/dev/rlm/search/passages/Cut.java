package dev.rlm.search.passages;

/** Where a text is cut into passages: behind paragraphs, lines, sentences or words, whichever there are. */
final class Cut {
    /** Passages have at most so many UTF-16 units, and all but the last of a text more than {@link #LEAST}. */
    static final int MOST = 1_400;

    static final int LEAST = 500;

    /** Sentences and words end so near to the end that passages are no shorter than they need be. */
    private static final int USUAL = 1_000;

    private Cut() {}

    /** Where the passage that starts at a place ends, within the text's end. */
    static int end(String text, int start, int to) {
        if (to - start <= MOST) {
            return to;
        }
        int line = -1;
        int sentence = -1;
        int word = -1;
        for (int end = start + MOST; end > start + LEAST; end--) {
            char last = text.charAt(end - 1);
            if (last == '\n') {
                if (isBlankBefore(text, end - 1)) {
                    return end;
                }
                line = line < 0 ? end : line;
            } else if (line < 0 && end > start + USUAL) {
                if (word < 0 && (last == ' ' || last == '\t')) {
                    word = end;
                }
                if (sentence < 0 && endsSentence(text, end, last)) {
                    sentence = end;
                }
            }
        }
        if (line > 0) {
            return line;
        }
        if (sentence > 0) {
            return sentence;
        }
        return word > 0 ? word : notWithinPair(text, start + MOST);
    }

    /** Whether the line break at a place ends an empty line. */
    private static boolean isBlankBefore(String text, int lineBreak) {
        char before = text.charAt(lineBreak - 1);
        return before == '\n' || (before == '\r' && text.charAt(lineBreak - 2) == '\n');
    }

    private static boolean endsSentence(String text, int end, char last) {
        return last == '。' || last == '！' || last == '？' || (last == ' ' && ".!?".indexOf(text.charAt(end - 2)) >= 0);
    }

    private static int notWithinPair(String text, int end) {
        return Character.isLowSurrogate(text.charAt(end)) && Character.isHighSurrogate(text.charAt(end - 1))
                ? end - 1
                : end;
    }
}
