package dev.rlm.model.script;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;

/** Cuts a reply in the wire format of chat completions into its pieces. */
final class ChatChunks {

    /** About what a few tokens have, in characters. */
    private static final int PIECE = 16;

    private ChatChunks() {}

    /**
     * The pieces of a reply: its role, its text, its tool calls, each with its arguments in pieces, and why it ended.
     *
     * @param count whether a last piece counts the tokens
     */
    static List<JsonNode> of(JsonNode completion, boolean count) {
        JsonNode choice = completion.path("choices").path(0);
        JsonNode message = choice.path("message");
        List<JsonNode> chunks = new ArrayList<>();
        chunks.add(chunk(completion, delta().put("role", "assistant").put("content", "")));
        for (String piece : pieces(message.path("content").asText(""))) {
            chunks.add(chunk(completion, delta().put("content", piece)));
        }
        int index = 0;
        for (JsonNode call : message.path("tool_calls")) {
            ObjectNode begin = call.deepCopy();
            ((ObjectNode) begin.path("function")).put("arguments", "");
            chunks.add(chunk(completion, toolCall(index, begin)));
            for (String piece : pieces(call.path("function").path("arguments").asText(""))) {
                ObjectNode more = JsonNodeFactory.instance.objectNode();
                more.putObject("function").put("arguments", piece);
                chunks.add(chunk(completion, toolCall(index, more)));
            }
            index++;
        }
        ObjectNode last = chunk(completion, delta());
        ((ObjectNode) last.path("choices").path(0)).set("finish_reason", choice.path("finish_reason"));
        chunks.add(last);
        if (count) {
            ObjectNode tokens = chunk(completion, delta());
            tokens.putArray("choices");
            chunks.add(tokens.set("usage", completion.path("usage")));
        }
        return chunks;
    }

    private static ObjectNode delta() {
        return JsonNodeFactory.instance.objectNode();
    }

    private static ObjectNode toolCall(int index, ObjectNode call) {
        ObjectNode delta = delta();
        delta.putArray("tool_calls").add(call.put("index", index));
        return delta;
    }

    private static ObjectNode chunk(JsonNode completion, ObjectNode delta) {
        ObjectNode chunk = JsonNodeFactory.instance.objectNode();
        chunk.set("id", completion.path("id"));
        chunk.put("object", "chat.completion.chunk");
        chunk.set("created", completion.path("created"));
        chunk.set("model", completion.path("model"));
        ObjectNode choice = chunk.putArray("choices").addObject().put("index", 0);
        choice.set("delta", delta);
        choice.putNull("finish_reason");
        return chunk;
    }

    /** Never through a character. */
    private static List<String> pieces(String text) {
        List<String> pieces = new ArrayList<>();
        int start = 0;
        while (start < text.length()) {
            int end = text.length() - start <= PIECE ? text.length() : start + PIECE;
            if (end < text.length() && Character.isLowSurrogate(text.charAt(end))) {
                end++;
            }
            pieces.add(text.substring(start, end));
            start = end;
        }
        return pieces;
    }
}
