package dev.rlm.model.script;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * A request that a scripted endpoint received.
 *
 * @param model the model that was asked
 * @param turn 1 + the number of assistant messages
 * @param lastMessage the text of the last message
 * @param body the whole request as it was sent; not to be changed
 */
public record ScriptedRequest(String model, int turn, String lastMessage, JsonNode body) {

    /** Reads a request. */
    static ScriptedRequest of(JsonNode body) {
        int assistants = 0;
        String last = "";
        for (JsonNode message : body.path("messages")) {
            assistants += message.path("role").asText().equals("assistant") ? 1 : 0;
            last = text(message.path("content"));
        }
        return new ScriptedRequest(body.path("model").asText(), 1 + assistants, last, body);
    }

    /** Whether the answer is wanted in pieces. */
    boolean wantsPieces() {
        return body.path("stream").asBoolean();
    }

    /** Whether a last piece shall count the tokens. */
    boolean wantsCount() {
        return body.path("stream_options").path("include_usage").asBoolean();
    }

    /** The characters of all messages. */
    long characters() {
        long characters = 0;
        for (JsonNode message : body.path("messages")) {
            characters += text(message.path("content")).length();
        }
        return characters;
    }

    private static String text(JsonNode content) {
        if (content.isTextual()) {
            return content.textValue();
        }
        StringBuilder parts = new StringBuilder();
        for (JsonNode part : content) {
            parts.append(part.path("text").asText(""));
        }
        return parts.toString();
    }
}
