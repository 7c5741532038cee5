package dev.rlm.model.openai;

import com.fasterxml.jackson.databind.JsonNode;
import dev.rlm.model.ModelException;
import dev.rlm.model.ModelId;
import dev.rlm.model.ModelReply;
import dev.rlm.model.ModelReply.StopReason;
import dev.rlm.model.ToolCall;
import dev.rlm.model.Usage;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads replies in the wire format of chat completions. */
final class ChatReplies {

    /** A common rule of thumb, used only where an endpoint does not count tokens itself. */
    private static final int CHARACTERS_PER_TOKEN = 4;

    private ChatReplies() {}

    /**
     * Reads a successful reply.
     *
     * @param requestCharacters the size of the request, from which tokens are estimated if the endpoint counts none
     */
    static ModelReply read(ModelId id, JsonNode body, long requestCharacters) throws ModelException {
        JsonNode choice = body.path("choices").path(0);
        JsonNode message = choice.path("message");
        if (!message.isObject()) {
            throw new ModelException(
                    ModelException.Kind.MALFORMED_REPLY,
                    id + " sent a reply without choices; the endpoint may not speak the chat-completions format.");
        }
        String text = text(message.path("content"));
        List<ToolCall> calls = toolCalls(id, message.path("tool_calls"));
        String refusal = message.path("refusal").asText("");
        boolean refused = text.isEmpty() && calls.isEmpty() && !refusal.isEmpty();
        StopReason stop = refused
                ? StopReason.WITHHELD
                : stop(choice.path("finish_reason").asText(""), !calls.isEmpty());
        Usage usage = usage(body.get("usage"), requestCharacters, text.length());
        return new ModelReply(refused ? refusal : text, calls, usage, stop);
    }

    /** The text of a message's content, or of a piece of it, which some servers send in parts. */
    static String text(JsonNode content) {
        if (content.isTextual()) {
            return content.textValue();
        }
        StringBuilder parts = new StringBuilder();
        for (JsonNode part : content) {
            parts.append(part.path("text").asText(""));
        }
        return parts.toString();
    }

    private static List<ToolCall> toolCalls(ModelId id, JsonNode calls) throws ModelException {
        List<ToolCall> result = new ArrayList<>();
        for (JsonNode call : calls) {
            JsonNode function = call.path("function");
            String name = function.path("name").asText("");
            if (name.isEmpty()) {
                throw new ModelException(ModelException.Kind.MALFORMED_REPLY, id + " sent a tool call without a name.");
            }
            JsonNode arguments = function.path("arguments");
            // Some servers send the arguments as an object instead of the specified string.
            String argumentsJson = arguments.isTextual() ? arguments.textValue() : arguments.toString();
            String callId = call.path("id").asText("");
            result.add(new ToolCall(
                    callId.isEmpty() ? "call-" + (result.size() + 1) : callId,
                    name,
                    argumentsJson.isEmpty() ? "{}" : argumentsJson));
        }
        return result;
    }

    private static StopReason stop(String reason, boolean hasToolCalls) {
        return switch (reason) {
            case "length" -> StopReason.OUTPUT_LIMIT;
            case "content_filter" -> StopReason.WITHHELD;
            case "stop", "tool_calls", "function_call" -> hasToolCalls ? StopReason.TOOL_CALLS : StopReason.COMPLETE;
            default -> hasToolCalls ? StopReason.TOOL_CALLS : StopReason.OTHER;
        };
    }

    private static Usage usage(@Nullable JsonNode usage, long requestCharacters, long replyCharacters) {
        if (usage == null || !usage.path("prompt_tokens").isNumber()) {
            return new Usage(tokens(requestCharacters), tokens(replyCharacters), 0, 0);
        }
        long prompt = count(usage.path("prompt_tokens"));
        long cached = Math.min(prompt, count(usage.path("prompt_tokens_details").path("cached_tokens")));
        return new Usage(prompt - cached, count(usage.path("completion_tokens")), cached, 0);
    }

    private static long count(JsonNode tokens) {
        return Math.max(0, tokens.asLong(0));
    }

    private static long tokens(long characters) {
        return Math.ceilDiv(characters, CHARACTERS_PER_TOKEN);
    }
}
