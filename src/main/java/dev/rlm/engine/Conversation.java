package dev.rlm.engine;

import dev.rlm.journal.TaskEvent.CodeCall;
import dev.rlm.journal.TaskEvent.RootReplied;
import dev.rlm.model.Message;
import dev.rlm.model.ToolCall;
import dev.rlm.model.ToolResult;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The root model's conversation. It only grows, so that a provider can read its beginning from a prompt cache. Each
 * message to the root model ends with a briefing, which is known when the model is asked.
 */
final class Conversation {

    private final List<Message> messages = new ArrayList<>();
    private List<CodeCall> unanswered = List.of();
    private long characters;
    private @Nullable Unsent unsent;

    /** A conversation whose first message begins like this. */
    Conversation(String opening) {
        unsent = new Unsent(briefing -> new Message.User(opening + briefing), opening.length());
    }

    /** A message that lacks its end, and its length without it. */
    private record Unsent(Function<String, Message> message, int length) {}

    /** Ends the message that the root model is to be asked with. */
    void brief(String briefing) {
        Unsent message = Objects.requireNonNull(unsent, "There is something to say.");
        unsent = null;
        add(message.message().apply(briefing), message.length() + briefing.length());
    }

    /** Adds the root model's reply. */
    void add(RootReplied reply) {
        unanswered = reply.toolCalls();
        List<ToolCall> calls = unanswered.stream()
                .map(call -> new ToolCall(call.id(), call.name(), call.argumentsJson()))
                .toList();
        int length = reply.text().length()
                + unanswered.stream()
                        .mapToInt(call -> call.argumentsJson().length())
                        .sum();
        add(new Message.Assistant(reply.text(), calls), length);
    }

    /**
     * Answers the root model's reply.
     *
     * @param outputs what its cells or tool calls gave, in order
     * @param note what else it should know, besides the briefing
     */
    void answer(List<CellOutput> outputs, String note) {
        if (unanswered.isEmpty()) {
            String text =
                    String.join("\n\n", outputs.stream().map(CellOutput::text).toList());
            String message = text.isEmpty() ? note : text + "\n\n" + note;
            unsent = new Unsent(briefing -> new Message.User(message + briefing), message.length());
            return;
        }
        List<ToolResult> results = new ArrayList<>();
        int length = note.length();
        for (int i = 0; i < unanswered.size(); i++) {
            CellOutput output = i < outputs.size() ? outputs.get(i) : CellOutput.NOT_RUN;
            results.add(new ToolResult(unanswered.get(i).id(), output.text(), output.failed()));
            length += output.text().length();
        }
        unanswered = List.of();
        unsent = new Unsent(briefing -> new Message.ToolResults(results, note + briefing), length);
    }

    List<Message> messages() {
        return messages;
    }

    /** The length of all messages, without the briefing that is still to come. */
    long characters() {
        return characters + (unsent == null ? 0 : unsent.length());
    }

    private void add(Message message, int length) {
        messages.add(message);
        characters += length;
    }
}
