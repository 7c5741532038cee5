package dev.rlm.mcp.sampling;

import dev.rlm.model.Image;
import dev.rlm.model.InferenceParameters;
import dev.rlm.model.Message;
import dev.rlm.model.ModelException;
import dev.rlm.model.ModelId;
import dev.rlm.model.ModelRequest;
import dev.rlm.model.ToolResult;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Base64;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Writes the parameters of {@code sampling/createMessage}. Images come before the text that they belong to, each as a message of
 * its own, since only the latest version of the protocol lets a message have several parts. Tools are not offered, for only
 * that version has them; models without tools write their code in their text. Nucleus sampling has no place in the protocol.
 */
final class SamplingRequests {

    private SamplingRequests() {}

    /**
     * The parameters.
     *
     * @param maxTokens the most tokens of the reply if the inference parameters have no limit
     * @throws ModelException if an image cannot be read any more
     */
    static JsonObject parameters(ModelId id, ModelRequest request, InferenceParameters inference, int maxTokens)
            throws ModelException {
        JsonArray messages = new JsonArray();
        for (Message message : request.messages()) {
            add(messages, message);
        }
        JsonObject parameters = new JsonObject()
                .put("messages", messages)
                .put("maxTokens", inference.maxTokens() == null ? maxTokens : inference.maxTokens());
        if (!request.system().isBlank()) {
            parameters.put("systemPrompt", request.system());
        }
        if (inference.temperature() != null) {
            parameters.put("temperature", inference.temperature());
        }
        if (!id.name().isEmpty()) {
            JsonArray hints = new JsonArray().add(new JsonObject().put("name", id.name()));
            parameters.put("modelPreferences", new JsonObject().put("hints", hints));
        }
        return parameters;
    }

    private static void add(JsonArray messages, Message message) throws ModelException {
        switch (message) {
            case Message.User user -> {
                for (Image image : user.images()) {
                    add(messages, "user", content(image));
                }
                add(messages, "user", content(user.text()));
            }
            case Message.Assistant assistant -> add(messages, "assistant", content(assistant.text()));
            case Message.ToolResults results ->
                add(
                        messages,
                        "user",
                        content(Stream.concat(
                                        results.results().stream().map(ToolResult::text), Stream.of(results.text()))
                                .filter(text -> !text.isBlank())
                                .collect(Collectors.joining("\n\n"))));
        }
    }

    private static void add(JsonArray messages, String role, JsonObject content) {
        messages.add(new JsonObject().put("role", role).put("content", content));
    }

    private static JsonObject content(String text) {
        return new JsonObject().put("type", "text").put("text", text);
    }

    private static JsonObject content(Image image) throws ModelException {
        return new JsonObject()
                .put("type", "image")
                .put("data", Base64.getEncoder().encodeToString(image.content()))
                .put("mimeType", image.mediaType());
    }
}
