package dev.rlm.sandbox.protocol;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * Reads frames from a stream that need not be trusted: never more memory is taken than bytes have come, and never more
 * than the limit of the frame's kind. For one thread.
 */
public final class FrameReader {
    private final InputStream in;
    private final int limit;
    private final FrameLimits limits;

    /** Reads from a stream, frames of at most {@code limit} bytes. */
    public FrameReader(InputStream in, int limit) {
        this(in, limit, _ -> limit);
    }

    /** Reads from a stream, frames of at most {@code limit} bytes and of what their kind allows. */
    public FrameReader(InputStream in, int limit, FrameLimits limits) {
        this.in = in;
        this.limit = limit;
        this.limits = limits;
    }

    /**
     * The next frame, or empty at the end of the stream.
     *
     * @throws ProtocolException if the bytes are no frame or a frame beyond its limit
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
        requireLength(length, limit);
        int kind = in.read();
        if (kind < 0) {
            throw new EOFException("The stream ended within a frame.");
        }
        requireLength(length, limits.bytes(FrameKind.type(kind)));
        byte[] fields = in.readNBytes(length - 1);
        if (fields.length < length - 1) {
            throw new EOFException("The stream ended within a frame.");
        }
        return Optional.of(FrameDecoder.decode(kind, new ReceivedFrame(fields)));
    }

    private static void requireLength(int length, int most) throws ProtocolException {
        if (length < 1 || length > most) {
            throw new ProtocolException(
                    "A frame said to have " + length + " bytes, and 1 to " + most + " are allowed.");
        }
    }
}
