package dev.rlm.task;

import dev.rlm.journal.JournalStore;
import dev.rlm.journal.JournalStore.StoredTask;
import dev.rlm.journal.TaskEvent.Submitted;
import dev.rlm.model.ClientModels;
import dev.rlm.model.ModelId;
import java.time.Clock;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The models that clients lend to their tasks. They are known to the server that was asked alone, and only as long as it runs.
 * Thread-safe.
 */
final class LentModels {

    private final JournalStore store;
    private final Clock clock;
    private final Map<String, ClientModels> ofTasks = new ConcurrentHashMap<>();

    LentModels(JournalStore store, Clock clock) {
        this.store = store;
        this.clock = clock;
    }

    /** Whether a task needs models that its client lends. */
    static boolean areNeeded(Submitted task) {
        return ClientModels.isOne(ModelId.parse(task.rootModel()))
                || ClientModels.isOne(ModelId.parse(task.subModel()));
    }

    /** A client lends its models to a task. */
    void lend(String task, ClientModels models) {
        ofTasks.put(task, models);
    }

    /** What was lent to a task here, or null. */
    @Nullable
    ClientModels of(String task) {
        return ofTasks.get(task);
    }

    /** A task needs them no more. */
    void giveBack(String task) {
        ofTasks.remove(task);
    }

    /**
     * Whether a task is better left to the server that its client lends models to: it has not begun yet, and that server may
     * still come to it. When its time limit has passed, nobody will.
     */
    boolean mayBeElsewhere(String id) {
        if (ofTasks.containsKey(id)) {
            return false;
        }
        Optional<StoredTask> task = store.find(id);
        if (task.isEmpty() || !task.get().state().equals(TaskState.QUEUED.label())) {
            return false;
        }
        return store.request(id)
                .filter(LentModels::areNeeded)
                .map(asked -> task.get().submitted().plus(asked.timeLimit()).isAfter(clock.instant()))
                .orElse(false);
    }
}
