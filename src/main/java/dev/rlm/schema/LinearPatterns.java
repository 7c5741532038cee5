package dev.rlm.schema;

import com.networknt.schema.regex.RegularExpression;
import com.networknt.schema.regex.RegularExpressionFactory;
import dev.rlm.search.LinearRegex;
import dev.rlm.search.SearchException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Compiles the patterns of schemas to such as never backtrack, and counts what looking for them takes. */
final class LinearPatterns implements RegularExpressionFactory {

    /** What the check that runs on this thread may still do. */
    static final ScopedValue<Steps> STEPS = ScopedValue.newInstance();

    /** About how many instructions of a pattern are as much work as a step. */
    private static final int INSTRUCTIONS_OF_STEP = 50;

    /** A character by its number, as ECMA-262 writes it; backslashes before it that belong together are passed over. */
    private static final Pattern UNICODE_ESCAPE = Pattern.compile("(?<!\\\\)((?:\\\\\\\\)*)\\\\u([0-9A-Fa-f]{4})");

    @Override
    public RegularExpression getRegularExpression(String pattern) {
        LinearRegex regex = compiled(pattern);
        return text -> {
            if (STEPS.isBound()) {
                STEPS.get().take(regex.work(text) / INSTRUCTIONS_OF_STEP);
            }
            return regex.isIn(text);
        };
    }

    private static LinearRegex compiled(String pattern) {
        try {
            Matcher escapes = UNICODE_ESCAPE.matcher(pattern);
            return LinearRegex.compile(escapes.replaceAll("$1\\\\x{$2}"));
        } catch (SearchException e) {
            throw new Refused(e.getMessage());
        }
    }

    /** A pattern cannot be used; the message is a sentence. */
    static final class Refused extends RuntimeException {

        private static final long serialVersionUID = 1L;

        Refused(String message) {
            super(message, null, false, false);
        }
    }
}
