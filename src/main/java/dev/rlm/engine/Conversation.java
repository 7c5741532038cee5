package dev.rlm.engine;

import dev.rlm.context.TokenEstimate;
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
    private long tokensSinceReply;

    Conversation(String opening) {
        add(new Message.User(opening), TokenEstimate.of(opening));
    }

    /** Adds the root model's reply. */
    void add(RootReplied reply) {
        unanswered = reply.toolCalls();
        List<ToolCall> calls = unanswered.stream()
                .map(call -> new ToolCall(call.id(), call.name(), call.argumentsJson()))
                .toList();
        messages.add(new Message.Assistant(reply.text(), calls));
        tokensSinceReply = 0;
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
            add(new Message.User(message), TokenEstimate.of(message));
            return;
        }
        List<ToolResult> results = new ArrayList<>();
        long tokens = TokenEstimate.of(note);
        for (int i = 0; i < unanswered.size(); i++) {
            CellOutput output = i < outputs.size() ? outputs.get(i) : CellOutput.NOT_RUN;
            results.add(new ToolResult(unanswered.get(i).id(), output.text(), output.failed()));
            tokens += TokenEstimate.of(output.text());
        }
        unanswered = List.of();
        add(new Message.ToolResults(results, note), tokens);
    }

    List<Message> messages() {
        return messages;
    }

    /** About how many tokens there are behind the root model's last reply. */
    long tokensSinceReply() {
        return tokensSinceReply;
    }

    private void add(Message message, long tokens) {
        messages.add(message);
        tokensSinceReply += tokens;
    }
}
