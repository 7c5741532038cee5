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

    private static final String PARAGRAPH = "\n\n";

    /** About; a child's context is not read to count them. */
    private static final int CHARACTERS_OF_TOKEN = 4;

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
        return question.text()
                + schema(schema == null ? null : schema.json())
                + (question.verify() ? PARAGRAPH + MessageText.ANSWER_IS_VERIFIED.with() : "");
    }

    private static String images(Question question) {
        long images = question.images();
        return images == 0 ? "" : PARAGRAPH + MessageText.IMAGES.with(images);
    }

    /** What follows the turns of an earlier task: how it ended, and the question that was asked after it. */
    static String followUp(Session.Earlier earlier, Question question) {
        return PARAGRAPH + MessageText.FOLLOW_UP.with(ending(earlier), asked(question)) + PARAGRAPH;
    }

    /** How an earlier task ended. */
    private static String ending(Session.Earlier earlier) {
        String status = earlier.end().map(Finished::status).orElse("stopped");
        String answer = earlier.end().map(Finished::text).orElse(null);
        String reason = earlier.end().map(Finished::reason).orElse(null);
        return (reason == null ? MessageText.ENDED.with(status) : MessageText.ENDED_BECAUSE.with(status, reason))
                + " "
                + (answer == null
                        ? MessageText.NO_ANSWER.with()
                        : MessageText.ANSWER_GIVEN.with(Summaries.cut(answer, MOST_OF_ANSWER)));
    }

    /** The start of the message to a root model that reads the contexts itself; their text follows. */
    static String direct(Question question) {
        StringBuilder earlier = new StringBuilder();
        for (Session.Earlier task : question.session().tasks()) {
            earlier.append(MessageText.DIRECT_EARLIER.with(task.asked().question(), ending(task)))
                    .append(PARAGRAPH);
        }
        MessageText asked = earlier.isEmpty() ? MessageText.DIRECT : MessageText.DIRECT_AFTER_OTHERS;
        return earlier + asked.with(question.text()) + schemaOfReply(question) + PARAGRAPH;
    }

    /** The start of the first message to a child. */
    static String opening(ChildQuestion question) {
        ContextFacts about = question.about();
        return opening(
                question.text() + PARAGRAPH + MessageText.ASKED_BY_CODE.with() + schema(question.schema()),
                about.characters() / CHARACTERS_OF_TOKEN,
                about);
    }

    private static String opening(String question, long tokens, ContextFacts about) {
        List<DocumentFacts> listed =
                about.first().stream().limit(DOCUMENTS_LISTED).toList();
        StringBuilder documents = new StringBuilder();
        listed.forEach(document -> documents
                .append(MessageText.DOCUMENT.with(oneLine(document.name()), document.characters(), document.lines()))
                .append('\n'));
        if (about.documents() > listed.size()) {
            documents
                    .append(MessageText.MORE.with(about.documents() - listed.size()))
                    .append('\n');
        }
        String number = about.documents() + (about.documents() == 1 ? " document" : " documents");
        return MessageText.OPENING.with(question, about.characters(), tokens, number, documents, about.preview())
                + PARAGRAPH;
    }

    private static String schemaOfReply(Question question) {
        return question.schema() == null
                ? ""
                : PARAGRAPH + MessageText.DIRECT_SCHEMA.with(question.schema().json());
    }

    private static String schema(@Nullable String schema) {
        return schema == null ? "" : PARAGRAPH + MessageText.FINAL_VALUE_SCHEMA.with(schema);
    }

    /** What is left, and whether the turn to come is the last. */
    static String turn(Ledger ledger) {
        String line = BudgetView.of(ledger).toLine();
        return ledger.turnsLeft() == 1 ? line + "\n" + MessageText.LAST_TURN.with() : line;
    }

    private static String oneLine(String name) {
        return name.replaceAll("\\p{Cntrl}", "?");
    }
}
