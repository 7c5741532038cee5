package dev.rlm.context;

import java.util.Objects;

/** A context could not be loaded or read. The message is a sentence for users: what was wrong, what to do. */
public final class ContextException extends Exception {

    /** A failure with a sentence for users. */
    public ContextException(String message) {
        super(message);
    }

    /** A failure with a sentence for users and its cause. */
    public ContextException(String message, Throwable cause) {
        super(message, cause);
    }

    @Override
    public String getMessage() {
        return Objects.requireNonNull(super.getMessage());
    }
}
