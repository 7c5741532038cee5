package dev.rlm.sandbox.protocol;

import java.io.IOException;

/** Bytes that are no frame. Whoever sent them cannot be talked to any more. */
public final class ProtocolException extends IOException {

    /** A violation, told in a sentence. */
    public ProtocolException(String message) {
        super(message);
    }
}
