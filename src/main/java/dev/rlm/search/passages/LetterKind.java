package dev.rlm.search.passages;

/** What a character is to a reader of words. */
enum LetterKind {
    /** No part of a word. */
    NONE,
    /** A letter of a script that has spaces between words. */
    LETTER,
    DIGIT,
    /** Of a script without spaces between words, such as Chinese or Thai, or of Korean, whose words take endings. */
    UNSPACED,
    /** An emoji: a word of its own. */
    SYMBOL,
    /** Belongs to the character before it. */
    MARK,
    /** Such as a joiner: passed over within a word. */
    INVISIBLE;

    private static final int FIRST_UNSPACED = 0x0E00;

    /** From and to, of the blocks of these scripts. */
    private static final int[] UNSPACED_BLOCKS = {
        0x0E00,
        0x0FFF, // Thai, Lao, Tibetan
        0x1000,
        0x109F, // Myanmar
        0x1100,
        0x11FF, // Hangul
        0x1780,
        0x17FF, // Khmer
        0x2E80,
        0x2FDF, // radicals
        0x3005,
        0x3007,
        0x3040,
        0x318F,
        0x31A0,
        0x31BF,
        0x31F0,
        0x31FF, // Kana, Bopomofo, Hangul
        0x3400,
        0x4DBF,
        0x4E00,
        0x9FFF, // Han
        0xA960,
        0xA97F,
        0xAC00,
        0xD7FF, // Hangul
        0xF900,
        0xFAFF, // Han
        0xFF66,
        0xFFDC, // half-width Kana and Hangul
        0x1AFF0,
        0x1B16F, // Kana
        0x20000,
        0x3FFFF // Han
    };

    static LetterKind of(int codePoint) {
        if (codePoint < 0x80) {
            return ofAscii(codePoint);
        }
        return switch (Character.getType(codePoint)) {
            case Character.UPPERCASE_LETTER, Character.LOWERCASE_LETTER, Character.TITLECASE_LETTER -> LETTER;
            case Character.OTHER_LETTER, Character.MODIFIER_LETTER, Character.LETTER_NUMBER ->
                isUnspaced(codePoint) ? UNSPACED : LETTER;
            case Character.NON_SPACING_MARK, Character.COMBINING_SPACING_MARK, Character.ENCLOSING_MARK ->
                isUnspaced(codePoint) ? UNSPACED : MARK;
            case Character.DECIMAL_DIGIT_NUMBER, Character.OTHER_NUMBER -> DIGIT;
            case Character.FORMAT -> INVISIBLE;
            case Character.OTHER_SYMBOL -> Character.isExtendedPictographic(codePoint) ? SYMBOL : NONE;
            default -> NONE;
        };
    }

    private static LetterKind ofAscii(int c) {
        if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')) {
            return LETTER;
        }
        return c >= '0' && c <= '9' ? DIGIT : NONE;
    }

    private static boolean isUnspaced(int codePoint) {
        if (codePoint < FIRST_UNSPACED) {
            return false;
        }
        for (int i = 0; i < UNSPACED_BLOCKS.length; i += 2) {
            if (codePoint <= UNSPACED_BLOCKS[i + 1]) {
                return codePoint >= UNSPACED_BLOCKS[i];
            }
        }
        return false;
    }

    /** Whether the letter may have an accent that people leave out, or another form that they type instead. */
    static boolean hasPlainForm(int codePoint) {
        return codePoint >= 0xAA
                && (codePoint <= 0x24F
                        || (codePoint >= 0x300 && codePoint <= 0x3FF)
                        || (codePoint >= 0x1E00 && codePoint <= 0x1FFF)
                        || (codePoint >= 0xFB00 && codePoint <= 0xFB06)
                        || (codePoint >= 0xFF21 && codePoint <= 0xFF5A));
    }
}
