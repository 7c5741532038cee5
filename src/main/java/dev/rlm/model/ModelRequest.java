package dev.rlm.model;

import java.time.Instant;
import java.util.List;

/**
 * One call of a model.
 *
 * @param system the system prompt, empty for none
 * @param messages the conversation, starting with a user message
 * @param tools the tools that the model may call; empty for none
 * @param deadline when the caller needs an answer at the latest; retries and time-outs stay before it
 */
public record ModelRequest(String system, List<Message> messages, List<Tool> tools, Instant deadline) {

    public ModelRequest {
        messages = List.copyOf(messages);
        tools = List.copyOf(tools);
    }

    /** The same call, answered by this time at the latest, if its own deadline is not before it. */
    ModelRequest answeredBy(Instant time) {
        return time.isBefore(deadline) ? new ModelRequest(system, messages, tools, time) : this;
    }

    /** A single user message without system prompt or tools. */
    public static ModelRequest prompt(String text, Instant deadline) {
        return new ModelRequest("", List.of(new Message.User(text)), List.of(), deadline);
    }
}
