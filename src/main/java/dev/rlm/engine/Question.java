package dev.rlm.engine;

import dev.rlm.context.Context;
import java.util.List;

/**
 * What is asked.
 *
 * @param text the question, not blank
 * @param contexts the contexts it is about, at least one; their documents follow each other in this order
 */
public record Question(String text, List<Context> contexts) {

    public Question {
        contexts = List.copyOf(contexts);
    }
}
