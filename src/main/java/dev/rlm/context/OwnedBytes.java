package dev.rlm.context;

import java.io.IOException;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Keeps the contexts of each owner within their limit. Loads of this process count each other; of loads that end in
 * several processes at the same moment, each may take the last room. Thread-safe.
 */
final class OwnedBytes {
    private final Contexts store;
    private final ContextLimits limits;
    private final ReentrantLock saving = new ReentrantLock();

    OwnedBytes(Contexts store, ContextLimits limits) {
        this.store = store;
        this.limits = limits;
    }

    /**
     * How many bytes an owner may have beyond those that it has.
     *
     * @throws ContextException if there is no room at all
     */
    long room(String owner) throws ContextException {
        if (limits.ownedBytes() == Long.MAX_VALUE) {
            return Long.MAX_VALUE;
        }
        long owned = store.of(owner).list().stream().mapToLong(Context::bytes).sum();
        if (owned >= limits.ownedBytes()) {
            throw limits.quotaExceeded();
        }
        return limits.ownedBytes() - owned;
    }

    /** Saves a context if its owner has room for it. */
    void save(Context context, Staging staging) throws IOException, ContextException, InterruptedException {
        if (limits.ownedBytes() == Long.MAX_VALUE) {
            staging.save(context);
            return;
        }
        saving.lockInterruptibly();
        try {
            if (context.bytes() > room(context.owner())) {
                throw limits.quotaExceeded();
            }
            staging.save(context);
        } finally {
            saving.unlock();
        }
    }
}
