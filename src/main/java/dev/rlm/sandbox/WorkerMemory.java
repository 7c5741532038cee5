package dev.rlm.sandbox;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;

/**
 * The memory that all workers share. Who needs some for a task waits for it, first come first served; who wants some in
 * store gets it only if it is free and nobody waits. Thread-safe.
 */
final class WorkerMemory {
    /** Where classes lie; 90 MiB were measured after cells with the libraries that models use. */
    static final long METASPACE_BYTES = 160L << 20;

    /** Compiled code; 30 to 40 MiB were measured. */
    static final long CODE_BYTES = 64L << 20;

    /** Buffers outside of the heap, of which workers use hardly any. */
    static final long DIRECT_BYTES = 16L << 20;

    /** The JVM's own tables, stacks as far as they are used, libraries and archives; 150 MiB were measured. */
    private static final long REST_BYTES = 176L << 20;

    private final long total;
    private final BooleanSupplier reclaim;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Deque<Long> waiting = new ArrayDeque<>();
    private long free;
    private long lastTicket;
    private boolean closed;

    /**
     * Memory of which nothing is taken.
     *
     * @param total how many bytes
     * @param reclaim gives back something that was taken in store, at once or soon; false if there is nothing. Called by
     *     threads that wait, without a lock
     */
    WorkerMemory(long total, BooleanSupplier reclaim) {
        this.total = total;
        this.free = total;
        this.reclaim = reclaim;
    }

    /** What a worker with so much heap takes at most. */
    static long charge(long heapBytes) {
        return heapBytes + METASPACE_BYTES + CODE_BYTES + DIRECT_BYTES + REST_BYTES;
    }

    /** Memory that was taken. */
    final class Lease {
        private final long bytes;
        private boolean released;

        private Lease(long bytes) {
            this.bytes = bytes;
        }

        /** Gives it back. Idempotent. */
        void release() {
            lock.lock();
            try {
                if (!released) {
                    released = true;
                    free += bytes;
                    changed.signalAll();
                }
            } finally {
                lock.unlock();
            }
        }
    }

    /**
     * Takes memory for a task, waiting until there is enough and those who came before have theirs.
     *
     * @throws SandboxException if there will never be so much, or the memory was closed
     */
    Lease take(long bytes) throws SandboxException, InterruptedException {
        if (bytes > total) {
            throw new SandboxException("These documents need a sandbox of " + mebibytes(bytes)
                    + " MiB, and all sandboxes together may have " + mebibytes(total)
                    + " MiB: ask about fewer documents, or raise rlm.sandbox.memory.");
        }
        lock.lockInterruptibly();
        long ticket = lastTicket++;
        waiting.add(ticket);
        try {
            while (mustWait(ticket, bytes)) {
                boolean mayHaveChanged = isFirst(ticket) && reclaimed();
                if (!mayHaveChanged && mustWait(ticket, bytes)) {
                    changed.await();
                }
            }
            if (closed) {
                throw new SandboxException("The sandboxes are closed: the server is shutting down.");
            }
            free -= bytes;
            return new Lease(bytes);
        } finally {
            waiting.remove(ticket);
            changed.signalAll();
            lock.unlock();
        }
    }

    private boolean mustWait(long ticket, long bytes) {
        return !closed && (!isFirst(ticket) || bytes > free);
    }

    private boolean isFirst(long ticket) {
        return Objects.equals(waiting.peek(), ticket);
    }

    /** Takes memory to have it in store, if it is free and nobody waits. */
    Optional<Lease> takeIfFree(long bytes) {
        lock.lock();
        try {
            if (closed || !waiting.isEmpty() || bytes > free) {
                return Optional.empty();
            }
            free -= bytes;
            return Optional.of(new Lease(bytes));
        } finally {
            lock.unlock();
        }
    }

    /** How many wait. */
    int waiting() {
        lock.lock();
        try {
            return waiting.size();
        } finally {
            lock.unlock();
        }
    }

    /** All that there is, in bytes. */
    long total() {
        return total;
    }

    /** Lets nobody wait any longer. */
    void close() {
        lock.lock();
        try {
            closed = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private boolean reclaimed() {
        lock.unlock();
        try {
            return reclaim.getAsBoolean();
        } finally {
            lock.lock();
        }
    }

    private static long mebibytes(long bytes) {
        return (bytes + (1 << 20) - 1) >> 20;
    }
}
