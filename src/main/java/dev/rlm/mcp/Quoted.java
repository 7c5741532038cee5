package dev.rlm.mcp;

/** Texts of callers as sentences repeat them: short, on one line, in quotation marks. */
final class Quoted {

    private static final int MOST_CHARACTERS = 120;

    private Quoted() {}

    /** The beginning of a text in quotation marks, without control characters. */
    static String of(String text) {
        int end = Math.min(MOST_CHARACTERS, text.length());
        StringBuilder quoted = new StringBuilder("'");
        text.substring(0, end)
                .codePoints()
                .map(c -> Character.isISOControl(c) || Character.getType(c) == Character.SURROGATE ? '\uFFFD' : c)
                .forEach(quoted::appendCodePoint);
        return quoted.append(end < text.length() ? "…'" : "'").toString();
    }
}
