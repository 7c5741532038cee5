package dev.rlm.sandbox;

import java.util.Objects;

/** A sandbox could not do what was asked. The message is a sentence for users. */
public sealed class SandboxException extends Exception permits WorkerLostException {

    /** A failure with a sentence for users. */
    public SandboxException(String message) {
        super(message);
    }

    /** A failure with a sentence for users and its cause. */
    public SandboxException(String message, Throwable cause) {
        super(message, cause);
    }

    @Override
    public String getMessage() {
        return Objects.requireNonNull(super.getMessage());
    }
}
