package dev.rlm.engine;

import dev.rlm.context.TokenEstimate;
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
    private long tokensSinceReply;
    private @Nullable Unsent unsent;

    /** A conversation whose first message begins like this. */
    Conversation(String opening) {
        unsent = new Unsent(briefing -> new Message.User(opening + briefing), TokenEstimate.of(opening));
    }

    /** A message that lacks its end, and how many tokens it has without it. */
    private record Unsent(Function<String, Message> message, long tokens) {}

    /** Ends the message that the root model is to be asked with. */
    void brief(String briefing) {
        Unsent message = Objects.requireNonNull(unsent, "There is something to say.");
        unsent = null;
        add(message.message().apply(briefing), message.tokens() + TokenEstimate.of(briefing));
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
     * @param note what else it should know, besides the briefing
     */
    void answer(List<CellOutput> outputs, String note) {
        if (unanswered.isEmpty()) {
            String text =
                    String.join("\n\n", outputs.stream().map(CellOutput::text).toList());
            String message = text.isEmpty() ? note : text + "\n\n" + note;
            unsent = new Unsent(briefing -> new Message.User(message + briefing), TokenEstimate.of(message));
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
        unsent = new Unsent(briefing -> new Message.ToolResults(results, note + briefing), tokens);
    }

    List<Message> messages() {
        return messages;
    }

    /** About how many tokens there are behind the root model's last reply, without the briefing that is still to come. */
    long tokensSinceReply() {
        return tokensSinceReply + (unsent == null ? 0 : unsent.tokens());
    }

    private void add(Message message, long tokens) {
        messages.add(message);
        tokensSinceReply += tokens;
    }
}
