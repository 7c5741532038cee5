package dev.rlm.model.script;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Collection;

/** Writes replies in the wire format of chat completions. */
final class ChatCompletions {

    private static final int CHARACTERS_PER_TOKEN = 4;

    private ChatCompletions() {}

    static JsonNode reply(ScriptedRequest request, Reaction.Reply reply) {
        ObjectNode message = message(reply.text());
        return completion(request, message, "stop", reply.text().length());
    }

    static JsonNode toolCall(ScriptedRequest request, Reaction.CallTool call) {
        ObjectNode message = message(call.text());
        ObjectNode function = message.putArray("tool_calls")
                .addObject()
                .put("id", "call_" + request.turn())
                .put("type", "function")
                .putObject("function");
        function.put("name", call.name()).put("arguments", call.argumentsJson());
        int characters = call.text().length() + call.argumentsJson().length();
        return completion(request, message, "tool_calls", characters);
    }

    static JsonNode error(int status, String message) {
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        body.putObject("error")
                .put("message", message)
                .put("type", status == 429 ? "rate_limit_error" : "scripted_error")
                .putNull("code");
        return body;
    }

    static JsonNode models(Collection<String> names) {
        ObjectNode body = JsonNodeFactory.instance.objectNode().put("object", "list");
        ArrayNode data = body.putArray("data");
        names.forEach(name -> data.addObject().put("id", name).put("object", "model"));
        return body;
    }

    private static ObjectNode message(String text) {
        ObjectNode message = JsonNodeFactory.instance.objectNode().put("role", "assistant");
        return message.put("content", text.isEmpty() ? null : text);
    }

    private static JsonNode completion(
            ScriptedRequest request, ObjectNode message, String finishReason, int characters) {
        ObjectNode body = JsonNodeFactory.instance
                .objectNode()
                .put("id", "chatcmpl-scripted")
                .put("object", "chat.completion")
                .put("created", 0)
                .put("model", request.model());
        ObjectNode choice = body.putArray("choices").addObject().put("index", 0);
        choice.set("message", message);
        choice.put("finish_reason", finishReason);
        long input = tokens(request.characters());
        long output = tokens(characters);
        body.putObject("usage")
                .put("prompt_tokens", input)
                .put("completion_tokens", output)
                .put("total_tokens", input + output);
        return body;
    }

    private static long tokens(long characters) {
        return Math.ceilDiv(characters, CHARACTERS_PER_TOKEN);
    }
}
