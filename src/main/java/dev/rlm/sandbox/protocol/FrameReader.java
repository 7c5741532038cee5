package dev.rlm.sandbox.protocol;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.Optional;

/** Reads frames from a stream that need not be trusted. For one thread. */
public final class FrameReader {
    private final InputStream in;
    private final int limit;

    /** Reads from a stream, frames of at most {@code limit} bytes. */
    public FrameReader(InputStream in, int limit) {
        this.in = in;
        this.limit = limit;
    }

    /**
     * The next frame, or empty at the end of the stream.
     *
     * @throws ProtocolException if the bytes are no frame or a frame beyond the limit
     * @throws EOFException if the stream ends within a frame
     */
    public Optional<Frame> read() throws IOException {
        byte[] head = in.readNBytes(Integer.BYTES);
        if (head.length == 0) {
            return Optional.empty();
        }
        if (head.length < Integer.BYTES) {
            throw new EOFException("The stream ended within the length of a frame.");
        }
        int length = ByteBuffer.wrap(head).getInt();
        if (length < 1 || length > limit) {
            throw new ProtocolException(
                    "A frame said to have " + length + " bytes, and 1 to " + limit + " are allowed.");
        }
        byte[] body = in.readNBytes(length);
        if (body.length < length) {
            throw new EOFException("The stream ended within a frame.");
        }
        return Optional.of(FrameCodec.decode(new ReceivedFrame(body)));
    }
}
