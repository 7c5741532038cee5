package dev.rlm.journal;

import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** A journal that lives as long as the process. */
public final class InMemoryJournal implements Journal {

    private final Clock clock;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition recorded = lock.newCondition();
    private final List<Entry> entries = new ArrayList<>();
    private final Map<String, TaskEvent> steps = new HashMap<>();
    private final StepsUnderWay underWay = new StepsUnderWay();

    /** An empty journal whose entries carry this clock's time. */
    public InMemoryJournal(Clock clock) {
        this.clock = clock;
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
            append(key, event);
            return event;
        } finally {
            turn.end();
        }
    }

    @Override
    public <E extends TaskEvent> Optional<E> recorded(String key, Class<E> type) {
        lock.lock();
        try {
            return Optional.ofNullable(steps.get(key)).map(event -> RecordedType.cast(key, type, event));
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void record(TaskEvent event) {
        append(null, event);
    }

    /** Does nothing: whole prompts would fill the memory. */
    @Override
    public void keep(String text) {}

    @Override
    public Optional<String> text(String sha256) {
        return Optional.empty();
    }

    @Override
    public List<Entry> entriesAfter(long number) {
        lock.lock();
        try {
            int from = Math.clamp(number, 0, entries.size());
            return List.copyOf(entries.subList(from, entries.size()));
        } finally {
            lock.unlock();
        }
    }

    @Override
    public boolean awaitEntryAfter(long number, Duration time) throws InterruptedException {
        long nanosLeft = TimeUnit.NANOSECONDS.convert(time);
        lock.lockInterruptibly();
        try {
            while (entries.size() <= number) {
                if (nanosLeft <= 0) {
                    return false;
                }
                nanosLeft = recorded.awaitNanos(nanosLeft);
            }
            return true;
        } finally {
            lock.unlock();
        }
    }

    private void append(@Nullable String key, TaskEvent event) {
        lock.lock();
        try {
            entries.add(new Entry(entries.size() + 1L, clock.instant(), key, event));
            if (key != null) {
                steps.put(key, event);
            }
            recorded.signalAll();
        } finally {
            lock.unlock();
        }
    }
}
