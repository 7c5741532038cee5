package dev.rlm.engine;

import com.fasterxml.jackson.databind.JsonNode;
import dev.rlm.journal.TaskEvent.Citation;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.StreamSupport;

/** Which part of an answer refers to a passage. */
final class Claims {

    /** Of a longer claim the middle is left out. */
    private static final int MOST_CHARACTERS = 4_000;

    /** Shorter quotes may stand in an answer by chance. */
    private static final int LEAST_QUOTE = 12;

    private static final Pattern PARAGRAPHS = Pattern.compile("\\R\\s*\\R");

    private Claims() {}

    /** Whether an answer refers to a passage: it has the passage's label, or its text. */
    static boolean refersTo(Answer answer, Citation citation) {
        String text = answer.text();
        String json = answer.json();
        return text != null
                && json != null
                && (text.contains(label(citation)) || quotes(text, citation) || quotes(json, quoted(citation)));
    }

    /**
     * What an answer claims by a passage: the smallest object, text or paragraph of a text that refers to it, or all of an
     * answer in which nothing does.
     */
    static String of(Answer answer, Citation citation) {
        String json = String.valueOf(answer.json());
        Predicate<JsonNode> refers = refersTo(citation);
        String claim = smallest(Json.read(json), refers)
                .map(node -> node.isTextual() ? paragraph(node.textValue(), citation) : node.toString())
                .orElseGet(() -> paragraph(String.valueOf(answer.text()), citation));
        return Summaries.cut(claim, MOST_CHARACTERS);
    }

    /** The smallest object or text that refers to the passage. A text within an object means little without that. */
    private static Optional<JsonNode> smallest(JsonNode node, Predicate<JsonNode> refers) {
        if (!refers.test(node)) {
            return Optional.empty();
        }
        for (JsonNode child : node) {
            Optional<JsonNode> found = smallest(child, refers);
            if (found.isPresent()) {
                return node.isObject() && !found.get().isContainerNode() && !isLong(found.get())
                        ? Optional.of(node)
                        : found;
            }
        }
        return Optional.of(node);
    }

    private static boolean isLong(JsonNode text) {
        return text.asText().length() > MOST_CHARACTERS / 2;
    }

    private static Predicate<JsonNode> refersTo(Citation citation) {
        return node -> node.isContainerNode()
                ? StreamSupport.stream(node.spliterator(), false).anyMatch(refersTo(citation))
                : node.isTextual()
                        && (node.textValue().contains(label(citation)) || quotes(node.textValue(), citation));
    }

    private static boolean quotes(String text, Citation citation) {
        return quotes(text, citation.quote().strip());
    }

    private static boolean quotes(String text, String quote) {
        return quote.length() >= LEAST_QUOTE && text.contains(quote);
    }

    /** The passage as it stands within a JSON string. */
    private static String quoted(Citation citation) {
        String json = Json.quote(citation.quote().strip());
        return json.substring(1, json.length() - 1);
    }

    /** The paragraph of a text that refers to the passage; the whole text if no single one does. */
    private static String paragraph(String text, Citation citation) {
        return PARAGRAPHS
                .splitAsStream(text)
                .filter(paragraph -> paragraph.contains(label(citation)) || quotes(paragraph, citation))
                .findFirst()
                .orElse(text)
                .strip();
    }

    /** What a citation is called where it is printed, as the REPL does it. */
    private static String label(Citation citation) {
        String lines = citation.line() == citation.lastLine()
                ? String.valueOf(citation.line())
                : citation.line() + "-" + citation.lastLine();
        return "[" + citation.document() + ":" + lines + "]";
    }
}
