package dev.rlm.engine;

import dev.rlm.journal.TaskEvent.Compacted;
import dev.rlm.model.Message;
import dev.rlm.model.ToolCall;
import dev.rlm.model.ToolResult;
import dev.rlm.sandbox.Repl.Variable;
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
            return "\n\n[To make room, long outputs were cut in their middle. `history` in the REPL has them whole.]\n";
        }
        return """


                [To make room, all turns before the last %d were replaced by this summary. Variables are as they were, and `history` in the REPL has all turns whole.]
                <summary>
                %s
                </summary>
                Variables at this moment, the latest assigned first:
                %s
                """.formatted(compacted.kept(), compacted.summary(), compacted.variables());
    }

    /** The task of writing a summary: what was asked, and the turns, of which each message has at most so many characters. */
    static String task(String first, List<Message> turns, int characters) {
        return "<start>\n" + cut(first, characters) + "\n</start>\n\n<turns>\n"
                + turns.stream().map(turn -> told(turn, characters)).collect(Collectors.joining("\n\n"))
                + "\n</turns>\n\nWrite the summary.";
    }

    /** What can be said of turns without asking anybody, in at most so many characters. */
    static String digest(List<Message> turns, int characters) {
        StringBuilder all = new StringBuilder("The turns, shortened:");
        for (Message turn : turns) {
            int most = turn instanceof Message.Assistant ? DIGEST_OF_REPLY : DIGEST_OF_OUTPUT;
            // Before all replies stands the summary that was there, which tells of more than one turn.
            boolean summary = turn instanceof Message.User && turn.equals(turns.getFirst());
            all.append('\n').append(told(turn, summary ? characters / 2 : most));
        }
        return cut(all.toString(), characters);
    }

    /** Variables with types, sizes and previews, one a line. */
    static String list(List<Variable> variables) {
        if (variables.isEmpty()) {
            return "(none)";
        }
        String more = variables.size() <= VARIABLES_LISTED
                ? ""
                : "\n- and " + (variables.size() - VARIABLES_LISTED) + " more";
        return variables.stream()
                        .limit(VARIABLES_LISTED)
                        .map(variable -> "- %s: %s%s = %s"
                                .formatted(
                                        variable.name(),
                                        variable.type(),
                                        variable.size() < 0 ? "" : " of " + variable.size(),
                                        variable.preview().replaceAll("\\s+", " ")))
                        .collect(Collectors.joining("\n"))
                + more;
    }

    private static String told(Message message, int characters) {
        return switch (message) {
            case Message.User user -> "REPL: " + cut(user.text(), characters);
            case Message.Assistant reply ->
                "You: "
                        + cut(
                                reply.text()
                                        + reply.toolCalls().stream()
                                                .map(ToolCall::argumentsJson)
                                                .collect(Collectors.joining("\n", "\n", "")),
                                characters);
            case Message.ToolResults results ->
                "REPL: "
                        + cut(
                                results.results().stream()
                                        .map(ToolResult::text)
                                        .collect(Collectors.joining("\n", "", "\n" + results.text())),
                                characters);
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
        return text.substring(0, head) + "\n[... " + (tail - head) + " characters left out ...]\n"
                + text.substring(tail);
    }
}
