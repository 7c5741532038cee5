package dev.rlm.engine;

import dev.rlm.model.Ability;
import dev.rlm.model.Message;
import dev.rlm.model.ModelRequest;
import dev.rlm.schema.JsonSchema;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What the replies to sub-calls with a schema must be: how the sub-model is told, and how its replies are read. A model
 * that can answer by a schema is given it by its provider, if all providers take that schema; others are told in words.
 * Thread-safe.
 */
final class ReplyForm {

    private static final int START_CHARACTERS = 300;

    private final JsonSchema schema;
    private final String instruction;
    private final Optional<ProviderSchema> ofProvider;

    private ReplyForm(JsonSchema schema, Optional<ProviderSchema> ofProvider) {
        this.schema = schema;
        this.ofProvider = ofProvider;
        this.instruction = "\n\n" + MessageText.REPLY_SCHEMA.with(schema.json());
    }

    /** The form of replies of this model that must fit a schema. */
    static ReplyForm of(JsonSchema schema, Role role) {
        return new ReplyForm(
                schema,
                role.description().can(Ability.STRUCTURED_OUTPUT)
                        ? ProviderSchema.of(schema.json())
                        : Optional.empty());
    }

    /** What is said to a model that is told in words. */
    String instruction() {
        return instruction;
    }

    /** A call with this prompt, and what was said after it. */
    ModelRequest request(Message.User prompt, List<Message> afterwards, Instant deadline) {
        return ofProvider
                .map(sent -> new ModelRequest("", messages(prompt, afterwards), List.of(), deadline, sent.json()))
                .orElseGet(() -> requestInWords(prompt, afterwards, deadline));
    }

    /** The same call to a model whose provider has no part in it. */
    ModelRequest requestInWords(Message.User prompt, List<Message> afterwards, Instant deadline) {
        Message.User told = new Message.User(prompt.text() + instruction, prompt.images());
        return new ModelRequest("", messages(told, afterwards), List.of(), deadline);
    }

    private static List<Message> messages(Message.User prompt, List<Message> afterwards) {
        List<Message> messages = new ArrayList<>(List.of(prompt));
        messages.addAll(afterwards);
        return messages;
    }

    /** What is said after a reply that did not fit: the reply, and what is wrong with it. */
    static List<Message> repair(String reply, String problems) {
        return List.of(new Message.Assistant(reply, List.of()), new Message.User(MessageText.REPAIR.with(problems)));
    }

    /** What the code is told of a second reply that does not fit. */
    static String failure(String reply, String problems) {
        return "The sub-model's reply does not fit the schema, nor did the one before it:\n" + problems + "\n"
                + start(reply);
    }

    /** How a reply begins. */
    static String start(String reply) {
        String text = reply.strip();
        return "The reply begins: "
                + (text.length() <= START_CHARACTERS ? text : text.substring(0, START_CHARACTERS) + "...");
    }

    /** What a reply turned out to be. */
    sealed interface Reading {
        /** JSON that fits. */
        record Fits(String json) implements Reading {}

        /** What keeps it from fitting, a line for each problem. */
        record Unfit(String problems) implements Reading {}
    }

    /** Reads a reply: the JSON value that it is, or the only one that stands in it; or a text, if a text fits. */
    Reading read(String reply) {
        List<String> values = JsonInText.values(reply);
        if (values.size() == 1) {
            String value = ofProvider
                    .flatMap(sent -> sent.unwrapped(values.getFirst()))
                    .orElse(values.getFirst());
            List<String> problems = schema.problems(value);
            return problems.isEmpty() ? new Reading.Fits(value) : textOr(reply, problems);
        }
        return textOr(
                reply,
                List.of(
                        values.isEmpty()
                                ? "There is no JSON value in it."
                                : "There is more than one JSON value in it."));
    }

    /** A model that is asked for a text may leave out the quotes. */
    private Reading textOr(String reply, List<String> problems) {
        String text = Json.quote(reply.strip());
        return schema.problems(text).isEmpty()
                ? new Reading.Fits(text)
                : new Reading.Unfit("- " + String.join("\n- ", problems));
    }
}
