package dev.rlm.task;

import java.util.Objects;

/** A task could not be submitted. The message is a sentence for users: what was wrong, what to do. */
public final class TaskException extends Exception {

    /** A refusal with a sentence for users. */
    public TaskException(String message) {
        super(message);
    }

    @Override
    public String getMessage() {
        return Objects.requireNonNull(super.getMessage());
    }
}
