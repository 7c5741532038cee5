package dev.rlm.eval;

import java.text.Normalizer;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** What an answer may say: all of it, or what stands in it behind a label or within quotes and the like. */
final class Readings {

    /** White space before or behind an answer, and what answers are often wrapped in. */
    private static final String OPENING = "\"'“”‘’`*([{";

    private static final String CLOSING = "\"'“”‘’`*)]}";

    /** The labels are those that the questions of OOLONG ask for. */
    private static final Pattern LABELLED = Pattern.compile(
            "(?:the\\s+)?(?:(?:final|correct)\\s+)?(?:answer|label|user|date)(?:\\s+is\\b\\s*:?|\\s*:)\\s*+(.+)",
            Pattern.CASE_INSENSITIVE);

    private static final Pattern WHITE_SPACE = Pattern.compile("\\s+", Pattern.UNICODE_CHARACTER_CLASS);

    private Readings() {}

    /**
     * The readings of an answer, which may be equal: as it is; without quotes, brackets, emphasis and a full stop around
     * it; and the same of what follows a label, if the whole answer is one line such as {@code Answer: 7}.
     */
    static Stream<String> of(String answer) {
        String bare = bare(answer);
        Matcher labelled = LABELLED.matcher(bare);
        return labelled.matches()
                ? Stream.of(answer, bare, labelled.group(1), bare(labelled.group(1)))
                : Stream.of(answer, bare);
    }

    /** A text as it is compared: cases folded, and white space as one blank between words. */
    static String folded(String text) {
        String spaced = WHITE_SPACE
                .matcher(Normalizer.normalize(text, Normalizer.Form.NFC))
                .replaceAll(" ")
                .strip();
        return spaced.toUpperCase(Locale.ROOT).toLowerCase(Locale.ROOT);
    }

    /** A text without white space, quotes, brackets and emphasis around it, and without one full stop at its end. */
    static String bare(String text) {
        String inner = unwrapped(text);
        return inner.endsWith(".") ? unwrapped(inner.substring(0, inner.length() - 1)) : inner;
    }

    private static String unwrapped(String text) {
        int start = 0;
        int end = text.length();
        while (start < end && isAround(text.charAt(start), OPENING)) {
            start++;
        }
        while (end > start && isAround(text.charAt(end - 1), CLOSING)) {
            end--;
        }
        return text.substring(start, end);
    }

    private static boolean isAround(char c, String wrappers) {
        return Character.isWhitespace(c) || Character.isSpaceChar(c) || wrappers.indexOf(c) >= 0;
    }
}
