package dev.rlm.web;

import java.util.Map;
import java.util.Objects;

/** An upload that cannot be taken. The message is a sentence for whoever sent it: what was wrong, what to do. */
final class UploadException extends Exception {

    private static final long serialVersionUID = 1L;

    private final int status;
    private final transient Map<String, String> headers;

    UploadException(int status, String message) {
        this(status, message, Map.of());
    }

    UploadException(int status, String message, Map<String, String> headers) {
        super(message);
        this.status = status;
        this.headers = headers;
    }

    /** The HTTP status that says the same. */
    int status() {
        return status;
    }

    /** Headers of the response. */
    Map<String, String> headers() {
        return headers;
    }

    @Override
    public String getMessage() {
        return Objects.requireNonNull(super.getMessage());
    }
}
