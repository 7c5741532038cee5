package dev.rlm.task;

import dev.rlm.engine.Writing;
import dev.rlm.journal.JournalStore;
import dev.rlm.journal.JournalStore.StoredTask;
import dev.rlm.journal.StoredJournal;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Reads how tasks stand; of those it has read lately, only what is new. Thread-safe. */
final class StatusCache {

    private static final int MOST = 1_000;

    private final JournalStore store;
    private final Function<String, Optional<Writing>> writing;

    private final Map<String, Known> known = new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Known> eldest) {
            return size() > MOST;
        }
    };

    /** A task that was read; whose it is never changes. */
    private record Known(String caller, StatusReader reader) {}

    /** @param writing what the root model of a task is writing just now, where that is known */
    StatusCache(JournalStore store, Function<String, Optional<Writing>> writing) {
        this.store = store;
        this.writing = writing;
    }

    /** How a task stands, whosever it is; empty if there is none with this id. */
    Optional<TaskStatus> status(String id) {
        return read(id, null);
    }

    /** How a task of a caller stands; empty if the caller has none with this id. */
    Optional<TaskStatus> status(String id, String caller) {
        return read(id, caller);
    }

    private Optional<TaskStatus> read(String id, @Nullable String caller) {
        Known task;
        synchronized (known) {
            task = known.get(id);
        }
        if (task == null) {
            Optional<StoredTask> stored = store.find(id);
            if (stored.isEmpty()) {
                return Optional.empty();
            }
            task = new Known(stored.get().caller(), new StatusReader(id));
        }
        if (caller != null && !caller.equals(task.caller())) {
            return Optional.empty();
        }
        StatusReader reader = task.reader();
        synchronized (reader) {
            // Nothing follows the end of a task, and finished ones are asked for again and again.
            if (!reader.hasEnded()) {
                reader.read(StoredJournal.reading(store, id).entriesAfter(reader.version()));
            }
            if (reader.version() == 0) {
                return Optional.empty();
            }
            synchronized (known) {
                known.put(id, task);
            }
            return Optional.of(reader.status(writing.apply(id).orElse(null)));
        }
    }

    /** Forgets a task that was deleted. */
    void forget(String id) {
        synchronized (known) {
            known.remove(id);
        }
    }
}
