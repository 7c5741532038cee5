package dev.rlm.journal;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The record of a child question, which is a part of that of its parent: its steps have the parent's key of the child
 * before theirs. Thread-safe.
 */
public final class ChildJournal implements Journal {

    /** Stands between the key of a child and those of its own steps, and in no key of a task's own. */
    private static final char SEPARATOR = '>';

    private final Journal parent;
    private final String prefix;

    /**
     * The journal of a child.
     *
     * @param parent the record of whoever asks
     * @param key the key there of the step that is the child's answer
     */
    public ChildJournal(Journal parent, String key) {
        this.parent = parent;
        this.prefix = key + SEPARATOR;
    }

    /** The key of the child whose step has this key, or null if it is a step of the task's own or none. */
    static @Nullable String childOf(@Nullable String key) {
        if (key == null) {
            return null;
        }
        int end = key.lastIndexOf(SEPARATOR);
        return end < 0 ? null : key.substring(0, end);
    }

    /** The key of the step with this key in the record of its own question; null for none. */
    static @Nullable String ownKeyOf(@Nullable String key) {
        return key == null ? null : key.substring(key.lastIndexOf(SEPARATOR) + 1);
    }

    /** How many children deep the step with this key is; 0 for the task's own, and for none. */
    static int levelOf(@Nullable String key) {
        return key == null ? 0 : (int) key.chars().filter(c -> c == SEPARATOR).count();
    }

    @Override
    public <E extends TaskEvent, X extends Exception> E step(String key, Class<E> type, Effect<E, X> effect)
            throws X, InterruptedException {
        return parent.step(prefix + key, type, effect);
    }

    @Override
    public <E extends TaskEvent> Optional<E> recorded(String key, Class<E> type) {
        return parent.recorded(prefix + key, type);
    }

    /** @throws IllegalStateException always: all that a child records are steps */
    @Override
    public void record(TaskEvent event) {
        throw new IllegalStateException("What a child records are steps.");
    }

    @Override
    public void keep(String text) {
        parent.keep(text);
    }

    @Override
    public Optional<String> text(String sha256) {
        return parent.text(sha256);
    }

    /** The entries of this child and of its own children, with their numbers in the whole journal. */
    @Override
    public List<Entry> entriesAfter(long number) {
        List<Entry> own = new ArrayList<>();
        for (Entry entry : parent.entriesAfter(number)) {
            String key = entry.key();
            if (key != null && key.startsWith(prefix)) {
                own.add(new Entry(entry.number(), entry.time(), key.substring(prefix.length()), entry.event()));
            }
        }
        return own;
    }

    /** Waits for an entry of the whole journal. */
    @Override
    public boolean awaitEntryAfter(long number, Duration time) throws InterruptedException {
        return parent.awaitEntryAfter(number, time);
    }
}
