package dev.rlm.sandbox.protocol;

import java.io.IOException;

/** A frame beyond the size limit. Nothing of it was written: the stream is still in order. */
public final class FrameTooLargeException extends IOException {

    /** A frame of so many bytes where at most {@code limit} are allowed. */
    public FrameTooLargeException(long limit) {
        super("A message between server and sandbox may have at most " + limit + " bytes: send less at a time.");
    }
}
