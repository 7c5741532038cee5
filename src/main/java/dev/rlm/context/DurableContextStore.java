package dev.rlm.context;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.function.Predicate;

/** A store that contexts can be loaded into and that outlives the process. Thread-safe. */
public abstract sealed class DurableContextStore implements ContextStore, AutoCloseable
        permits LocalContextStore, SharedContextStore {

    DurableContextStore() {}

    /** A place for the texts of a context that is being loaded. */
    abstract Staging stage(String id) throws IOException;

    /** Makes a context of staged texts visible to all; moves the staged texts away. */
    abstract void save(Context context, Path staged) throws IOException, ContextException, InterruptedException;

    /** Which client keys contexts were loaded with. */
    abstract LoadKeys loadKeys();

    /**
     * Deletes a context unless it is needed. It is hidden first and asked about once more then, so whoever says that a
     * context is needed, and after that finds it in the store, can rely on it.
     *
     * @param needed tells of a context's id whether it is needed
     * @return whether it was deleted; false also if there is none
     */
    abstract boolean deleteUnless(String id, Predicate<String> needed) throws ContextException, InterruptedException;

    /**
     * Clears away what killed processes left behind, once it is a day old, and client keys that hold no longer.
     *
     * @return how many objects were cleared away
     */
    abstract int clearRemains(Instant now) throws ContextException, InterruptedException;

    /** Lets go of connections and caches; contexts stay. Idempotent. */
    @Override
    public abstract void close();
}
