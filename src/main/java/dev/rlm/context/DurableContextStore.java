package dev.rlm.context;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A store that contexts can be loaded into and that outlives the process. It has the contexts of all owners; who acts for one
 * of them uses {@linkplain #of its own}. Thread-safe.
 */
public abstract sealed class DurableContextStore implements ContextStore, Contexts, AutoCloseable
        permits LocalContextStore, SharedContextStore {

    DurableContextStore() {}

    @Override
    public ContextStore of(String owner) {
        return new OwnContexts(this, owner);
    }

    /** {@inheritDoc} Those that cannot be read are left out. */
    @Override
    public List<Context> list() throws ContextException {
        return list(null);
    }

    /**
     * Contexts that can be read, most recently created first.
     *
     * @param owner whose; null for everybody's. Of others no more is read than whose they are
     */
    abstract List<Context> list(@Nullable String owner) throws ContextException;

    /** A place for the texts of a context that is being loaded. */
    abstract Staging stage(String id) throws IOException;

    /** Makes a context of staged texts visible to all; moves the staged texts away. */
    abstract void save(Context context, Path staged) throws IOException, ContextException, InterruptedException;

    /** Which client keys contexts were loaded with. */
    abstract LoadKeys loadKeys();

    /** Loads for whose end nobody waits. */
    public abstract LoadRecords loadRecords();

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
