package dev.rlm.eval;

import java.util.Objects;

/** An evaluation cannot be made with what it was given. The message is a sentence for the user. */
public final class EvalException extends Exception {

    /** A reason in a sentence. */
    public EvalException(String message) {
        super(message);
    }

    @Override
    public String getMessage() {
        return Objects.requireNonNull(super.getMessage());
    }
}
