package dev.rlm.functions.mcp;

import java.util.Objects;

/** Something that a server did or did not do. The message goes on after the server's name: "did not answer within 5 s". */
final class McpException extends Exception {

    private final boolean sessionLost;

    McpException(String message) {
        this(message, false);
    }

    private McpException(String message, boolean sessionLost) {
        super(message);
        this.sessionLost = sessionLost;
    }

    /** The server does not know the session any more, and has done nothing. */
    static McpException ofLostSession() {
        return new McpException("does not know the session any more", true);
    }

    boolean isSessionLost() {
        return sessionLost;
    }

    @Override
    public String getMessage() {
        return Objects.requireNonNull(super.getMessage());
    }
}
