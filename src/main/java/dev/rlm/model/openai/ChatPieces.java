package dev.rlm.model.openai;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rlm.model.ReplyListener;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Puts a reply together that comes in pieces ({@code chat.completion.chunk}), in the form in which it would have come
 * whole, so that both are read in the same way. Not thread-safe.
 */
final class ChatPieces {

    private final ReplyListener listener;
    private final StringBuilder text = new StringBuilder();
    private final StringBuilder refusal = new StringBuilder();
    private final List<Call> calls = new ArrayList<>();
    private String finishReason = "";
    private @Nullable JsonNode usage;
    private boolean begun;
    private long characters;

    ChatPieces(ReplyListener listener) {
        this.listener = listener;
    }

    /** A tool call of which some is known. */
    private static final class Call {
        private final int index;
        private String id = "";
        private String name = "";
        private final StringBuilder arguments = new StringBuilder();

        private Call(int index) {
            this.index = index;
        }
    }

    /** Adds the next piece. */
    void add(JsonNode chunk) {
        if (chunk.path("usage").isObject()) {
            usage = chunk.get("usage");
        }
        for (JsonNode choice : chunk.path("choices")) {
            if (choice.path("index").asInt(0) == 0) {
                begun = true;
                addDelta(choice.path("delta"));
                finishReason = choice.path("finish_reason").asText(finishReason);
            }
        }
    }

    /** Whether the model has ended the reply; only the count of its tokens may still come. */
    boolean isFinished() {
        return !finishReason.isEmpty();
    }

    /** How many characters of the reply there are so far. */
    long characters() {
        return characters;
    }

    /** The reply as a {@code chat.completion}. */
    ObjectNode whole() {
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        ArrayNode choices = body.putArray("choices");
        if (begun) {
            ObjectNode choice = choices.addObject();
            if (!finishReason.isEmpty()) {
                choice.put("finish_reason", finishReason);
            }
            ObjectNode message = choice.putObject("message").put("content", text.toString());
            message.put("refusal", refusal.toString());
            ArrayNode toolCalls = message.putArray("tool_calls");
            calls.forEach(call -> toolCalls
                    .addObject()
                    .put("id", call.id)
                    .putObject("function")
                    .put("name", call.name)
                    .put("arguments", call.arguments.toString()));
        }
        if (usage != null) {
            body.set("usage", usage);
        }
        return body;
    }

    private void addDelta(JsonNode delta) {
        addText(ChatReplies.text(delta.path("content")), text);
        addText(delta.path("refusal").asText(""), refusal);
        for (JsonNode piece : delta.path("tool_calls")) {
            addToolCall(piece);
        }
    }

    private void addText(String piece, StringBuilder to) {
        if (!piece.isEmpty()) {
            to.append(piece);
            characters += piece.length();
            listener.text(piece);
        }
    }

    private void addToolCall(JsonNode piece) {
        Call call = callOf(piece);
        call.id = call.id.isEmpty() ? piece.path("id").asText("") : call.id;
        JsonNode function = piece.path("function");
        String name = function.path("name").asText("");
        if (call.name.isEmpty() && !name.isEmpty()) {
            call.name = name;
            listener.toolCall(name);
        }
        JsonNode arguments = function.path("arguments");
        // Some servers send the arguments as an object, which is whole then.
        String more = arguments.isContainerNode() ? arguments.toString() : arguments.asText("");
        if (!more.isEmpty()) {
            call.arguments.append(more);
            characters += more.length();
            listener.arguments(more);
        }
    }

    /**
     * The call that a piece belongs to. Pieces name it by its index; of servers that leave that out or give all calls the
     * same, an id that was not there before tells, or else a name.
     */
    private Call callOf(JsonNode piece) {
        int index = piece.path("index").asInt(-1);
        String id = piece.path("id").asText("");
        for (Call call : calls.reversed()) {
            boolean same = id.isEmpty() || call.id.isEmpty() || id.equals(call.id);
            boolean nameless = piece.path("function").path("name").asText("").isEmpty();
            if (call.index == index && same && (index >= 0 || !id.isEmpty() || nameless)) {
                return call;
            }
        }
        Call call = new Call(index);
        calls.add(call);
        return call;
    }
}
