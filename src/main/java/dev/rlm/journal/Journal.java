package dev.rlm.journal;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The record of one task. Every side effect of answering a question is a {@linkplain #step step}: what is recorded is
 * returned, not done again.
 *
 * <p>Thread-safe. Entries are numbered from 1 in the order in which they were recorded. All methods may throw a
 * {@link JournalException} when the record cannot be written or read; nothing is ever returned that is not recorded.
 */
public interface Journal {

    /**
     * Does something once. If a step with this key is recorded, its event is returned; otherwise the effect runs, and
     * its event is recorded before it is returned. Of threads that come with the same key at the same time, one runs the
     * effect and the others wait for it.
     *
     * @param key what the step is within its task, the same on every run, such as {@code root/3}
     * @param type the event's type
     * @param effect what to do; runs on the calling thread. When it throws, nothing is recorded
     * @throws IllegalStateException if the recorded step has an event of another type
     */
    <E extends TaskEvent, X extends Exception> E step(String key, Class<E> type, Effect<E, X> effect)
            throws X, InterruptedException;

    /**
     * The event of a recorded step; empty if there is none with this key.
     *
     * @throws IllegalStateException if the recorded step has an event of another type
     */
    <E extends TaskEvent> Optional<E> recorded(String key, Class<E> type);

    /** Records an event that no effect has: a fact that others want to see. */
    void record(TaskEvent event);

    /**
     * Keeps a text to which the next event refers by its SHA-256. It is written with that event, compressed, and once for
     * all tasks.
     */
    void keep(String text);

    /** A text that events refer to by this SHA-256, in lower-case hexadecimal digits; empty if it was not kept. */
    Optional<String> text(String sha256);

    /** The entries after the one with this number, oldest first; 0 for all. */
    List<Entry> entriesAfter(long number);

    /** The first entries after the one with this number, oldest first, so many at most. */
    default List<Entry> entriesAfter(long number, int most) {
        return entriesAfter(number).stream().limit(most).toList();
    }

    /**
     * Waits until there is an entry after the one with this number.
     *
     * @return whether there is one; false when the time passed first
     */
    boolean awaitEntryAfter(long number, Duration time) throws InterruptedException;

    /**
     * An event, its number and when it was recorded.
     *
     * @param number its number, from 1
     * @param time when it was recorded
     * @param key the step's key, or null if it is no step
     * @param event the event
     */
    record Entry(long number, Instant time, @Nullable String key, TaskEvent event) {

        /** The key of the child question that this is a part of, or null if it is none of a child. */
        public @Nullable String child() {
            return ChildJournal.childOf(key);
        }

        /** The step's key in the record of the question that it belongs to; null if it is no step. */
        public @Nullable String ownKey() {
            return ChildJournal.ownKeyOf(key);
        }

        /** How many children deep this is: 0 for the task's own, 1 for a child of it. */
        public int level() {
            return ChildJournal.levelOf(key);
        }
    }

    /** Something done once. */
    @FunctionalInterface
    interface Effect<E extends TaskEvent, X extends Exception> {
        E run() throws X, InterruptedException;
    }
}
