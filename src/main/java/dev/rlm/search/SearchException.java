package dev.rlm.search;

import java.util.Objects;

/** A pattern or query that cannot be searched for. The message is a sentence for its author: what was wrong, what to do. */
public final class SearchException extends Exception {

    /** A failure with a sentence for the pattern's author. */
    public SearchException(String message) {
        super(message);
    }

    SearchException(String message, Throwable cause) {
        super(message, cause);
    }

    @Override
    public String getMessage() {
        return Objects.requireNonNull(super.getMessage());
    }
}
