package dev.rlm.sandbox.protocol;

import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** Writes frames: four bytes of length, one byte of kind, the fields. Thread-safe; every frame is written whole. */
public final class FrameWriter {
    /** After so long without a frame the thread ends. */
    private static final Duration IDLE = Duration.ofSeconds(30);

    private final OutputStream out;
    private final int limit;
    private final Executor writes;
    private final ReentrantLock lock = new ReentrantLock();

    /** Writes to a stream, frames of at most {@code limit} bytes. */
    public FrameWriter(OutputStream out, int limit) {
        this(out, limit, Runnable::run);
    }

    private FrameWriter(OutputStream out, int limit, Executor writes) {
        this.out = out;
        this.limit = limit;
        this.writes = writes;
    }

    /**
     * Writes to a pipe, on a thread of its own for which the caller waits. A write to a pipe that is full holds the carrier
     * of a virtual thread, of which there are only a few for all; how long is up to whoever reads the pipe.
     */
    public static FrameWriter toPipe(OutputStream pipe, int limit, String thread) {
        ThreadPoolExecutor writes = new ThreadPoolExecutor(
                1,
                1,
                IDLE.toMillis(),
                TimeUnit.MILLISECONDS,
                new LinkedBlockingQueue<>(),
                Thread.ofPlatform().name(thread).daemon().factory());
        // Nobody has to end it.
        writes.allowCoreThreadTimeOut(true);
        return new FrameWriter(pipe, limit, writes);
    }

    /**
     * Writes a frame and flushes.
     *
     * @throws FrameTooLargeException if it is beyond the limit; nothing was written
     */
    public void write(Frame frame) throws IOException {
        EncodedFrame encoded = new EncodedFrame(limit);
        FrameEncoder.encode(frame, encoded);
        FutureTask<Void> write = new FutureTask<>(() -> write(encoded));
        writes.execute(write);
        await(write);
    }

    private @Nullable Void write(EncodedFrame encoded) throws IOException {
        lock.lock();
        try {
            encoded.writeTo(out);
            return null;
        } finally {
            lock.unlock();
        }
    }

    /** Waits also where the thread is interrupted: who goes on believes that the frame was sent. */
    private static void await(Future<Void> write) throws IOException {
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    write.get();
                    return;
                } catch (InterruptedException e) {
                    interrupted = true;
                } catch (ExecutionException e) {
                    if (e.getCause() instanceof IOException failure) {
                        throw failure;
                    }
                    throw new IllegalStateException("A frame could not be written.", e.getCause());
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
