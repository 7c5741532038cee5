package dev.rlm.engine;

import dev.rlm.journal.TaskEvent.CodeCall;
import dev.rlm.journal.TaskEvent.RootReplied;
import dev.rlm.model.Message;
import dev.rlm.model.ToolCall;
import dev.rlm.model.ToolResult;
import java.util.ArrayList;
import java.util.List;

/** The root model's conversation. It only grows, so that a provider can read its beginning from a prompt cache. */
final class Conversation {

    private final List<Message> messages = new ArrayList<>();
    private List<CodeCall> unanswered = List.of();
    private long characters;

    Conversation(String opening) {
        add(new Message.User(opening), opening.length());
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
     * @param note what else it should know
     */
    void answer(List<CellOutput> outputs, String note) {
        if (unanswered.isEmpty()) {
            String text =
                    String.join("\n\n", outputs.stream().map(CellOutput::text).toList());
            String message = text.isEmpty() ? note : text + "\n\n" + note;
            add(new Message.User(message), message.length());
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
        add(new Message.ToolResults(results, note), length);
    }

    List<Message> messages() {
        return messages;
    }

    /** The length of all messages. */
    long characters() {
        return characters;
    }

    private void add(Message message, int length) {
        messages.add(message);
        characters += length;
    }
}
