package dev.rlm.task;

import dev.rlm.engine.Session;
import dev.rlm.journal.JournalStore;
import dev.rlm.journal.JournalStore.StoredTask;
import dev.rlm.journal.StoredJournal;
import dev.rlm.journal.TaskEvent.Submitted;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Finds the tasks that a question follows up. Thread-safe. */
final class Sessions {

    /** The cells of a session run again whenever its REPL is built, so it cannot go on for ever. */
    static final int MOST_FOLLOWED = 50;

    private final JournalStore store;

    /** The sessions of the tasks in a store. */
    Sessions(JournalStore store) {
        this.store = store;
    }

    /**
     * The task that a request follows up.
     *
     * @param asked what was asked in it
     * @param chain the tasks of the session, the first one first, it last
     */
    record Followed(Submitted asked, List<String> chain) {}

    /**
     * What a caller's request follows up; empty if it stands alone.
     *
     * @throws TaskException if it cannot follow that up
     */
    Optional<Followed> followed(String caller, TaskRequest request) throws TaskException {
        String id = request.session();
        if (id == null) {
            return Optional.empty();
        }
        StoredTask task = store.find(id)
                .filter(found -> found.caller().equals(caller))
                .orElseThrow(() -> new TaskException("There is no task with the id '" + id
                        + "' to follow up. It may have been deleted; ask without `session`, and name the contexts."));
        if (task.ended() == null) {
            throw new TaskException(
                    "Task " + id + " has not ended yet: wait for its end with rlm_status, or cancel it, "
                            + "before you follow it up.");
        }
        Submitted asked = asked(id);
        if (!request.contextIds().isEmpty() && !request.contextIds().equals(asked.contextIds())) {
            throw new TaskException("A follow-up is about the contexts of task " + id
                    + ": leave the contexts out, or ask without `session` about others.");
        }
        if (request.rootModel() != null && !request.rootModel().toString().equals(asked.rootModel())) {
            throw new TaskException("A follow-up goes on with the root model of task " + id + ", " + asked.rootModel()
                    + ": leave the root model out, or ask without `session`.");
        }
        List<String> chain = new ArrayList<>(asked.follows());
        chain.add(id);
        if (chain.size() > MOST_FOLLOWED) {
            throw new TaskException("The session has " + MOST_FOLLOWED
                    + " questions, and no more are possible: ask without `session`, and name the contexts.");
        }
        return Optional.of(new Followed(asked, chain));
    }

    /**
     * Checks that the tasks of a session can still be read.
     *
     * @throws TaskException if one of them was deleted
     */
    void requireKept(List<String> chain) throws TaskException {
        for (String id : chain) {
            asked(id);
        }
    }

    /**
     * The session of a question.
     *
     * @param chain the tasks that it goes on with, the first one first
     * @throws TaskException if one of them was deleted
     */
    Session read(List<String> chain) throws TaskException {
        List<Session.Earlier> tasks = new ArrayList<>();
        for (String id : chain) {
            tasks.add(new Session.Earlier(
                    asked(id), StoredJournal.reading(store, id).entriesAfter(0)));
        }
        return new Session(tasks);
    }

    private Submitted asked(String id) throws TaskException {
        return store.request(id)
                .orElseThrow(
                        () -> new TaskException(
                                "Task " + id
                                        + ", which the session goes on with, has been deleted: ask without `session`, and name the contexts."));
    }
}
