package dev.rlm.mcp;

import java.util.Objects;

/** A tool call that cannot be done. The message is a sentence for the model that called: what was wrong, what to do. */
final class ToolFailure extends Exception {

    ToolFailure(String message) {
        super(message);
    }

    @Override
    public String getMessage() {
        return Objects.requireNonNull(super.getMessage());
    }
}
