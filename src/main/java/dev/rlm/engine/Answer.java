package dev.rlm.engine;

import dev.rlm.sandbox.FinalValue;
import org.jspecify.annotations.Nullable;

/**
 * How answering a question ended.
 *
 * @param status whether there is an answer, and whether it is whole
 * @param text the answer as text; null when the status is {@link Status#FAILED}
 * @param json the answer as JSON; null when the status is {@link Status#FAILED}
 * @param origin where the answer comes from, a sentence; null when the status is {@link Status#FAILED}
 * @param reason why the answer is partial or missing, a sentence; null when the status is {@link Status#ANSWERED}
 */
public record Answer(
        Status status,
        @Nullable String text,
        @Nullable String json,
        @Nullable String origin,
        @Nullable String reason) {

    private static final String WRITTEN = "Written by the root model, not computed by code.";

    /** How good an answer is. */
    public enum Status {
        /** The run ended by itself. */
        ANSWERED,
        /** A limit or a failure ended the run; the answer is the best value it had. */
        PARTIAL,
        /** There is no answer. */
        FAILED
    }

    static Answer computed(FinalValue value) {
        return answered(value, "Handed over by the code in the REPL.");
    }

    static Answer direct(FinalValue value) {
        return answered(value, "Written by the root model, which read the whole context in one call.");
    }

    static Answer written(FinalValue value) {
        return answered(value, WRITTEN);
    }

    static Answer writtenAtLimit(FinalValue value, String reason) {
        return partial(value, WRITTEN, reason);
    }

    static Answer salvaged(FinalValue value, String variable, String reason) {
        return partial(value, "Read from the variable `" + variable + "` after the run was stopped.", reason);
    }

    static Answer chosen(FinalValue value, String variable, String reason) {
        return partial(
                value,
                "Read from the variable `" + variable + "`, which the root model chose after the run was stopped.",
                reason);
    }

    static Answer ownWords(FinalValue value, String reason) {
        return partial(
                value,
                "Written by the root model in its own words after the run was stopped, not computed by code.",
                reason);
    }

    static Answer published(FinalValue value, String reason) {
        return partial(value, "Published by the code before the run was stopped.", reason);
    }

    private static Answer answered(FinalValue value, String origin) {
        return new Answer(Status.ANSWERED, value.text(), value.json(), origin, null);
    }

    private static Answer partial(FinalValue value, String origin, String reason) {
        return new Answer(Status.PARTIAL, value.text(), value.json(), origin, reason);
    }

    static Answer failed(String reason) {
        return new Answer(Status.FAILED, null, null, null, reason);
    }
}
