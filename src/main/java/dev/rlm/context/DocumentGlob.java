package dev.rlm.context;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A pattern for names of documents: {@code *} is any part of a name without a slash, {@code **} with slashes, {@code ?}
 * one character, {@code [a-z]} one of several, {@code {a,b}} one of two. A pattern without a slash is for the last part
 * of the name. Matching takes linear time. Immutable and thread-safe.
 */
final class DocumentGlob {
    private static final int MAX_LENGTH = 1_000;

    private final Pattern pattern;
    private final boolean wholeName;

    /** @throws ContextException if the pattern is malformed */
    DocumentGlob(String glob) throws ContextException {
        this.wholeName = glob.indexOf('/') >= 0;
        if (glob.isEmpty() || glob.length() > MAX_LENGTH) {
            throw malformed(glob);
        }
        try {
            this.pattern = Pattern.compile(regex(glob), Pattern.DOTALL);
        } catch (PatternSyntaxException _) {
            throw malformed(glob);
        }
    }

    /**
     * The documents of a context with such names.
     *
     * @param glob the pattern; null for all
     * @throws ContextException if the pattern is malformed, or no document has such a name
     */
    static List<Document> chosen(Context context, @Nullable String glob) throws ContextException {
        if (glob == null) {
            return context.documents();
        }
        DocumentGlob names = new DocumentGlob(glob);
        List<Document> chosen = context.documents().stream()
                .filter(document -> names.matches(document.name()))
                .toList();
        if (chosen.isEmpty()) {
            throw new ContextException("No document's name matches " + Labels.harmless(glob)
                    + ": a pattern with a slash is for the whole name, one without for its last part, as in *.java.");
        }
        return chosen;
    }

    boolean matches(String name) {
        return pattern.matches(wholeName ? name : name.substring(name.lastIndexOf('/') + 1));
    }

    private static String regex(String glob) throws ContextException {
        StringBuilder regex = new StringBuilder();
        int braces = 0;
        for (int i = 0; i < glob.length(); i++) {
            char c = glob.charAt(i);
            switch (c) {
                case '*' -> {
                    if (glob.startsWith("**/", i)) {
                        regex.append("(?:.*/)?");
                        i += 2;
                    } else if (glob.startsWith("**", i)) {
                        regex.append(".*");
                        i++;
                    } else {
                        regex.append("[^/]*");
                    }
                }
                case '?' -> regex.append("[^/]");
                case '[' -> {
                    int end = glob.indexOf(']', i + 2);
                    if (end < 0) {
                        throw malformed(glob);
                    }
                    String set =
                            glob.substring(i + 1, end).replace("\\", "\\\\").replace("[", "\\[");
                    regex.append('[')
                            .append(set.startsWith("!") ? "^" + set.substring(1) : set)
                            .append(']');
                    i = end;
                }
                case '{' -> {
                    braces++;
                    regex.append("(?:");
                }
                case '}' -> {
                    if (--braces < 0) {
                        throw malformed(glob);
                    }
                    regex.append(')');
                }
                case ',' -> regex.append(braces > 0 ? "|" : ",");
                default -> {
                    int character = glob.codePointAt(i);
                    regex.append(Pattern.quote(Character.toString(character)));
                    i += Character.charCount(character) - 1;
                }
            }
        }
        if (braces != 0) {
            throw malformed(glob);
        }
        return regex.toString();
    }

    private static ContextException malformed(String glob) {
        return new ContextException("The pattern " + Labels.harmless(glob)
                + " for document names cannot be used: write for example *.java, src/** or {a,b}.txt.");
    }
}
