package dev.rlm.model.bedrock;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.StreamSupport;
import software.amazon.awssdk.core.SdkNumber;
import software.amazon.awssdk.core.document.Document;

/** JSON text to and from the SDK's documents, which know no JSON themselves. */
final class JsonDocuments {

    private JsonDocuments() {}

    /** The document of a JSON text, or nothing if it is not JSON. */
    static Optional<Document> parse(String text) {
        try {
            JsonNode tree = new ObjectMapper()
                    .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
                    .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                    .readTree(text);
            return tree.isMissingNode() ? Optional.empty() : Optional.of(document(tree));
        } catch (JsonProcessingException e) {
            return Optional.empty();
        }
    }

    /** The JSON text of a document. */
    static String write(Document document) {
        return node(document).toString();
    }

    private static Document document(JsonNode node) {
        return switch (node.getNodeType()) {
            case OBJECT -> {
                Map<String, Document> members = new LinkedHashMap<>();
                node.properties().forEach(member -> members.put(member.getKey(), document(member.getValue())));
                yield Document.fromMap(members);
            }
            case ARRAY ->
                Document.fromList(StreamSupport.stream(node.spliterator(), false)
                        .map(JsonDocuments::document)
                        .toList());
            case STRING -> Document.fromString(node.textValue());
            case BOOLEAN -> Document.fromBoolean(node.booleanValue());
            case NUMBER -> Document.fromNumber(SdkNumber.fromBigDecimal(node.decimalValue()));
            case NULL, MISSING, BINARY, POJO -> Document.fromNull();
        };
    }

    private static JsonNode node(Document document) {
        JsonNodeFactory factory = JsonNodeFactory.instance;
        if (document.isMap()) {
            ObjectNode object = factory.objectNode();
            document.asMap().forEach((key, value) -> object.set(key, node(value)));
            return object;
        }
        if (document.isList()) {
            ArrayNode array = factory.arrayNode();
            document.asList().forEach(value -> array.add(node(value)));
            return array;
        }
        if (document.isString()) {
            return factory.textNode(document.asString());
        }
        if (document.isBoolean()) {
            return factory.booleanNode(document.asBoolean());
        }
        if (document.isNumber()) {
            return number(document.asNumber().bigDecimalValue());
        }
        return factory.nullNode();
    }

    private static JsonNode number(BigDecimal value) {
        BigDecimal plain = value.stripTrailingZeros();
        return plain.scale() <= 0 && plain.precision() - plain.scale() <= 30
                ? JsonNodeFactory.instance.numberNode(plain.toBigIntegerExact())
                : JsonNodeFactory.instance.numberNode(plain);
    }
}
