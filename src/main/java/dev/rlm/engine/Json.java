package dev.rlm.engine;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.rlm.sandbox.FinalValue;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The little JSON that the engine reads and writes. */
final class Json {

    private static final ObjectMapper MAPPER = new ObjectMapper();

    /** A name that is written twice may mean either value, and what stands behind a value was not meant as one. */
    private static final ObjectMapper STRICT = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
            .build();

    private Json() {}

    /** A string as a JSON string. */
    static String quote(String text) {
        return JsonNodeFactory.instance.textNode(text).toString();
    }

    /** A text member of a JSON object; null if the text is no such object or has no such member. */
    static @Nullable String textMember(String json, String name) {
        JsonNode member = read(json).get(name);
        return member == null || !member.isTextual() ? null : member.textValue();
    }

    /** A member of a JSON object as a final value; empty if it is missing, null or has nothing in it. */
    static Optional<FinalValue> member(String json, String name) {
        JsonNode member = read(json).get(name);
        if (member == null || member.isNull() || (member.isContainerNode() && member.isEmpty())) {
            return Optional.empty();
        }
        if (!member.isTextual()) {
            return Optional.of(new FinalValue(member.toPrettyString(), member.toString()));
        }
        return member.textValue().isBlank()
                ? Optional.empty()
                : Optional.of(new FinalValue(member.textValue(), member.toString()));
    }

    /** A JSON value as a final value; empty if the text is none. */
    static Optional<FinalValue> value(String json) {
        return exact(json)
                .map(node -> new FinalValue(node.isTextual() ? node.textValue() : json.strip(), node.toString()));
    }

    /** A JSON value with its numbers as they are written; empty if the text is none. */
    static Optional<JsonNode> exact(String json) {
        try {
            JsonNode node = STRICT.readTree(json);
            return node == null || node.isMissingNode() ? Optional.empty() : Optional.of(node);
        } catch (JsonProcessingException e) {
            return Optional.empty();
        }
    }

    /** A JSON value; a missing node if the text is none. */
    static JsonNode read(String json) {
        try {
            JsonNode node = MAPPER.readTree(json);
            return node == null ? MissingNode.getInstance() : node;
        } catch (JsonProcessingException e) {
            return MissingNode.getInstance();
        }
    }
}
