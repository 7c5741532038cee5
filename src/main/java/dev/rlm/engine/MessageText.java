package dev.rlm.engine;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.stream.Collectors;

/**
 * The texts that models are told besides system prompts, each with the names of what is filled in. The words stand in
 * {@code messages.yaml}, under the same names in lower case with hyphens. That file and these names are compared when the
 * class is loaded: a text or a place that one has and the other has not keeps the program from starting a run.
 */
enum MessageText {
    OPENING("question", "characters", "tokens", "number_of_documents", "documents", "preview"),
    DOCUMENT("name", "characters", "lines"),
    MORE("number"),
    MORE_FUNCTIONS("number"),
    FINAL_VALUE_SCHEMA("schema"),
    ANSWER_IS_VERIFIED,
    IMAGES("number"),
    ASKED_BY_CODE,

    FOLLOW_UP("ending", "question"),
    ENDED("status"),
    ENDED_BECAUSE("status", "reason"),
    ANSWER_GIVEN("answer"),
    NO_ANSWER,

    DIRECT("question"),
    DIRECT_EARLIER("question", "ending"),
    DIRECT_AFTER_OTHERS("question"),
    DIRECT_SCHEMA("schema"),

    LAST_TURN,
    NO_CODE,
    NO_CODE_BUT_CUT,
    LAST_CELL_CUT,
    TOOL,
    TOOL_CALL_NOT_UNDERSTOOD("number", "tool"),
    CELL_DONE("cell"),
    CELL_FAILED("cell"),
    CELL_TIMED_OUT("cell"),
    CELL_KILLED("cell"),
    CELL_LOST("cell"),
    CELL_WITHOUT_OUTPUT("heading"),
    CELL_NOT_RUN,

    FINAL_VALUE_REFUSED("problems"),
    PUBLISHED_VALUE_REFUSED("problems"),
    TEXT_REFUSED("problems"),
    REPLY_SCHEMA("schema"),
    REPAIR("problems"),

    SUMMARY_REQUEST("start", "turns"),
    TOLD_BY_MODEL("message"),
    TOLD_BY_REPL("message"),
    LEFT_OUT("number"),
    SUMMARY("kept", "summary", "variables"),
    DIGEST("turns"),
    OUTPUTS_CUT,
    VARIABLE("name", "type", "preview"),
    VARIABLE_WITH_SIZE("name", "type", "size", "preview"),
    NO_VARIABLES,
    VARIABLES_NOT_KNOWN("reason"),

    LAST_CALL("reason", "variables"),
    CLAIM("question", "claim", "line", "document", "passage");

    private static final Map<MessageText, String> TEXTS = read(SystemPrompt.text("messages.yaml"));

    /** The names of what is filled in. */
    @SuppressWarnings("ImmutableEnumChecker") // It is a list that cannot be changed.
    private final List<String> places;

    MessageText(String... places) {
        this.places = List.of(places);
    }

    /**
     * The text with its places filled in, in one go: what is filled in may hold anything.
     *
     * @param values what is filled in, in the order of the names above
     */
    String with(Object... values) {
        if (values.length != places.size()) {
            throw new IllegalArgumentException("The text '" + label() + "' takes " + places + ".");
        }
        return SystemPrompt.PLACEHOLDER
                .matcher(String.valueOf(TEXTS.get(this)))
                .replaceAll(place -> Matcher.quoteReplacement(String.valueOf(values[places.indexOf(place.group(1))])));
    }

    /** The text's name in the file. */
    private String label() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /**
     * The texts of a file.
     *
     * @throws IllegalStateException with the name of the text if one is missing, is none of these, or has other places
     */
    static Map<MessageText, String> read(String yaml) {
        JsonNode file = tree(yaml);
        Map<MessageText, String> texts = new EnumMap<>(MessageText.class);
        Set<String> unknown = new HashSet<>();
        file.fieldNames().forEachRemaining(unknown::add);
        for (MessageText text : values()) {
            String words = file.path(text.label()).asText().strip();
            if (words.isEmpty()) {
                throw new IllegalStateException("The text '" + text.label() + "' is missing from the messages.");
            }
            Set<String> found = SystemPrompt.PLACEHOLDER
                    .matcher(words)
                    .results()
                    .map(place -> place.group(1))
                    .collect(Collectors.toSet());
            if (!found.equals(Set.copyOf(text.places))) {
                throw new IllegalStateException(
                        "The text '" + text.label() + "' has places for " + found + " instead of " + text.places + ".");
            }
            texts.put(text, words);
            unknown.remove(text.label());
        }
        if (!unknown.isEmpty()) {
            throw new IllegalStateException("Nothing says the texts " + unknown + " of the messages.");
        }
        return texts;
    }

    private static JsonNode tree(String yaml) {
        try {
            return ProfileReader.yaml(yaml);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("The messages cannot be read.", e);
        }
    }
}
