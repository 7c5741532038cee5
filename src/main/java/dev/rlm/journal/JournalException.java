package dev.rlm.journal;

import org.jspecify.annotations.Nullable;

/**
 * A journal could not be written or read. The message is a sentence for users; it never holds what the journal records.
 * After a failed write the task must be given up here: it goes on from its last recorded step when it is taken up again.
 */
public class JournalException extends RuntimeException {

    /** A failure, told in a sentence. */
    public JournalException(String message) {
        super(message);
    }

    /** A failure, told in a sentence, and what caused it. */
    public JournalException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
