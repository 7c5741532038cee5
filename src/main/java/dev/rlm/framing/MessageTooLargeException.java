package dev.rlm.framing;

import java.io.IOException;

/** A message of a stream is larger than its reader takes. The message tells how large it may be. */
public final class MessageTooLargeException extends IOException {

    private static final long serialVersionUID = 1L;

    /** A message has more than so many bytes. */
    public MessageTooLargeException(int mostBytes) {
        super("The message has more than " + mostBytes + " bytes.");
    }
}
