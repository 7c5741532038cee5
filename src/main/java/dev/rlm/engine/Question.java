package dev.rlm.engine;

import dev.rlm.context.Context;
import dev.rlm.context.Document;
import dev.rlm.schema.JsonSchema;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is asked.
 *
 * @param text the question, not blank
 * @param contexts the contexts it is about, at least one; their documents follow each other in this order
 * @param schema what the answer must fit, or null: then it may be anything
 * @param session what was asked before with the same REPL and conversation
 * @param verify whether what the answer claims is going to be checked against what it cites
 */
public record Question(
        String text, List<Context> contexts, @Nullable JsonSchema schema, Session session, boolean verify) {

    public Question {
        contexts = List.copyOf(contexts);
    }

    /** A question whose answer may be anything. */
    public Question(String text, List<Context> contexts) {
        this(text, contexts, null);
    }

    /** A question that stands alone, whose answer must fit a schema if there is one. */
    public Question(String text, List<Context> contexts, @Nullable JsonSchema schema) {
        this(text, contexts, schema, Session.NONE, false);
    }

    /** How many of the documents are images. */
    long images() {
        return contexts.stream()
                .flatMap(context -> context.documents().stream())
                .filter(Document::isImage)
                .count();
    }
}
