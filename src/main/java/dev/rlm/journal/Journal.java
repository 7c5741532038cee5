package dev.rlm.journal;

import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * The record of one task. Every side effect of answering a question is a {@linkplain #step step}: what is recorded is
 * returned, not done again.
 *
 * <p>Thread-safe. Entries are numbered from 1 in the order in which they were recorded.
 */
public interface Journal {

    /**
     * Does something once. If a step with this key is recorded, its event is returned; otherwise the effect runs, and
     * its event is recorded before it is returned.
     *
     * @param key what the step is within its task, the same on every run, such as {@code root/3}
     * @param type the event's type
     * @param effect what to do; runs on the calling thread. When it throws, nothing is recorded
     * @throws IllegalStateException if the recorded step has an event of another type
     */
    <E extends TaskEvent, X extends Exception> E step(String key, Class<E> type, Effect<E, X> effect)
            throws X, InterruptedException;

    /** Records an event that no effect has: a fact that others want to see. */
    void record(TaskEvent event);

    /** The entries after the one with this number, oldest first; 0 for all. */
    List<Entry> entriesAfter(long number);

    /**
     * Waits until there is an entry after the one with this number.
     *
     * @return whether there is one; false when the time passed first
     */
    boolean awaitEntryAfter(long number, Duration time) throws InterruptedException;

    /** An event, its number and when it was recorded. */
    record Entry(long number, Instant time, TaskEvent event) {}

    /** Something done once. */
    @FunctionalInterface
    interface Effect<E extends TaskEvent, X extends Exception> {
        E run() throws X, InterruptedException;
    }
}
