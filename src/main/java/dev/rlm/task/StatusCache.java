package dev.rlm.task;

import dev.rlm.engine.Writing;
import dev.rlm.journal.JournalStore;
import dev.rlm.journal.StoredJournal;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** Reads how tasks stand; of those it has read lately, only what is new. Thread-safe. */
final class StatusCache {

    private static final int MOST = 1_000;

    private final JournalStore store;
    private final Function<String, Optional<Writing>> writing;

    private final Map<String, StatusReader> readers = new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, StatusReader> eldest) {
            return size() > MOST;
        }
    };

    /** @param writing what the root model of a task is writing just now, where that is known */
    StatusCache(JournalStore store, Function<String, Optional<Writing>> writing) {
        this.store = store;
        this.writing = writing;
    }

    /** How a task stands; empty if there is none with this id. */
    Optional<TaskStatus> status(String id) {
        StatusReader reader;
        synchronized (readers) {
            reader = readers.get(id);
        }
        if (reader == null) {
            if (store.entries(id) == 0) {
                return Optional.empty();
            }
            reader = new StatusReader(id);
        }
        synchronized (reader) {
            reader.read(StoredJournal.reading(store, id).entriesAfter(reader.version()));
            if (reader.version() == 0) {
                return Optional.empty();
            }
            synchronized (readers) {
                readers.put(id, reader);
            }
            return Optional.of(reader.status(writing.apply(id).orElse(null)));
        }
    }

    /** Forgets a task that was deleted. */
    void forget(String id) {
        synchronized (readers) {
            readers.remove(id);
        }
    }
}
