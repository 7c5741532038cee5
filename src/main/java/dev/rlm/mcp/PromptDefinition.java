package dev.rlm.mcp;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A prompt as clients see it, and what it becomes.
 *
 * @param name its name
 * @param title its name for people
 * @param description what comes of it
 * @param arguments what it takes
 * @param paragraphs the message, with arguments as <code>{{name}}</code>
 */
record PromptDefinition(
        String name, String title, String description, List<Argument> arguments, List<String> paragraphs) {

    PromptDefinition {
        arguments = List.copyOf(arguments);
        paragraphs = List.copyOf(paragraphs);
    }

    /**
     * An argument.
     *
     * @param standard what holds when it is left out, or null for nothing
     * @param completes what its values are completed from: {@code context}, {@code document}, or null for nothing
     */
    record Argument(
            String name,
            String title,
            String description,
            boolean required,
            @Nullable String standard,
            @Nullable String completes) {}

    /** All prompts, in the order in which clients see them. */
    static List<PromptDefinition> load() {
        JsonNode file = YamlResource.read("prompts.yaml");
        JsonNode shared = file.required("shared");
        List<PromptDefinition> definitions = new ArrayList<>();
        for (JsonNode prompt : file.required("prompts")) {
            List<Argument> arguments = new ArrayList<>();
            prompt.required("arguments").forEach(argument -> arguments.add(argument(resolved(argument, shared))));
            List<String> paragraphs = new ArrayList<>();
            prompt.required("message")
                    .forEach(paragraph ->
                            paragraphs.add(resolved(paragraph, shared).textValue()));
            definitions.add(new PromptDefinition(
                    prompt.required("name").textValue(),
                    prompt.required("title").textValue(),
                    prompt.required("description").textValue(),
                    arguments,
                    paragraphs));
        }
        return definitions;
    }

    private static JsonNode resolved(JsonNode node, JsonNode shared) {
        return node.has("use") ? shared.required(node.get("use").textValue()) : node;
    }

    private static Argument argument(JsonNode argument) {
        return new Argument(
                argument.required("name").textValue(),
                argument.required("title").textValue(),
                argument.required("description").textValue(),
                argument.required("required").booleanValue(),
                argument.path("default").textValue(),
                argument.path("completes").textValue());
    }

    /** As lists of prompts tell it. */
    ObjectNode json() {
        ObjectNode json = JsonNodeFactory.instance
                .objectNode()
                .put("name", name)
                .put("title", title)
                .put("description", description);
        ArrayNode listed = json.putArray("arguments");
        for (Argument argument : arguments) {
            listed.addObject()
                    .put("name", argument.name())
                    .put("title", argument.title())
                    .put("description", argument.description())
                    .put("required", argument.required());
        }
        return json;
    }
}
