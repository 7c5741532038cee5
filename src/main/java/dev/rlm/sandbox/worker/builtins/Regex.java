package dev.rlm.sandbox.worker.builtins;

import com.oracle.truffle.api.interop.TruffleObject;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A pattern and the literal text with which all its matches begin, which may be empty. Python code can hold
 * it and hand it over, nothing else.
 *
 * @param pattern the whole pattern, in Java's syntax
 * @param prefix how its matches begin
 */
record Regex(Pattern pattern, String prefix) implements TruffleObject {

    /** Finds the matches in a text one after the other, as {@link Matcher#find()} does. For one thread. */
    final class Matches {
        private final Matcher matcher;
        private final String text;
        private final int length;
        private int next;

        /** Matches in a text, given as bytes and as a string; the string is needed only if there is a prefix. */
        Matches(PythonObjects.Bytes bytes, String text) {
            this.matcher = pattern.matcher(new Latin1Text(bytes));
            this.text = text;
            this.length = bytes.length();
            matcher.useTransparentBounds(true);
            matcher.useAnchoringBounds(false);
        }

        /** The match that was found last. */
        Matcher last() {
            return matcher;
        }

        boolean find() {
            if (prefix.isEmpty()) {
                return matcher.find();
            }
            // Java's own search for a literal is many times faster than that of a pattern.
            for (int at = text.indexOf(prefix, next); at >= 0; at = text.indexOf(prefix, at + 1)) {
                matcher.region(at, length);
                if (matcher.lookingAt()) {
                    next = matcher.end();
                    return true;
                }
            }
            return false;
        }
    }
}
