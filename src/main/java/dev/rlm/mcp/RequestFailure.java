package dev.rlm.mcp;

import java.util.Objects;

/**
 * A request that cannot be answered. The message is a sentence for whoever made it: what was wrong, what is allowed, what to
 * do. Versions of the protocol have different error codes for the same reason, so the reason stands here by its name.
 */
public final class RequestFailure extends Exception {

    /** Why. */
    public enum Reason {
        /** There is no such resource, or none that the caller may see. */
        RESOURCE_NOT_FOUND,
        /** The parameters are not what the method takes. */
        INVALID_PARAMS,
        /** The request is good, and the server cannot answer it now. */
        INTERNAL
    }

    private final Reason reason;

    private RequestFailure(Reason reason, String message) {
        super(message);
        this.reason = reason;
    }

    static RequestFailure notFound(String message) {
        return new RequestFailure(Reason.RESOURCE_NOT_FOUND, message);
    }

    static RequestFailure invalid(String message) {
        return new RequestFailure(Reason.INVALID_PARAMS, message);
    }

    static RequestFailure internal(String message) {
        return new RequestFailure(Reason.INTERNAL, message);
    }

    /** Why the request cannot be answered. */
    public Reason reason() {
        return reason;
    }

    @Override
    public String getMessage() {
        return Objects.requireNonNull(super.getMessage());
    }
}
