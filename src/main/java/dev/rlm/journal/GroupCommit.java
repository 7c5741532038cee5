package dev.rlm.journal;

import dev.rlm.journal.JournalStore.NewEntry;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * Writes entries in the order in which they come, each before its {@link #append} returns. Those that come while a write is
 * under way are written together by the next one: so many threads wait for one disk, not in a queue of single writes.
 *
 * <p>While the store is not available a write is tried again, however long that takes: the entries hold what was paid for,
 * and giving them up would mean to pay again. When a write has failed for good nothing is written any more, since what
 * follows may build on what is missing. Thread-safe.
 */
final class GroupCommit {

    /** As much as one transaction should hold of a store that others wait for. */
    private static final int MOST_ENTRIES = 256;

    private final Batches batches;
    private List<Waiting> pending = new ArrayList<>();
    private boolean writing;
    private @Nullable JournalException broken;

    /** Writes a batch of entries; the number of a batch grows by 1. */
    interface Batches {
        void write(List<NewEntry> entries);
    }

    private record Waiting(NewEntry entry, CompletableFuture<@Nullable Void> written) {}

    GroupCommit(Batches batches) {
        this.batches = batches;
    }

    /**
     * Writes an entry and returns when it is written.
     *
     * @throws JournalException if it was not written, or nobody knows
     * @throws InterruptedException if this thread was interrupted; the entry is written all the same
     */
    void append(NewEntry entry) throws InterruptedException {
        CompletableFuture<@Nullable Void> written = enqueue(entry);
        try {
            written.get();
        } catch (ExecutionException e) {
            throw failure(e.getCause());
        }
    }

    /** As {@link #append}, for callers that must not be interrupted. */
    void appendUninterruptibly(NewEntry entry) {
        try {
            enqueue(entry).join();
        } catch (java.util.concurrent.CompletionException e) {
            throw failure(e.getCause());
        }
    }

    private static JournalException failure(@Nullable Throwable cause) {
        return switch (cause) {
            case JournalException known -> known;
            case null, default ->
                new JournalException("The journal could not be written because of an error of the program.", cause);
        };
    }

    private synchronized CompletableFuture<@Nullable Void> enqueue(NewEntry entry) {
        CompletableFuture<@Nullable Void> written = new CompletableFuture<>();
        if (broken != null) {
            written.completeExceptionally(broken);
            return written;
        }
        pending.add(new Waiting(entry, written));
        if (!writing) {
            writing = true;
            // Not the caller's thread: an interrupt of it would end the writes of others with its own. And a platform
            // thread, because native code of a database holds the carrier of a virtual one.
            Thread.ofPlatform().name("journal").daemon().start(this::writeAll);
        }
        return written;
    }

    private void writeAll() {
        for (List<Waiting> batch = next(); !batch.isEmpty(); batch = next()) {
            try {
                List<NewEntry> entries = batch.stream().map(Waiting::entry).toList();
                Outage.sitOut(() -> {
                    batches.write(entries);
                    return entries;
                });
                batch.forEach(each -> each.written().complete(null));
            } catch (RuntimeException | Error e) {
                JournalException reason = failure(e);
                batch.forEach(each -> each.written().completeExceptionally(reason));
                giveUp(reason);
            }
        }
    }

    private synchronized List<Waiting> next() {
        List<Waiting> batch = pending.subList(0, Math.min(MOST_ENTRIES, pending.size()));
        pending = new ArrayList<>(pending.subList(batch.size(), pending.size()));
        writing = !batch.isEmpty();
        return batch;
    }

    private synchronized void giveUp(JournalException reason) {
        broken = reason;
        pending.forEach(each -> each.written().completeExceptionally(reason));
        pending = new ArrayList<>();
    }
}
