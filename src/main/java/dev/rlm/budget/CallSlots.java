package dev.rlm.budget;

import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/** Bounds how many calls are under way at a time, at one level and at those above. Fair; thread-safe. */
final class CallSlots {
    private final @Nullable CallSlots above;
    private final Semaphore free;

    CallSlots(@Nullable CallSlots above, int calls) {
        this.above = above;
        this.free = new Semaphore(calls, true);
    }

    /** Waits for a place at this level and then at those above, so that nobody holds a place above while waiting below. */
    Ledger.Slot await() throws InterruptedException {
        free.acquire();
        try {
            Ledger.Slot placeAbove = above == null ? () -> {} : above.await();
            return () -> {
                placeAbove.close();
                free.release();
            };
        } catch (InterruptedException e) {
            free.release();
            throw e;
        }
    }
}
