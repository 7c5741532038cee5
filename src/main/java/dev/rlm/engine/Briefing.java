package dev.rlm.engine;

import dev.rlm.budget.Ledger;
import dev.rlm.context.Context;
import dev.rlm.journal.TaskEvent.Finished;
import dev.rlm.sandbox.ChildQuestion;
import dev.rlm.sandbox.ChildQuestion.ContextFacts;
import dev.rlm.sandbox.ChildQuestion.DocumentFacts;
import dev.rlm.schema.JsonSchema;
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

    private static final String VERIFIED =
            "\n\n(What the answer claims will be checked against what you cite: find the passage behind each claim, call"
                    + " cite(...) on it, and put the citation beside the claim.)";

    private static final String GOES_ON =
            "(The context is the same, and the REPL is as its cells left it, with their variables. Hand over a final value"
                    + " for this question as before.)";

    /** How much of an earlier answer is told; the REPL has the variables that it came from. */
    private static final int MOST_OF_ANSWER = 4_000;

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
                asked(question) + images(question),
                tokens,
                new ContextFacts(
                        characters,
                        documents.size(),
                        documents,
                        question.contexts().getFirst().preview()));
    }

    private static String asked(Question question) {
        JsonSchema schema = question.schema();
        return question.text() + schema(schema == null ? null : schema.json()) + (question.verify() ? VERIFIED : "");
    }

    private static String images(Question question) {
        long images = question.images();
        return images == 0
                ? ""
                : "\n\n(%d of the documents are images, which have no text: those whose `documents[i].image` is not None. Show them to the sub-model with llm_query(prompt, images=[documents[i].image]), or several at once with llm_query_batched(prompts, images=[...]), one entry for each prompt.)"
                        .formatted(images);
    }

    /** What follows the turns of an earlier task: how it ended, and the question that was asked after it. */
    static String followUp(Session.Earlier earlier, Question question) {
        return "\n\n" + ending(earlier, MOST_OF_ANSWER) + "\n\nFollow-up question:\n" + asked(question) + "\n\n"
                + GOES_ON + "\n\n";
    }

    /** How an earlier task ended, with at most so many characters of its answer. */
    private static String ending(Session.Earlier earlier, int characters) {
        String status = earlier.end().map(Finished::status).orElse("stopped");
        String answer = earlier.end().map(Finished::text).orElse(null);
        String reason = earlier.end().map(Finished::reason).orElse(null);
        return "That question is over; how it ended: " + status + (reason == null ? "." : ", because: " + reason)
                + (answer == null
                        ? " There was no answer."
                        : " This was given to the asker:\n<answer>\n" + Summaries.cut(answer, characters)
                                + "\n</answer>");
    }

    /** The start of the message to a root model that reads the contexts itself; their text follows. */
    static String direct(Question question) {
        StringBuilder earlier = new StringBuilder();
        for (Session.Earlier task : question.session().tasks()) {
            earlier.append("An earlier question:\n")
                    .append(task.asked().question())
                    .append('\n')
                    .append(ending(task, MOST_OF_ANSWER))
                    .append("\n\n");
        }
        return earlier + (earlier.isEmpty() ? "Question:\n" : "The question now:\n") + question.text()
                + schemaOfReply(question) + "\n\n";
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
