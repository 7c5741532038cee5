package dev.rlm.journal;

import org.jspecify.annotations.Nullable;

/** The store could not do what it was asked just now: it was out of reach, busy or full. Asking again may help. */
public final class StoreUnavailableException extends JournalException {

    /** A failure that may pass, told in a sentence, and what caused it. */
    public StoreUnavailableException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
