package dev.rlm.sandbox.worker.builtins;

import com.oracle.graal.python.builtins.objects.PNone;
import com.oracle.truffle.api.strings.TruffleString;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.jspecify.annotations.Nullable;

/**
 * {@code findall}, {@code split} and {@code sub} of patterns that {@code faster.py} has translated to Java's syntax, over
 * texts of Latin-1 characters. Both engines try alternatives in the same order, so they find the same.
 */
final class RegexFunctions {
    private static final int IGNORE_CASE = 2;

    /** The text of the last search as a string, for the next search often is in the same text. */
    private volatile WeakReference<Searched> last = new WeakReference<>(null);

    private record Searched(PythonObjects.Bytes bytes, String text) {}

    /** compile(pattern, flags, literal prefix or "") -> the pattern for the other functions */
    static @Nullable Object compile(Object[] arguments) {
        if (arguments.length != 3
                || !(arguments[0] instanceof TruffleString pattern)
                || !(arguments[1] instanceof Integer flags)
                || !(arguments[2] instanceof TruffleString prefix)) {
            return null;
        }
        try {
            int ours = (flags & IGNORE_CASE) == 0 ? 0 : Pattern.CASE_INSENSITIVE;
            return new Regex(Pattern.compile(pattern.toJavaStringUncached(), ours), prefix.toJavaStringUncached());
        } catch (PatternSyntaxException e) {
            return null;
        }
    }

    /** findall(pattern, text) -> list */
    @Nullable
    Object findAll(Object[] arguments) {
        return search(arguments, 2, (matches, text) -> {
            Matcher matcher = matches.last();
            List<Object> found = new ArrayList<>();
            int groups = matcher.groupCount();
            while (matches.find()) {
                if (groups <= 1) {
                    found.add(groupOrEmpty(matcher, text, groups));
                } else {
                    Object[] row = new Object[groups];
                    for (int group = 1; group <= groups; group++) {
                        row[group - 1] = groupOrEmpty(matcher, text, group);
                    }
                    found.add(PythonObjects.tuple(row));
                }
            }
            return PythonObjects.list(found);
        });
    }

    /** split(pattern, text) -> list */
    @Nullable
    Object split(Object[] arguments) {
        return search(arguments, 2, (matches, text) -> {
            Matcher matcher = matches.last();
            List<Object> parts = new ArrayList<>();
            int rest = 0;
            while (matches.find()) {
                parts.add(PythonObjects.part(text, rest, matcher.start()));
                for (int group = 1; group <= matcher.groupCount(); group++) {
                    parts.add(
                            matcher.start(group) < 0
                                    ? PNone.NONE
                                    : PythonObjects.part(text, matcher.start(group), matcher.end(group)));
                }
                rest = matcher.end();
            }
            parts.add(PythonObjects.part(text, rest, PythonObjects.length(text)));
            return PythonObjects.list(parts);
        });
    }

    /** sub(pattern, replacement without references, text) -> str */
    @Nullable
    Object substitute(Object[] arguments) {
        if (arguments.length != 3 || !(arguments[1] instanceof TruffleString replacement)) {
            return null;
        }
        return search(new Object[] {arguments[0], arguments[2]}, 2, (matches, text) -> {
            Matcher matcher = matches.last();
            String by = replacement.toJavaStringUncached();
            String whole = text.toJavaStringUncached();
            StringBuilder result = new StringBuilder(whole.length() + 16);
            int end = 0;
            while (matches.find()) {
                result.append(whole, end, matcher.start()).append(by);
                end = matcher.end();
            }
            return end == 0 && result.isEmpty()
                    ? text
                    : PythonObjects.string(
                            result.append(whole, end, whole.length()).toString());
        });
    }

    private interface Search {
        Object over(Regex.Matches matches, TruffleString text);
    }

    private @Nullable Object search(Object[] arguments, int count, Search search) {
        if (arguments.length != count
                || !(arguments[0] instanceof Regex pattern)
                || !(arguments[1] instanceof TruffleString text)) {
            return null;
        }
        PythonObjects.Bytes bytes = PythonObjects.latin1(text);
        if (bytes == null) {
            return null;
        }
        try {
            return search.over(pattern.new Matches(bytes, pattern.prefix().isEmpty() ? "" : string(bytes)), text);
        } catch (Latin1Text.TooLongException | StackOverflowError e) {
            return null;
        }
    }

    private String string(PythonObjects.Bytes bytes) {
        Searched before = last.get();
        if (before != null && before.bytes.isSame(bytes)) {
            return before.text;
        }
        Searched now = new Searched(bytes, bytes.toString());
        last = new WeakReference<>(now);
        return now.text;
    }

    private static Object groupOrEmpty(Matcher matcher, TruffleString text, int group) {
        int start = matcher.start(group);
        return start < 0 ? PythonObjects.EMPTY : PythonObjects.part(text, start, matcher.end(group));
    }
}
