package dev.rlm.engine;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/**
 * A schema as providers take it for structured output. They take subsets of JSON Schema, of which this is what is common:
 * plain types, enumerations, alternatives, arrays, and objects with all of their properties required and no others. The
 * whole must be an object; another value is its only member.
 *
 * @param json the schema of an object
 * @param wrapped whether the value is a member of the object
 */
record ProviderSchema(String json, boolean wrapped) {

    private static final String MEMBER = "value";
    private static final int DEEPEST = 5;
    private static final int MOST_CHARACTERS = 15_000;

    private static final Set<String> KEYWORDS = Set.of(
            "type", "enum", "anyOf", "items", "properties", "required", "additionalProperties", "description", "title");
    private static final Set<String> TYPES =
            Set.of("string", "integer", "number", "boolean", "null", "array", "object");

    /** A schema as providers take it; empty if not all of them would. */
    static Optional<ProviderSchema> of(String schema) {
        JsonNode node = Json.read(schema);
        if (schema.length() > MOST_CHARACTERS || !isCommon(node, 1)) {
            return Optional.empty();
        }
        if (node.path("type").asText().equals("object")) {
            return Optional.of(new ProviderSchema(schema, false));
        }
        ObjectNode whole = JsonNodeFactory.instance.objectNode().put("type", "object");
        whole.putObject("properties").set(MEMBER, node);
        whole.putArray("required").add(MEMBER);
        whole.put("additionalProperties", false);
        return Optional.of(new ProviderSchema(whole.toString(), true));
    }

    /** The value in a reply; empty if that is not the object around it. */
    Optional<String> unwrapped(String reply) {
        return Json.exact(reply)
                .filter(node -> wrapped && node.isObject() && node.size() == 1 && node.has(MEMBER))
                .map(node -> node.get(MEMBER).toString());
    }

    private static boolean isCommon(JsonNode node, int depth) {
        if (!node.isObject() || depth > DEEPEST) {
            return false;
        }
        for (String name : (Iterable<String>) node::fieldNames) {
            if (!KEYWORDS.contains(name)) {
                return false;
            }
        }
        if (node.has("anyOf")) {
            return !node.has("type") && allCommon(node.get("anyOf"), depth);
        }
        return TYPES.contains(node.path("type").asText())
                && switch (node.get("type").asText()) {
                    case "object" -> isClosed(node) && allCommon(node.get("properties"), depth);
                    case "array" -> isCommon(node.path("items"), depth + 1);
                    default -> isScalarEnum(node);
                };
    }

    private static boolean allCommon(JsonNode nodes, int depth) {
        for (JsonNode node : nodes) {
            if (!isCommon(node, depth + 1)) {
                return false;
            }
        }
        return true;
    }

    private static boolean isScalarEnum(JsonNode node) {
        for (JsonNode value : node.path("enum")) {
            if (value.isContainerNode()) {
                return false;
            }
        }
        return true;
    }

    private static boolean isClosed(JsonNode object) {
        JsonNode properties = object.path("properties");
        Set<String> names = new HashSet<>();
        properties.fieldNames().forEachRemaining(names::add);
        Set<String> required = new HashSet<>();
        object.path("required").forEach(name -> required.add(name.asText()));
        JsonNode others = object.path("additionalProperties");
        return properties.isObject()
                && !names.isEmpty()
                && names.equals(required)
                && others.isBoolean()
                && !others.booleanValue();
    }
}
