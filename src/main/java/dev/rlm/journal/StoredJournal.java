package dev.rlm.journal;

import dev.rlm.journal.JournalStore.NewEntry;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A task's journal in a {@link JournalStore}. What it returns or records is on disk. While the store is not available,
 * writers wait. After a write that failed for good every further one fails with the same exception.
 *
 * <p>Only one object may write with a lease; any number may read. Thread-safe.
 */
public final class StoredJournal implements Journal {

    /** How soon entries of other processes are noticed. */
    private static final Duration POLL = Duration.ofMillis(250);

    private static final int PAGE = 200;

    private final JournalStore store;
    private final String task;
    private final Clock clock;
    private final @Nullable GroupCommit commits;
    private final StepsUnderWay underWay = new StepsUnderWay();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition recorded = lock.newCondition();
    private List<Payload> kept = new ArrayList<>();
    private long writes;

    /** The keys of recorded steps, for a writer, which knows them all. */
    private final @Nullable Set<String> keys;

    private StoredJournal(JournalStore store, String task, Clock clock, @Nullable Long lease) {
        this.store = store;
        this.task = task;
        this.clock = clock;
        this.keys = lease == null ? null : ConcurrentHashMap.newKeySet();
        if (lease != null && keys != null) {
            keys.addAll(store.keys(task));
        }
        this.commits = lease == null ? null : new GroupCommit(batches(lease));
    }

    /** A journal that can only be read; it follows what others write. */
    public static StoredJournal reading(JournalStore store, String task) {
        return new StoredJournal(store, task, Clock.systemUTC(), null);
    }

    /**
     * A journal to be written by whoever has just {@linkplain JournalStore#take taken} the task.
     *
     * @param lease the lease that it was taken with
     * @param clock tells the entries' time
     */
    public static StoredJournal writing(JournalStore store, String task, long lease, Clock clock) {
        return new StoredJournal(store, task, clock, lease);
    }

    @Override
    public <E extends TaskEvent, X extends Exception> E step(String key, Class<E> type, Effect<E, X> effect)
            throws X, InterruptedException {
        StepsUnderWay.Turn turn = underWay.begin(key);
        try {
            Optional<E> known = recorded(key, type);
            if (known.isPresent()) {
                return known.get();
            }
            E event = effect.run();
            writer().append(entry(key, event));
            return event;
        } finally {
            turn.end();
        }
    }

    @Override
    public <E extends TaskEvent> Optional<E> recorded(String key, Class<E> type) {
        if (keys != null && !keys.contains(key)) {
            return Optional.empty();
        }
        return patiently(() -> store.step(task, key)).map(entry -> RecordedType.cast(key, type, entry.event()));
    }

    @Override
    public void record(TaskEvent event) {
        writer().appendUninterruptibly(entry(null, event));
    }

    @Override
    public void keep(String text) {
        Payload payload = Payload.of(text);
        lock.lock();
        try {
            kept.add(payload);
        } finally {
            lock.unlock();
        }
    }

    @Override
    public Optional<String> text(String sha256) {
        return patiently(() -> store.text(task, sha256));
    }

    @Override
    public List<Entry> entriesAfter(long number) {
        List<Entry> entries = new ArrayList<>();
        List<Entry> page = store.read(task, number, PAGE);
        while (!page.isEmpty()) {
            entries.addAll(page);
            page = page.size() < PAGE
                    ? List.of()
                    : store.read(task, page.getLast().number(), PAGE);
        }
        return entries;
    }

    @Override
    public List<Entry> entriesAfter(long number, int most) {
        return store.read(task, number, most);
    }

    @Override
    public boolean awaitEntryAfter(long number, Duration time) throws InterruptedException {
        long nanosLeft = TimeUnit.NANOSECONDS.convert(time);
        long seen = writes();
        while (store.entries(task) <= number) {
            if (nanosLeft <= 0) {
                return false;
            }
            long wait = Math.min(nanosLeft, POLL.toNanos());
            lock.lockInterruptibly();
            try {
                // A write between the look at the store and here would be missed otherwise.
                nanosLeft -= writes == seen ? wait - recorded.awaitNanos(wait) : 0;
                seen = writes;
            } finally {
                lock.unlock();
            }
        }
        return true;
    }

    /** Reads; a writer waits for the store as it does with its writes, since what it has under way would be lost. */
    private <T> T patiently(Supplier<T> read) {
        return commits == null ? read.get() : Outage.sitOut(read);
    }

    private GroupCommit writer() {
        if (commits == null) {
            throw new IllegalStateException("This journal was opened to be read only.");
        }
        return commits;
    }

    private NewEntry entry(@Nullable String key, TaskEvent event) {
        lock.lock();
        try {
            NewEntry entry = new NewEntry(clock.instant(), key, event, kept);
            kept = new ArrayList<>();
            return entry;
        } finally {
            lock.unlock();
        }
    }

    private GroupCommit.Batches batches(long lease) {
        return new GroupCommit.Batches() {
            private long batch;

            @Override
            public void write(List<NewEntry> entries) {
                store.append(task, lease, batch + 1, entries);
                batch++;
                written(entries);
            }
        };
    }

    private void written(List<NewEntry> entries) {
        for (NewEntry entry : entries) {
            if (entry.key() != null && keys != null) {
                keys.add(entry.key());
            }
        }
        lock.lock();
        try {
            writes++;
            recorded.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private long writes() {
        lock.lock();
        try {
            return writes;
        } finally {
            lock.unlock();
        }
    }
}
