package dev.rlm.budget;

import java.util.Objects;

/** A call was refused because it would exceed a limit. The message is a sentence that names the limit. */
public final class BudgetExceededException extends Exception {

    BudgetExceededException(String message) {
        super(message);
    }

    @Override
    public String getMessage() {
        return Objects.requireNonNull(super.getMessage());
    }
}
