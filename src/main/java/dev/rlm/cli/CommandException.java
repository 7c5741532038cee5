package dev.rlm.cli;

import java.util.Objects;

/** A command cannot go on. The message is a sentence for the user. */
public final class CommandException extends Exception {

    private final int exitCode;

    /** A failure with its exit code. */
    CommandException(int exitCode, String message) {
        super(message);
        this.exitCode = exitCode;
    }

    @Override
    public String getMessage() {
        return Objects.requireNonNull(super.getMessage());
    }

    /** The exit code of the process. */
    public int exitCode() {
        return exitCode;
    }
}
