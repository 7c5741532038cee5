package dev.rlm.context;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Deletes contexts that are too old or too much, but never one that is needed. Several processes may do it to one store
 * at the same time. Thread-safe.
 */
public final class ContextRetention {
    private final DurableContextStore store;
    private final @Nullable Duration age;
    private final @Nullable Long bytes;
    private final Predicate<String> needed;

    /**
     * Rules for a store.
     *
     * @param age how old a context becomes, counted from when it was loaded; null for no limit
     * @param bytes how much text all contexts may have together, in bytes of UTF-8, each counted with all its documents;
     *     the oldest go first; null for no limit
     * @param needed tells of a context's id whether a task that has not ended needs it
     * @throws IllegalArgumentException if a limit is not above 0
     */
    public ContextRetention(
            DurableContextStore store, @Nullable Duration age, @Nullable Long bytes, Predicate<String> needed) {
        if ((age != null && !age.isPositive()) || (bytes != null && bytes < 1)) {
            throw new IllegalArgumentException("The limits must be above 0.");
        }
        this.store = store;
        this.age = age;
        this.bytes = bytes;
        this.needed = needed;
    }

    /**
     * What a sweep did.
     *
     * @param deleted the ids of contexts that were deleted
     * @param spared the ids of contexts that would have been deleted, but are needed
     * @param cleared how many remains of killed processes were cleared away
     */
    public record Sweep(List<String> deleted, List<String> spared, int cleared) {
        public Sweep {
            deleted = List.copyOf(deleted);
            spared = List.copyOf(spared);
        }
    }

    /**
     * Deletes what is too old at a time, then the oldest of what is too much.
     *
     * @throws ContextException if the store fails; what was deleted until then is deleted
     */
    public Sweep sweep(Instant now) throws ContextException, InterruptedException {
        List<String> deleted = new ArrayList<>();
        List<String> spared = new ArrayList<>();
        if (age != null || bytes != null) {
            List<Context> oldestFirst = store.list().reversed();
            long left = oldestFirst.stream().mapToLong(Context::bytes).sum();
            for (Context context : oldestFirst) {
                if (isTooOld(context, now) || (bytes != null && left > bytes)) {
                    if (needed.test(context.id())) {
                        spared.add(context.id());
                    } else if (store.deleteUnless(context.id(), needed)) {
                        deleted.add(context.id());
                        left -= context.bytes();
                    }
                }
            }
        }
        return new Sweep(deleted, spared, store.clearRemains(now));
    }

    private boolean isTooOld(Context context, Instant now) {
        return age != null && context.created().isBefore(now.minus(age));
    }
}
