package dev.rlm.mcp.sampling;

import com.fasterxml.jackson.databind.JsonNode;
import dev.rlm.context.TokenEstimate;
import dev.rlm.model.Message;
import dev.rlm.model.ModelException;
import dev.rlm.model.ModelException.Kind;
import dev.rlm.model.ModelReply;
import dev.rlm.model.ModelReply.StopReason;
import dev.rlm.model.ModelRequest;
import dev.rlm.model.ProviderSentence;
import dev.rlm.model.Usage;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/** Reads replies to {@code sampling/createMessage}. Clients count no tokens, so these are estimated; images not at all. */
final class SamplingReplies {

    /** By which the protocol has users decline. */
    private static final int DECLINED = -1;

    private static final int LONGEST_NAME = 100;

    private SamplingReplies() {}

    /**
     * Reads a reply.
     *
     * @param message the client's message, with a result or an error
     * @throws ModelException with a sentence for users if it has no text
     */
    static ModelReply read(JsonNode message, ModelRequest request) throws ModelException {
        if (isDeclined(message)) {
            throw declined();
        }
        if (message.has("error")) {
            throw failure(message.path("error"), request);
        }
        JsonNode result = message.path("result");
        JsonNode content = result.path("content");
        // The latest version of the protocol lets a message have several parts.
        List<String> texts = (content.isArray()
                        ? StreamSupport.stream(content.spliterator(), false)
                        : Stream.of(content))
                .filter(part -> part.path("type").asText().equals("text"))
                .map(part -> part.path("text").asText())
                .toList();
        if (texts.isEmpty()) {
            throw new ModelException(
                    Kind.MALFORMED_REPLY, "The client that lends its model sent a reply of it without a text.");
        }
        String text = String.join("", texts);
        return new ModelReply(
                text,
                List.of(),
                new Usage(TokenEstimate.of(textOf(request)), TokenEstimate.of(text), 0, 0),
                stop(result.path("stopReason").asText("endTurn")),
                name(result.path("model").asText()));
    }

    /** Whether the client's user has declined to have it answered. */
    static boolean isDeclined(JsonNode message) {
        return message.path("error").path("code").asInt() == DECLINED;
    }

    static ModelException declined() {
        return new ModelException(
                Kind.REFUSED,
                "The client's user has declined to let its model answer a request of this question, and is not asked again for it.");
    }

    private static ModelException failure(JsonNode error, ModelRequest request) {
        String told = ProviderSentence.of(error.path("message").asText(), List.of(), request);
        return new ModelException(
                Kind.REFUSED,
                "The client that lends its model answered with an error ("
                        + error.path("code").asInt() + ")" + (told.isEmpty() ? "." : ": " + told));
    }

    private static StopReason stop(String reason) {
        return switch (reason) {
            case "endTurn", "stopSequence" -> StopReason.COMPLETE;
            case "maxTokens" -> StopReason.OUTPUT_LIMIT;
            default -> StopReason.OTHER;
        };
    }

    private static @Nullable String name(String model) {
        String name = ProviderSentence.of(model, List.of());
        return name.isEmpty() ? null : name.substring(0, Math.min(name.length(), LONGEST_NAME));
    }

    private static String textOf(ModelRequest request) {
        return request.system()
                + request.messages().stream().flatMap(Message::texts).collect(Collectors.joining());
    }
}
