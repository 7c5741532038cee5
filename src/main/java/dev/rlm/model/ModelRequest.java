package dev.rlm.model;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One call of a model.
 *
 * @param system the system prompt, empty for none
 * @param messages the conversation, starting with a user message
 * @param tools the tools that the model may call; empty for none
 * @param deadline when the caller needs an answer at the latest; retries and time-outs stay before it
 * @param replySchema the JSON Schema of an object that the reply's text shall be, for models with {@link
 *     Ability#STRUCTURED_OUTPUT}, or null if it may be any text. Providers refuse schemas beyond a small subset
 */
public record ModelRequest(
        String system,
        List<Message> messages,
        List<Tool> tools,
        Instant deadline,
        @Nullable String replySchema) {

    public ModelRequest {
        messages = List.copyOf(messages);
        tools = List.copyOf(tools);
    }

    /** A call whose reply may be any text. */
    public ModelRequest(String system, List<Message> messages, List<Tool> tools, Instant deadline) {
        this(system, messages, tools, deadline, null);
    }

    /** The same call, answered by this time at the latest, if its own deadline is not before it. */
    ModelRequest answeredBy(Instant time) {
        return time.isBefore(deadline) ? new ModelRequest(system, messages, tools, time, replySchema) : this;
    }

    /** A single user message without system prompt or tools. */
    public static ModelRequest prompt(String text, Instant deadline) {
        return new ModelRequest("", List.of(new Message.User(text)), List.of(), deadline);
    }
}
