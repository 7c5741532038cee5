package dev.rlm.context;

import java.io.IOException;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Finds a context's documents by name. */
final class Documents {
    private static final int SUGGESTIONS = 5;
    private static final int COMPARED = 200;
    private static final double LEAST_LIKENESS = 0.3;

    private Documents() {}

    /**
     * The document of this name.
     *
     * @param name null for the only document
     * @throws ContextException if there is none; the message names those that are most like it
     */
    static Document find(Context context, @Nullable String name) throws ContextException {
        List<Document> documents = context.documents();
        if (name == null) {
            if (documents.size() == 1) {
                return documents.getFirst();
            }
            throw new ContextException("The context has " + documents.size() + " documents: say which, for example "
                    + names(documents.subList(0, Math.min(SUGGESTIONS, documents.size()))) + ".");
        }
        for (Document document : documents) {
            if (document.name().equals(name)) {
                return document;
            }
        }
        List<Document> close = close(documents, name);
        throw new ContextException("The context has no document " + Labels.harmless(name) + ": "
                + (close.isEmpty()
                        ? "use the name of one of its " + documents.size() + " documents."
                        : "did you mean " + names(close) + "?"));
    }

    static ContextException unreadable(Document document, IOException e) {
        return new ContextException(
                "The document " + document.name() + " cannot be read (" + Reasons.of(e) + "): load its context again.",
                e);
    }

    private record Candidate(Document document, double likeness) {}

    private static List<Document> close(List<Document> documents, String name) {
        String wanted = comparable(name);
        Set<Integer> pairs = pairs(wanted);
        return documents.stream()
                .map(document -> new Candidate(document, likeness(wanted, pairs, comparable(document.name()))))
                .filter(candidate -> candidate.likeness() >= LEAST_LIKENESS)
                .sorted(Comparator.comparingDouble(Candidate::likeness).reversed())
                .limit(SUGGESTIONS)
                .map(Candidate::document)
                .toList();
    }

    /** The share of pairs of neighbouring letters that two names have in common; the same file name counts for more. */
    private static double likeness(String wanted, Set<Integer> pairs, String name) {
        Set<Integer> others = pairs(name);
        long common = others.stream().filter(pairs::contains).count();
        double share = pairs.size() + others.size() == 0 ? 0 : 2.0 * common / (pairs.size() + others.size());
        boolean sameFile = lastPart(wanted).equals(lastPart(name));
        return sameFile ? 1 + share : share;
    }

    private static Set<Integer> pairs(String name) {
        Set<Integer> pairs = new HashSet<>();
        for (int i = 1; i < name.length(); i++) {
            pairs.add(name.charAt(i - 1) << 16 | name.charAt(i));
        }
        return pairs;
    }

    private static String comparable(String name) {
        String end = name.length() > COMPARED ? name.substring(name.length() - COMPARED) : name;
        return end.toLowerCase(Locale.ROOT);
    }

    private static String lastPart(String name) {
        return name.substring(name.lastIndexOf('/') + 1);
    }

    private static String names(List<Document> documents) {
        return String.join(", ", documents.stream().map(Document::name).toList());
    }
}
