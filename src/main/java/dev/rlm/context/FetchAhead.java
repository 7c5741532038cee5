package dev.rlm.context;

import dev.rlm.storage.s3.S3Reader.Listed;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CompletableFuture;

/**
 * Begins to read objects of a bucket before it is their turn, because each takes its time to come: so many at a time, and
 * of each no more than the first mebibyte. Not thread-safe.
 */
final class FetchAhead implements AutoCloseable {
    private static final int AT_A_TIME = 16;
    private static final int HEAD = 1 << 20;

    private final S3Fetch objects;
    private final String bucket;
    private final Deque<Begun> line = new ArrayDeque<>();

    FetchAhead(S3Fetch objects, String bucket) {
        this.objects = objects;
        this.bucket = bucket;
    }

    private record Begun(Listed listed, CompletableFuture<BegunObject> object, Thread thread) {
        /** Closes the object, also if it comes later. */
        void giveUp() {
            if (!object.cancel(false) && !object.isCompletedExceptionally()) {
                object.join().close();
            }
            thread.interrupt();
        }
    }

    /** Whether none can be begun before one is taken. */
    boolean isFull() {
        return line.size() >= AT_A_TIME;
    }

    /** Whether none is left to be taken. */
    boolean isEmpty() {
        return line.isEmpty();
    }

    /** Begins an object, whose turn is after those that were begun before. */
    void begin(Listed listed) {
        CompletableFuture<BegunObject> object = new CompletableFuture<>();
        Thread thread = Thread.ofVirtual().name("fetch-ahead").start(() -> read(listed, object));
        line.add(new Begun(listed, object, thread));
    }

    private void read(Listed listed, CompletableFuture<BegunObject> object) {
        try {
            BegunObject begun = objects.begin(new S3Address(bucket, listed.key()), HEAD);
            if (!object.complete(begun)) {
                begun.close();
            }
        } catch (Unreadable | ContextException | InterruptedException | RuntimeException | Error e) {
            object.completeExceptionally(e);
        }
    }

    /** The object whose turn it is. */
    Listed next() {
        return line.getFirst().listed();
    }

    /** Waits for the beginning of the object whose turn it is; the caller closes it. */
    BegunObject take() throws Unreadable, IOException, ContextException, InterruptedException {
        Begun begun = line.removeFirst();
        boolean taken = false;
        try {
            BegunObject object = objects.time().await(begun.object());
            taken = true;
            return object;
        } finally {
            if (!taken) {
                begun.giveUp();
            }
        }
    }

    /** Gives up all that are left. */
    @Override
    public void close() {
        line.forEach(Begun::giveUp);
        line.clear();
    }
}
