package dev.rlm.sandbox;

import java.util.List;

/** What the code in a cell can ask the server. Called by several threads at a time. */
public interface HostCalls {

    /**
     * Answers {@code llm_query} and {@code llm_query_batched} with nothing but prompts.
     *
     * @param prompts the prompts of one call, at least one
     * @return one outcome for each prompt, in order
     * @throws InterruptedException if the cell was stopped meanwhile
     */
    List<Outcome> query(List<String> prompts) throws InterruptedException;

    /**
     * Answers {@code llm_query} and {@code llm_query_batched} with all that they take. Where there is a schema, each reply is
     * JSON that fits it.
     *
     * @return one outcome for each prompt, in order; if the schema cannot be used, failures that say so, each starting with
     *     {@value #SCHEMA_REFUSED}
     * @throws InterruptedException if the cell was stopped meanwhile
     */
    default List<Outcome> query(Prompts prompts) throws InterruptedException {
        return prompts.schema() == null && prompts.images().isEmpty()
                ? query(prompts.texts())
                : prompts.texts().stream()
                        .<Outcome>map(_ -> new Outcome.Failure("Schemas and images are not taken here."))
                        .toList();
    }

    /** Tells what the cell has brought to light, if there is something; just before it ends. Must not block. */
    default void observed(CellObservations observations) {}

    /** How failures begin that the schema of a call is to blame for. */
    String SCHEMA_REFUSED = "The schema was not taken. ";

    /**
     * Tells what clocks have said in the cell since it last asked, just before {@link #query} or {@link #ask} on the same
     * thread. Needed to run the cell again with the same readings, if it does not come to its end.
     *
     * @param said in a form of the sandbox's own, from the worker and not to be trusted; see {@link Repl.Cell#begun}
     */
    default void clocksSaid(String said) {}

    /**
     * Answers {@code rlm_query} and {@code rlm_query_batched}. Called only where {@link #levels} is above 0.
     *
     * @param questions the questions of one call, at least one
     * @return one outcome for each question, in order
     * @throws InterruptedException if the cell was stopped meanwhile
     */
    default List<Outcome> ask(List<ChildQuestion> questions) throws InterruptedException {
        return questions.stream()
                .<Outcome>map(_ -> new Outcome.Failure("Child questions cannot be asked here."))
                .toList();
    }

    /**
     * Answers {@code publish}: takes what the code has so far, which others can see from then on.
     *
     * @return a reply, whose text says nothing, or why the value was not taken
     * @throws InterruptedException if the cell was stopped meanwhile
     */
    default Outcome publish(FinalValue value) throws InterruptedException {
        return new Outcome.Failure("Nothing can be published here.");
    }

    /** How failures begin that the arguments of a function are to blame for. */
    String ARGUMENTS_REFUSED = "The arguments were not taken. ";

    /**
     * Answers the call of an offered function.
     *
     * @return a reply, whose text is a JSON value, or why there is none; if the arguments cannot be used, a failure that
     *     starts with {@value #ARGUMENTS_REFUSED}
     * @throws InterruptedException if the cell was stopped meanwhile
     */
    default Outcome call(FunctionCall call) throws InterruptedException {
        return new Outcome.Failure("There are no such functions here.");
    }

    /** Answers {@code history}: the turns before the cell's, as a JSON array. */
    default Outcome history() {
        return new Outcome.Reply("[]");
    }

    /** How many levels of child questions there may be below the cell; with 0 the code asks sub-models instead. */
    default int levels() {
        return 0;
    }

    /** Answers {@code budget()}: what is left, as a JSON object. */
    String budgetJson();

    /** The outcome of one prompt. */
    sealed interface Outcome {
        /** The sub-model's reply, or the child's answer. */
        record Reply(String text) implements Outcome {}

        /** Why there is no reply: a sentence that the code's author can act on. */
        record Failure(String message) implements Outcome {}
    }
}
