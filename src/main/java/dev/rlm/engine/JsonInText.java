package dev.rlm.engine;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** Finds JSON in what a model wrote, which may be in a fence or have words around it. */
final class JsonInText {

    private static final Pattern FENCED = Pattern.compile("```\\w*[ \\t]*\\R(.*?)\\R?[ \\t]*```", Pattern.DOTALL);

    /** A text may be full of brackets that begin nothing. */
    private static final int MOST_BEGINNINGS = 100;

    /** Names are written once, so that all readers of a value read the same. */
    private static final ObjectReader READER = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
            .build()
            .reader();

    private JsonInText() {}

    /**
     * The JSON values of a text, compact: the one that it is; else those that are its fences; else the objects and arrays
     * that stand in it, of which two are enough.
     */
    static List<String> values(String text) {
        Optional<JsonNode> whole = Json.exact(text);
        if (whole.isPresent()) {
            return List.of(whole.get().toString());
        }
        List<String> fenced = FENCED.matcher(text)
                .results()
                .flatMap(match -> Json.exact(match.group(1)).stream())
                .map(JsonNode::toString)
                .toList();
        return fenced.isEmpty() ? inWords(text) : fenced;
    }

    private static List<String> inWords(String text) {
        List<String> found = new ArrayList<>();
        int beginnings = 0;
        for (int at = beginning(text, 0); at >= 0 && found.size() < 2 && beginnings < MOST_BEGINNINGS; beginnings++) {
            int next = at + 1;
            try (JsonParser parser = READER.createParser(text.substring(at))) {
                JsonNode value = READER.readTree(parser);
                if (value != null && value.isContainerNode()) {
                    found.add(value.toString());
                    next = at + (int) parser.currentLocation().getCharOffset();
                }
            } catch (IOException e) {
                // It only looked like one.
            }
            at = beginning(text, next);
        }
        return found;
    }

    private static int beginning(String text, int from) {
        for (int i = from; i < text.length(); i++) {
            if (text.charAt(i) == '{' || text.charAt(i) == '[') {
                return i;
            }
        }
        return -1;
    }
}
