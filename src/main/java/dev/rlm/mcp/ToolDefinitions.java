package dev.rlm.mcp;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.rlm.access.CallRates;
import dev.rlm.access.Scope;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Reads the tools' definitions from {@code tools.yaml}. */
final class ToolDefinitions {

    private ToolDefinitions() {}

    /** All definitions, in the order in which clients see them. */
    static List<ToolDefinition> load() {
        JsonNode file = read();
        JsonNode shared = file.path("$defs");
        List<ToolDefinition> definitions = new ArrayList<>();
        for (JsonNode tool : file.path("tools")) {
            JsonNode hints = tool.path("annotations");
            definitions.add(new ToolDefinition(
                    text(tool, "name"),
                    text(tool, "title"),
                    text(tool, "description"),
                    new ToolDefinition.Hints(
                            flag(hints, "readOnlyHint"),
                            flag(hints, "destructiveHint"),
                            flag(hints, "idempotentHint"),
                            flag(hints, "openWorldHint")),
                    (ObjectNode) resolved(tool.required("inputSchema"), shared),
                    (ObjectNode) resolved(tool.required("outputSchema"), shared),
                    tool.has("scope") ? Scope.ofLabel(text(tool, "scope")).orElseThrow() : null,
                    tool.has("rate") ? CallRates.Kind.ofLabel(text(tool, "rate")) : null));
        }
        return definitions;
    }

    private static JsonNode read() {
        try (InputStream in = ToolDefinitions.class.getResourceAsStream("tools.yaml")) {
            if (in == null) {
                throw new IllegalStateException("The tools' definitions are missing from the program.");
            }
            return new YAMLMapper().readTree(in);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String text(JsonNode node, String name) {
        return node.required(name).textValue();
    }

    private static boolean flag(JsonNode node, String name) {
        return node.required(name).booleanValue();
    }

    /** A copy of a schema in which shared schemas stand in full. */
    private static JsonNode resolved(JsonNode schema, JsonNode shared) {
        if (schema.has("$use")) {
            return resolved(shared.required(schema.get("$use").textValue()), shared);
        }
        if (schema instanceof ObjectNode object) {
            ObjectNode copy = object.objectNode();
            for (Map.Entry<String, JsonNode> property : object.properties()) {
                copy.set(property.getKey(), resolved(property.getValue(), shared));
            }
            return copy;
        }
        if (schema instanceof ArrayNode array) {
            ArrayNode copy = array.arrayNode();
            array.forEach(element -> copy.add(resolved(element, shared)));
            return copy;
        }
        return schema;
    }
}
