package dev.rlm.engine;

import dev.rlm.context.TokenEstimate;
import dev.rlm.journal.TaskEvent.CodeCall;
import dev.rlm.journal.TaskEvent.Compacted;
import dev.rlm.journal.TaskEvent.RootReplied;
import dev.rlm.model.Message;
import dev.rlm.model.ToolCall;
import dev.rlm.model.ToolResult;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The root model's conversation. It only grows, so that a provider can read its beginning from a prompt cache, until its
 * older turns are {@linkplain #compact replaced} by a summary. Each message to the root model ends with a briefing, which
 * is known when the model is asked.
 */
final class Conversation {

    private List<Sized> messages = new ArrayList<>();
    private List<CodeCall> unanswered = List.of();
    private @Nullable Sized unsent;

    /** The first message as it was before any summary; empty before it is briefed. */
    private String first = "";

    /** What was asked since, which has to stay when turns are left out. */
    private String askedSince = "";

    /** A conversation whose first message begins like this. */
    Conversation(String opening) {
        unsent = Sized.of(new Message.User(opening));
    }

    /** Asks another question, with what there is to say anyway. */
    void ask(String question) {
        if (messages.isEmpty()) {
            unsent = Sized.of(with(Objects.requireNonNull(unsent, "A conversation opens with something."), question));
            return;
        }
        askedSince += question;
        unsent = unsent == null ? Sized.of(new Message.User(question)) : Sized.of(with(unsent, question));
    }

    private static Message with(Sized unsent, String text) {
        return switch (unsent.message()) {
            case Message.User user -> new Message.User(user.text() + text);
            case Message.ToolResults results -> new Message.ToolResults(results.results(), results.text() + text);
            case Message.Assistant reply -> reply;
        };
    }

    /** A message and about how many tokens it has. */
    private record Sized(Message message, long tokens) {

        static Sized of(Message message) {
            return new Sized(
                    message, message.texts().mapToLong(TokenEstimate::of).sum());
        }

        boolean isReply() {
            return message instanceof Message.Assistant;
        }
    }

    /** Ends the message that the root model is to be asked with. */
    void brief(String briefing) {
        Message message = with(Objects.requireNonNull(unsent, "There is something to say."), briefing);
        unsent = null;
        if (messages.isEmpty() && message instanceof Message.User opening) {
            first = opening.text();
        }
        messages.add(Sized.of(message));
    }

    /** Adds the root model's reply. */
    void add(RootReplied reply) {
        unanswered = reply.toolCalls();
        List<ToolCall> calls = unanswered.stream()
                .map(call -> new ToolCall(call.id(), call.name(), call.argumentsJson()))
                .toList();
        messages.add(Sized.of(new Message.Assistant(reply.text(), calls)));
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
            unsent = Sized.of(new Message.User(text.isEmpty() ? note : text + "\n\n" + note));
            return;
        }
        List<ToolResult> results = new ArrayList<>();
        for (int i = 0; i < unanswered.size(); i++) {
            CellOutput output = i < outputs.size() ? outputs.get(i) : CellOutput.NOT_RUN;
            results.add(new ToolResult(unanswered.get(i).id(), output.text(), output.failed()));
        }
        unanswered = List.of();
        unsent = Sized.of(new Message.ToolResults(results, note));
    }

    List<Message> messages() {
        return messages.stream().map(Sized::message).toList();
    }

    /** About how many tokens there are behind the root model's last reply, without the briefing that is still to come. */
    long tokensSinceReply() {
        return tokensOf(0);
    }

    /** About how many tokens there are up to the root model's last reply, without the system prompt. */
    long tokensUpToReply() {
        return messages.stream().mapToLong(Sized::tokens).sum() + (unsent == null ? 0 : unsent.tokens()) - tokensOf(0);
    }

    /** How many replies of the root model it holds as they were. */
    int replies() {
        return (int) messages.stream().filter(Sized::isReply).count();
    }

    /** What is asked: the first message, without a summary, and what was asked since. */
    String asked() {
        if (messages.isEmpty() && unsent != null && unsent.message() instanceof Message.User opening) {
            return opening.text();
        }
        return first + askedSince;
    }

    /** About how many tokens the last so many replies have, with all that came after the first of them. */
    long tokensOf(int replies) {
        long tokens = unsent == null ? 0 : unsent.tokens();
        return tokens
                + messages.subList(startOf(replies), messages.size()).stream()
                        .mapToLong(Sized::tokens)
                        .sum();
    }

    /** What a compaction that keeps so many replies takes out: all before them, but for the first message. */
    List<Message> before(int replies) {
        List<Message> all = messages();
        List<Message> older = new ArrayList<>(all.subList(1, startOf(replies)));
        if (all.getFirst() instanceof Message.User user && user.text().length() > first.length()) {
            older.addFirst(new Message.User(user.text().substring(first.length())));
        }
        return older;
    }

    /**
     * Puts a summary in the place of all turns but the last ones. Those stay with their results, of which each message is cut
     * in its middle if the compaction says so.
     */
    void compact(Compacted compacted) {
        List<Sized> kept = new ArrayList<>();
        first = asked();
        askedSince = "";
        kept.add(Sized.of(new Message.User(first + Summaries.block(compacted))));
        int characters = compacted.messageCharacters();
        messages.subList(startOf(compacted.kept()), messages.size()).forEach(each -> kept.add(cut(each, characters)));
        unsent = unsent == null ? null : cut(unsent, characters);
        messages = kept;
    }

    /** Where the last so many replies begin; with 0, what came after the last of them. */
    private int startOf(int replies) {
        int at = messages.size();
        int left = replies;
        while (at > 0 && (replies == 0 ? !messages.get(at - 1).isReply() : left > 0)) {
            at--;
            left -= messages.get(at).isReply() ? 1 : 0;
        }
        return at;
    }

    private static Sized cut(Sized sized, int characters) {
        if (characters == 0) {
            return sized;
        }
        return switch (sized.message()) {
            case Message.User user -> Sized.of(new Message.User(Summaries.cut(user.text(), characters)));
            case Message.ToolResults results -> {
                int each =
                        Math.max(1, characters / Math.max(1, results.results().size()));
                yield Sized.of(new Message.ToolResults(
                        results.results().stream()
                                .map(result -> new ToolResult(
                                        result.callId(), Summaries.cut(result.text(), each), result.isError()))
                                .toList(),
                        results.text()));
            }
            case Message.Assistant _ -> sized;
        };
    }
}
