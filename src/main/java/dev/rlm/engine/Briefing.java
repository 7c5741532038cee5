package dev.rlm.engine;

import dev.rlm.budget.Ledger;
import dev.rlm.context.Context;
import dev.rlm.sandbox.ChildQuestion;
import dev.rlm.sandbox.ChildQuestion.ContextFacts;
import dev.rlm.sandbox.ChildQuestion.DocumentFacts;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the root model is told besides its cells' output: the question, facts about the input, and what is left. */
final class Briefing {

    private static final int DOCUMENTS_LISTED = 40;

    /** About; a child's context is not read to count them. */
    private static final int CHARACTERS_OF_TOKEN = 4;

    private static final String ASKED_BY_CODE =
            "(You are asked by code that works on a larger input. It gets your final value as text, and nothing else.)";

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
        List<DocumentFacts> documents = question.contexts().stream()
                .flatMap(context -> context.documents().stream())
                .map(document -> new DocumentFacts(document.name(), document.characters(), document.lines()))
                .toList();
        long characters =
                question.contexts().stream().mapToLong(Context::characters).sum();
        long tokens = question.contexts().stream().mapToLong(Context::tokens).sum();
        return opening(
                question.text()
                        + schema(
                                question.schema() == null
                                        ? null
                                        : question.schema().json()),
                tokens,
                new ContextFacts(
                        characters,
                        documents.size(),
                        documents,
                        question.contexts().getFirst().preview()));
    }

    /** The start of the message to a root model that reads the contexts itself; their text follows. */
    static String direct(Question question) {
        return "Question:\n" + question.text() + schemaOfReply(question) + "\n\n";
    }

    /** The start of the first message to a child. */
    static String opening(ChildQuestion question) {
        ContextFacts about = question.about();
        return opening(
                question.text() + "\n\n" + ASKED_BY_CODE + schema(question.schema()),
                about.characters() / CHARACTERS_OF_TOKEN,
                about);
    }

    private static String opening(String question, long tokens, ContextFacts about) {
        StringBuilder message = new StringBuilder("Question:\n")
                .append(question)
                .append("\n\n`context` holds about %d characters, about %d tokens, in %d document%s:\n"
                        .formatted(about.characters(), tokens, about.documents(), about.documents() == 1 ? "" : "s"));
        List<DocumentFacts> listed =
                about.first().stream().limit(DOCUMENTS_LISTED).toList();
        listed.forEach(document -> message.append("- %s: %d characters, %d lines\n"
                .formatted(oneLine(document.name()), document.characters(), document.lines())));
        if (about.documents() > listed.size()) {
            message.append("- and %d more\n".formatted(about.documents() - listed.size()));
        }
        message.append("\nIt starts with:\n<preview>\n").append(about.preview()).append("\n</preview>\n\n");
        return message.toString();
    }

    private static String schemaOfReply(Question question) {
        return question.schema() == null
                ? ""
                : "\n\nReply with JSON that fits this JSON Schema, and nothing else:\n<schema>\n"
                        + question.schema().json() + "\n</schema>";
    }

    private static String schema(@Nullable String schema) {
        return schema == null
                ? ""
                : "\n\nThe final value must be JSON that fits this JSON Schema. It is checked, and you are told what does"
                        + " not fit:\n<schema>\n" + schema + "\n</schema>";
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
