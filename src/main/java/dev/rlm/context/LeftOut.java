package dev.rlm.context;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** What is left out of a PDF: one sentence for each reason, however many pages there are. Not thread-safe. */
final class LeftOut {
    private record Part(String what, String reason) {}

    private final Map<Part, PageNumbers> parts = new LinkedHashMap<>();

    /**
     * Notes that something of a page is left out.
     *
     * @param what of a page, as in "the text"
     * @param reason why, without a verb
     */
    void add(String what, int page, String reason) {
        parts.computeIfAbsent(new Part(what, reason), _ -> new PageNumbers()).add(page);
    }

    /** Sentences about all that is left out of a document of this name. */
    List<String> sentences(String name) {
        return parts.entrySet().stream()
                .map(part -> "Left out of " + Labels.harmless(name) + ": " + text(part) + ".")
                .toList();
    }

    /** The same in one line. */
    String summary() {
        return parts.isEmpty()
                ? "its pages are blank"
                : parts.entrySet().stream().map(LeftOut::text).collect(Collectors.joining("; "));
    }

    private static String text(Map.Entry<Part, PageNumbers> part) {
        return part.getKey().what() + " of " + part.getValue() + " ("
                + part.getKey().reason() + ")";
    }
}
