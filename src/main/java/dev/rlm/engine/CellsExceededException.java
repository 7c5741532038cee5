package dev.rlm.engine;

import java.util.Objects;

/** The cells of a question have reached a limit of their own. The message is a sentence that names it. */
final class CellsExceededException extends Exception {

    CellsExceededException(String message) {
        super(message);
    }

    @Override
    public String getMessage() {
        return Objects.requireNonNull(super.getMessage());
    }
}
