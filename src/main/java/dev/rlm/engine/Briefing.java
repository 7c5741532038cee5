package dev.rlm.engine;

import dev.rlm.budget.Ledger;
import dev.rlm.context.Context;
import dev.rlm.context.Document;
import java.util.List;

/** What the root model is told besides its cells' output: the question, facts about the input, and what is left. */
final class Briefing {

    private static final int DOCUMENTS_LISTED = 40;

    static final String NO_CODE =
            "Your reply had no code. Go on with code, or reply once more without code: that text is then taken as"
                    + " the final answer.";
    static final String NO_CODE_BUT_CUT =
            "Your reply was cut at your output limit before it held a complete cell. Write less: one short cell.";
    static final String LAST_CELL_CUT =
            "Your reply was cut at your output limit; its last cell was incomplete and was not run.";
    private static final String LAST_TURN =
            "This is the last turn: hand over the final value in it, with FINAL(value) or FINAL_VAR(\"name\").";

    private Briefing() {}

    /** The start of the first message: the question and metadata of the input, never the input. */
    static String opening(Question question) {
        List<Document> documents = question.contexts().stream()
                .flatMap(context -> context.documents().stream())
                .toList();
        long characters =
                question.contexts().stream().mapToLong(Context::characters).sum();
        long tokens = question.contexts().stream().mapToLong(Context::tokens).sum();
        StringBuilder message = new StringBuilder("Question:\n")
                .append(question.text())
                .append(schema(question))
                .append("\n\n`context` holds about %d characters, about %d tokens, in %d document%s:\n"
                        .formatted(characters, tokens, documents.size(), documents.size() == 1 ? "" : "s"));
        documents.stream()
                .limit(DOCUMENTS_LISTED)
                .forEach(document -> message.append("- %s: %d characters, %d lines\n"
                        .formatted(oneLine(document.name()), document.characters(), document.lines())));
        if (documents.size() > DOCUMENTS_LISTED) {
            message.append("- and %d more\n".formatted(documents.size() - DOCUMENTS_LISTED));
        }
        message.append("\nIt starts with:\n<preview>\n")
                .append(question.contexts().getFirst().preview())
                .append("\n</preview>\n\n");
        return message.toString();
    }

    private static String schema(Question question) {
        return question.schema() == null
                ? ""
                : "\n\nThe final value must be JSON that fits this JSON Schema. It is checked, and you are told what does"
                        + " not fit:\n<schema>\n" + question.schema().json() + "\n</schema>";
    }

    /** What is left, and whether the turn to come is the last. */
    static String turn(Ledger ledger) {
        String line = BudgetView.of(ledger).toLine();
        return ledger.turnsLeft() == 1 ? line + "\n" + LAST_TURN : line;
    }

    private static String oneLine(String name) {
        return name.replaceAll("\\p{Cntrl}", "?");
    }
}
