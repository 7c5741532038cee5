package dev.rlm.functions.mcp;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.rlm.functions.CallOutcome;
import java.util.ArrayList;
import java.util.List;

/** Reads what tools answer. */
final class ToolResults {

    private ToolResults() {}

    /** A result: the structured content if there is some, else the texts. */
    static CallOutcome outcome(JsonNode result) {
        String kind = result.path("resultType").asText("complete");
        if (!kind.equals("complete")) {
            return new CallOutcome.Failure("The tool did not answer but asks for something that code cannot give it ("
                    + Messages.sentence(kind) + ").");
        }
        if (result.path("isError").asBoolean()) {
            String reason = Messages.sentence(text(result.path("content")));
            return new CallOutcome.Failure(reason.isEmpty() ? "The tool failed, and does not say why." : reason);
        }
        JsonNode structured = result.path("structuredContent");
        JsonNode value = structured.isMissingNode() || structured.isNull()
                ? JsonNodeFactory.instance.textNode(text(result.path("content")))
                : structured;
        return new CallOutcome.Value(value.toString());
    }

    private static String text(JsonNode content) {
        List<String> parts = new ArrayList<>();
        content.forEach(part -> parts.add(textOf(part)));
        return String.join("\n", parts);
    }

    private static String textOf(JsonNode part) {
        String type = part.path("type").asText();
        return switch (type) {
            case "text" -> part.path("text").asText();
            case "resource_link" ->
                "[" + part.path("name").asText() + ": " + part.path("uri").asText() + "]";
            case "resource" ->
                part.path("resource").has("text")
                        ? part.path("resource").path("text").asText()
                        : leftOut(type);
            default -> leftOut(type);
        };
    }

    private static String leftOut(String type) {
        return "[" + (type.isEmpty() ? "something" : Messages.sentence(type)) + " that is no text was left out]";
    }
}
