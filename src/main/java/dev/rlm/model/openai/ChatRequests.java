package dev.rlm.model.openai;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rlm.model.Image;
import dev.rlm.model.InferenceParameters;
import dev.rlm.model.Message;
import dev.rlm.model.ModelException;
import dev.rlm.model.ModelId;
import dev.rlm.model.ModelRequest;
import dev.rlm.model.Tool;
import dev.rlm.model.ToolCall;
import dev.rlm.model.ToolResult;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;

/** Writes requests in the wire format of chat completions. */
final class ChatRequests {

    /** Takes the place of the brace that ends a request. */
    private static final String STREAM = ",\"stream\":true,\"stream_options\":{\"include_usage\":true}}";

    private final ModelId id;
    private final InferenceParameters parameters;
    private final String maxTokensKey;
    private final ObjectMapper json;

    /**
     * @param reasoningLimits whether the endpoint wants {@code max_completion_tokens}; OpenAI's newer models refuse
     *     {@code max_tokens}, while many compatible servers know nothing else
     */
    ChatRequests(ModelId id, InferenceParameters parameters, boolean reasoningLimits, ObjectMapper json) {
        this.id = id;
        this.parameters = parameters;
        this.maxTokensKey = reasoningLimits ? "max_completion_tokens" : "max_tokens";
        this.json = json;
    }

    byte[] body(ModelRequest request) throws ModelException {
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        body.put("model", id.name());
        ArrayNode messages = body.putArray("messages");
        if (!request.system().isBlank()) {
            messages.addObject().put("role", "system").put("content", request.system());
        }
        for (Message message : request.messages()) {
            add(messages, message);
        }
        if (!request.tools().isEmpty()) {
            ArrayNode tools = body.putArray("tools");
            for (Tool tool : request.tools()) {
                add(tools, tool);
            }
        }
        if (request.replySchema() != null) {
            body.putObject("response_format")
                    .put("type", "json_schema")
                    .putObject("json_schema")
                    .put("name", "reply")
                    .put("strict", true)
                    .set("schema", schema(request.replySchema()));
        }
        if (parameters.temperature() != null) {
            body.put("temperature", parameters.temperature());
        }
        if (parameters.topP() != null) {
            body.put("top_p", parameters.topP());
        }
        if (parameters.maxTokens() != null) {
            body.put(maxTokensKey, parameters.maxTokens());
        }
        try {
            // By way of a string: the byte writer refuses half surrogate pairs, which sliced texts can hold.
            return json.writeValueAsString(body).getBytes(StandardCharsets.UTF_8);
        } catch (JsonProcessingException e) {
            throw new ModelException(
                    ModelException.Kind.REFUSED, "The request to " + id + " cannot be written as JSON.");
        }
    }

    /** The same request for a reply that comes in pieces, of which the last counts the tokens. */
    static byte[] streamed(byte[] body) {
        byte[] more = STREAM.getBytes(StandardCharsets.UTF_8);
        byte[] streamed = Arrays.copyOf(body, body.length - 1 + more.length);
        System.arraycopy(more, 0, streamed, body.length - 1, more.length);
        return streamed;
    }

    private JsonNode schema(String text) throws ModelException {
        try {
            return json.readTree(text);
        } catch (JsonProcessingException e) {
            throw new ModelException(ModelException.Kind.REFUSED, "The schema of the reply is not JSON.");
        }
    }

    private static void add(ArrayNode messages, Message message) throws ModelException {
        switch (message) {
            case Message.User user -> add(messages.addObject().put("role", "user"), user);
            case Message.Assistant assistant -> add(messages, assistant);
            case Message.ToolResults results -> {
                for (ToolResult result : results.results()) {
                    messages.addObject()
                            .put("role", "tool")
                            .put("tool_call_id", result.callId())
                            .put("content", result.text());
                }
                if (!results.text().isBlank()) {
                    messages.addObject().put("role", "user").put("content", results.text());
                }
            }
        }
    }

    private static void add(ObjectNode message, Message.User user) throws ModelException {
        if (user.images().isEmpty()) {
            message.put("content", user.text());
            return;
        }
        ArrayNode parts = message.putArray("content");
        for (Image image : user.images()) {
            String data = Base64.getEncoder().encodeToString(image.content());
            parts.addObject()
                    .put("type", "image_url")
                    .putObject("image_url")
                    .put("url", "data:" + image.mediaType() + ";base64," + data);
        }
        parts.addObject().put("type", "text").put("text", user.text());
    }

    private static void add(ArrayNode messages, Message.Assistant assistant) {
        ObjectNode node = messages.addObject().put("role", "assistant");
        if (assistant.toolCalls().isEmpty()) {
            node.put("content", assistant.text());
            return;
        }
        node.put("content", assistant.text().isEmpty() ? null : assistant.text());
        ArrayNode calls = node.putArray("tool_calls");
        for (ToolCall call : assistant.toolCalls()) {
            ObjectNode function = calls.addObject()
                    .put("id", call.id())
                    .put("type", "function")
                    .putObject("function");
            function.put("name", call.name()).put("arguments", call.argumentsJson());
        }
    }

    private void add(ArrayNode tools, Tool tool) throws ModelException {
        ObjectNode function =
                tools.addObject().put("type", "function").putObject("function").put("name", tool.name());
        function.put("description", tool.description());
        try {
            function.set("parameters", json.readTree(tool.inputSchemaJson()));
        } catch (JsonProcessingException e) {
            throw new ModelException(
                    ModelException.Kind.REFUSED, "The input schema of the tool '" + tool.name() + "' is not JSON.");
        }
    }
}
