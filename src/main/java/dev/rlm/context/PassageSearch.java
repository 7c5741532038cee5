package dev.rlm.context;

import dev.rlm.search.SearchException;
import dev.rlm.search.passages.PassageIndexing.TooLargeException;
import java.time.Duration;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Searches contexts by words. A context is indexed when somebody first searches it, once for all who wait for it, and not
 * given up when they do; one at a time. Indexes are in memory, those that were used last as far as there is room, and none
 * that nobody used for a while or whose context was deleted. Thread-safe.
 */
public final class PassageSearch implements AutoCloseable {
    private static final Duration KEPT = Duration.ofMinutes(10);

    private final ContextStore store;
    private final long mostBytes;
    private final Duration kept;
    private final Semaphore turn = new Semaphore(1, true);

    /** By the ids of their contexts, those used last at the end; guarded by this. */
    private final Map<String, Entry> entries = new LinkedHashMap<>(16, 0.75f, true);

    /** A context that is, or is being, indexed. */
    private static final class Entry {
        final FutureTask<IndexedContext> task;
        final Thread thread;
        volatile long used = System.nanoTime();

        Entry(FutureTask<IndexedContext> task) {
            this.task = task;
            this.thread = Thread.ofPlatform().name("passages").daemon().unstarted(task);
        }

        long bytes() {
            return task.state() == FutureTask.State.SUCCESS ? task.resultNow().bytes() : 0;
        }
    }

    /**
     * Searches contexts of a store.
     *
     * @param mostBytes how much memory the indexes take together, and one that is being made beside them
     */
    public PassageSearch(ContextStore store, long mostBytes) {
        this(store, mostBytes, KEPT);
    }

    PassageSearch(ContextStore store, long mostBytes, Duration kept) {
        this.store = store;
        this.mostBytes = mostBytes;
        this.kept = kept;
    }

    /**
     * Finds the passages that fit a query best, as {@link dev.rlm.search.passages.PassageIndex} tells.
     *
     * @param most how many at most, from 1 to 1,000
     * @param documents a pattern for the names of the documents to search, such as {@code *.java} or {@code src/**};
     *     null for all
     * @param patience how long to wait for the index
     * @throws SearchException if the query has no words or too many
     * @throws ContextException if the pattern is malformed, no document's name matches it, a document cannot be read, the
     *     context is too large for an index, or the index is not made yet
     * @throws InterruptedException if the thread was interrupted
     */
    public ContextPassages search(
            Context context, String query, int most, @Nullable String documents, Duration patience)
            throws SearchException, ContextException, InterruptedException {
        List<Document> chosen = DocumentGlob.chosen(context, documents);
        return indexed(context, patience).find(query, most, chosen);
    }

    private IndexedContext indexed(Context context, Duration patience) throws ContextException, InterruptedException {
        Entry entry = entry(context);
        try {
            return entry.task.get(patience.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException _) {
            throw new ContextException(
                    "The words of the context are still being indexed, which is done once: search again"
                            + " in a minute. Regular expressions can be searched for meanwhile.");
        } catch (ExecutionException e) {
            forget(context.id(), entry);
            throw refusal(e.getCause());
        } catch (CancellationException _) {
            throw new ContextException("The context was deleted.");
        }
    }

    private ContextException refusal(@Nullable Throwable cause) {
        return switch (cause) {
            case TooLargeException _ ->
                new ContextException("The server has no memory for an index of the words of a context as large as this"
                        + " one: search for a regular expression, or load the documents that matter as a context.");
            case ContextException e -> e;
            case null, default -> throw new IllegalStateException("A context could not be indexed.", cause);
        };
    }

    private synchronized Entry entry(Context context) {
        Entry known = entries.get(context.id());
        if (known != null) {
            known.used = System.nanoTime();
            return known;
        }
        Entry made = new Entry(new FutureTask<>(() -> index(context)));
        entries.put(context.id(), made);
        made.thread.start();
        Thread.startVirtualThread(() -> forgetWhenUnused(context.id(), made));
        return made;
    }

    private IndexedContext index(Context context) throws TooLargeException, ContextException, InterruptedException {
        turn.acquire();
        try {
            IndexedContext indexed = IndexedContext.of(store, context, mostBytes);
            makeRoom(context.id(), indexed.bytes());
            return indexed;
        } finally {
            turn.release();
        }
    }

    /** Forgets indexes that were not used for longest, until the others and a new one have room. */
    private synchronized void makeRoom(String made, long itsBytes) {
        long sum = itsBytes + entries.values().stream().mapToLong(Entry::bytes).sum();
        Iterator<Map.Entry<String, Entry>> oldest = entries.entrySet().iterator();
        while (sum > mostBytes && oldest.hasNext()) {
            Map.Entry<String, Entry> next = oldest.next();
            if (!next.getKey().equals(made) && next.getValue().bytes() > 0) {
                sum -= next.getValue().bytes();
                oldest.remove();
            }
        }
    }

    private void forgetWhenUnused(String id, Entry entry) {
        try {
            entry.thread.join();
            long left = kept.toNanos();
            while (left > 0) {
                TimeUnit.NANOSECONDS.sleep(left);
                left = entry.used + kept.toNanos() - System.nanoTime();
            }
            forget(id, entry);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private synchronized void forget(String id, Entry entry) {
        entries.remove(id, entry);
    }

    /** Frees the index of a context, which was deleted. */
    public synchronized void forget(String id) {
        Entry entry = entries.remove(id);
        if (entry != null) {
            entry.task.cancel(true);
        }
    }

    /** How many contexts are indexed or being so. */
    synchronized int size() {
        return entries.size();
    }

    /** Frees all indexes. */
    @Override
    public synchronized void close() {
        entries.values().forEach(entry -> entry.task.cancel(true));
        entries.clear();
    }
}
