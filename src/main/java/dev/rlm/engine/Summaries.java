package dev.rlm.engine;

import dev.rlm.journal.TaskEvent.Compacted;
import dev.rlm.model.Message;
import dev.rlm.model.ToolCall;
import dev.rlm.model.ToolResult;
import dev.rlm.sandbox.Repl.Variable;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** The texts with which the older turns of a conversation are asked about, replaced and told of. */
final class Summaries {

    private static final int VARIABLES_LISTED = 60;

    /** What a digest tells of a reply and of what came of it, in characters. */
    private static final int DIGEST_OF_REPLY = 400;

    private static final int DIGEST_OF_OUTPUT = 200;

    private Summaries() {}

    /** What stands behind the first message in the place of older turns. */
    static String block(Compacted compacted) {
        if (compacted.summary().isEmpty()) {
            return "\n\n" + MessageText.OUTPUTS_CUT.with() + "\n";
        }
        return "\n\n" + MessageText.SUMMARY.with(compacted.kept(), compacted.summary(), compacted.variables()) + "\n";
    }

    /** The task of writing a summary: what was asked, and the turns, of which each message has at most so many characters. */
    static String task(String first, List<Message> turns, int characters) {
        return MessageText.SUMMARY_REQUEST.with(
                cut(first, characters),
                turns.stream().map(turn -> told(turn, characters)).collect(Collectors.joining("\n\n")));
    }

    /** What can be said of turns without asking anybody, in at most so many characters. */
    static String digest(List<Message> turns, int characters) {
        List<String> all = new ArrayList<>();
        for (Message turn : turns) {
            int most = turn instanceof Message.Assistant ? DIGEST_OF_REPLY : DIGEST_OF_OUTPUT;
            // Before all replies stands the summary that was there, which tells of more than one turn.
            boolean summary = turn instanceof Message.User && turn.equals(turns.getFirst());
            all.add(told(turn, summary ? characters / 2 : most));
        }
        return cut(MessageText.DIGEST.with(String.join("\n", all)), characters);
    }

    /** Variables with types, sizes and previews, one a line. */
    static String list(List<Variable> variables) {
        if (variables.isEmpty()) {
            return MessageText.NO_VARIABLES.with();
        }
        String more = variables.size() <= VARIABLES_LISTED
                ? ""
                : "\n" + MessageText.MORE.with(variables.size() - VARIABLES_LISTED);
        return variables.stream().limit(VARIABLES_LISTED).map(Summaries::line).collect(Collectors.joining("\n")) + more;
    }

    private static String line(Variable variable) {
        String preview = variable.preview().replaceAll("\\s+", " ");
        return variable.size() < 0
                ? MessageText.VARIABLE.with(variable.name(), variable.type(), preview)
                : MessageText.VARIABLE_WITH_SIZE.with(variable.name(), variable.type(), variable.size(), preview);
    }

    private static String told(Message message, int characters) {
        return switch (message) {
            case Message.User user -> MessageText.TOLD_BY_REPL.with(cut(user.text(), characters));
            case Message.Assistant reply ->
                MessageText.TOLD_BY_MODEL.with(cut(
                        reply.text()
                                + reply.toolCalls().stream()
                                        .map(ToolCall::argumentsJson)
                                        .collect(Collectors.joining("\n", "\n", "")),
                        characters));
            case Message.ToolResults results ->
                MessageText.TOLD_BY_REPL.with(cut(
                        results.results().stream()
                                .map(ToolResult::text)
                                .collect(Collectors.joining("\n", "", "\n" + results.text())),
                        characters));
        };
    }

    /** A text of at most about so many characters: what is longer loses its middle, which is told. */
    static String cut(String text, int characters) {
        if (text.length() <= characters) {
            return text;
        }
        int head = characters / 2;
        int tail = text.length() - (characters - head);
        head -= head > 0 && Character.isHighSurrogate(text.charAt(head - 1)) ? 1 : 0;
        tail += tail < text.length() && Character.isLowSurrogate(text.charAt(tail)) ? 1 : 0;
        return text.substring(0, head) + "\n" + MessageText.LEFT_OUT.with(tail - head) + "\n" + text.substring(tail);
    }
}
