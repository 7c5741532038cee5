package dev.rlm.model;

import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A model call failed. The message is a sentence for users and models; it never holds credentials or prompts. */
public final class ModelException extends Exception {

    /** What kind of failure it was, which decides whether a retry can help. */
    public enum Kind {
        /** The provider asked to slow down (HTTP 429, throttling exceptions). */
        THROTTLED(true),
        /** The provider failed or was overloaded (HTTP 5xx), or could not be reached. */
        UNAVAILABLE(true),
        /** No answer in time. */
        TIMEOUT(true),
        /** Missing or refused credentials. */
        UNAUTHORIZED(false),
        /** The prompt is larger than the model's window. */
        TOO_LARGE(false),
        /** The provider refused the request for another reason, such as an unknown model. */
        REFUSED(false),
        /** The provider's reply could not be understood. */
        MALFORMED_REPLY(true);

        private final boolean retryable;

        Kind(boolean retryable) {
            this.retryable = retryable;
        }

        /** Whether the same request may succeed later. */
        public boolean retryable() {
            return retryable;
        }
    }

    private final Kind kind;
    private final @Nullable Duration retryAfter;

    /** A failure for which the provider named no waiting time. */
    public ModelException(Kind kind, String message) {
        this(kind, message, null);
    }

    /**
     * A failure.
     *
     * @param retryAfter how long the provider asked to wait, or null
     */
    public ModelException(Kind kind, String message, @Nullable Duration retryAfter) {
        super(message);
        this.kind = kind;
        this.retryAfter = retryAfter;
    }

    /** What kind of failure it was. */
    public Kind kind() {
        return kind;
    }

    /** How long the provider asked to wait, or null if it did not say. */
    public @Nullable Duration retryAfter() {
        return retryAfter;
    }

    @Override
    public String getMessage() {
        return Objects.requireNonNull(super.getMessage());
    }
}
