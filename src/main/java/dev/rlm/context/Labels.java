package dev.rlm.context;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** Gives the documents of one context names that are harmless to show and differ from each other. Not thread-safe. */
final class Labels {
    private static final int MAX_LENGTH = 1_000;
    private static final int SHOWN = 5;
    private static final char REPLACEMENT = '\uFFFD';

    private final Set<String> taken = new HashSet<>();
    private final Map<String, Integer> copies = new HashMap<>();

    /** A name for one more document: the wanted one made {@link #harmless}, with a number where it is taken. */
    String next(String wanted) {
        String name = harmless(wanted);
        String label = name;
        while (!taken.add(label)) {
            label = name + " (" + (copies.merge(name, 1, Integer::sum) + 1) + ")";
        }
        return label;
    }

    /**
     * A name on one line, at most 1,000 UTF-16 units, without what could garble a terminal or a prompt: control
     * characters, characters that reverse the writing direction, and lone surrogates become U+FFFD.
     */
    static String harmless(String name) {
        String cut = name.length() > MAX_LENGTH ? name.substring(0, MAX_LENGTH) : name;
        StringBuilder harmless = new StringBuilder(cut.length());
        cut.codePoints().forEach(c -> harmless.appendCodePoint(isHarmless(c) ? c : REPLACEMENT));
        return harmless.isEmpty() ? "unnamed" : harmless.toString();
    }

    /** A path from an archive as a relative path with forward slashes, without {@code .} and {@code ..}. */
    static String relative(String path) {
        Deque<String> parts = new ArrayDeque<>();
        for (String part : path.replace('\\', '/').split("/", -1)) {
            boolean drive = parts.isEmpty() && part.length() == 2 && part.charAt(1) == ':';
            if (!part.isEmpty() && !part.equals(".") && !part.equals("..") && !drive) {
                parts.add(part);
            }
        }
        return String.join("/", parts);
    }

    /** The first few of several places, for a sentence. */
    static String some(List<?> places) {
        String first = places.stream().limit(SHOWN).map(String::valueOf).collect(Collectors.joining(", "));
        return places.size() > SHOWN ? first + ", ..." : first;
    }

    private static boolean isHarmless(int c) {
        boolean bidirectional = (c >= 0x202A && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069);
        boolean separator = c == 0x2028 || c == 0x2029;
        boolean surrogate = c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE;
        return !Character.isISOControl(c) && !bidirectional && !separator && !surrogate;
    }
}
