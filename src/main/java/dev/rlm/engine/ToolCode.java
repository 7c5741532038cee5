package dev.rlm.engine;

import java.util.regex.Pattern;

/** Takes the code out of the arguments of a tool call, {@code {"code": "..."}}, while they are written. Not thread-safe. */
final class ToolCode {

    private static final Pattern BEGIN = Pattern.compile("\"code\"\\s*:\\s*\"$");
    private static final int UNICODE_DIGITS = 4;

    private final StringBuilder before = new StringBuilder();
    private final StringBuilder escape = new StringBuilder();
    private boolean begun;
    private boolean ended;

    /** What a further piece of the arguments adds to the code. */
    String next(String piece) {
        StringBuilder code = new StringBuilder();
        for (int i = 0; i < piece.length() && !ended; i++) {
            char c = piece.charAt(i);
            if (!begun) {
                before.append(c);
                begun = c == '"' && BEGIN.matcher(before).find();
            } else if (!escape.isEmpty()) {
                escape.append(c);
                unescape(code);
            } else if (c == '\\') {
                escape.append(c);
            } else if (c == '"') {
                ended = true;
            } else {
                code.append(c);
            }
        }
        return code.toString();
    }

    private void unescape(StringBuilder code) {
        char kind = escape.charAt(1);
        if (kind == 'u' && escape.length() < 2 + UNICODE_DIGITS) {
            return;
        }
        code.append(
                switch (kind) {
                    case 'n' -> '\n';
                    case 't' -> '\t';
                    case 'r' -> '\r';
                    case 'b' -> '\b';
                    case 'f' -> '\f';
                    case 'u' -> unicode(escape.substring(2));
                    default -> kind;
                });
        escape.setLength(0);
    }

    private static char unicode(String digits) {
        return digits.matches("\\p{XDigit}{4}") ? (char) Integer.parseInt(digits, 16) : '\ufffd';
    }
}
