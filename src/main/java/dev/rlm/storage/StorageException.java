package dev.rlm.storage;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Stored objects could not be read or changed. The message is a sentence for users: what was wrong, what to do. */
public final class StorageException extends Exception {

    /** A failure with a sentence for users, and its cause where there is one. */
    public StorageException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    @Override
    public String getMessage() {
        return Objects.requireNonNull(super.getMessage());
    }
}
