package dev.rlm.sandbox.protocol;

import java.io.IOException;
import java.io.OutputStream;
import java.util.concurrent.locks.ReentrantLock;

/** Writes frames: four bytes of length, one byte of kind, the fields. Thread-safe; every frame is written whole. */
public final class FrameWriter {
    private final OutputStream out;
    private final int limit;
    private final ReentrantLock lock = new ReentrantLock();

    /** Writes to a stream, frames of at most {@code limit} bytes. */
    public FrameWriter(OutputStream out, int limit) {
        this.out = out;
        this.limit = limit;
    }

    /**
     * Writes a frame and flushes.
     *
     * @throws FrameTooLargeException if it is beyond the limit; nothing was written
     */
    public void write(Frame frame) throws IOException {
        EncodedFrame encoded = new EncodedFrame(limit);
        FrameEncoder.encode(frame, encoded);
        lock.lock();
        try {
            encoded.writeTo(out);
        } finally {
            lock.unlock();
        }
    }
}
