package dev.rlm.engine;

import dev.rlm.journal.Journal.Entry;
import dev.rlm.journal.TaskEvent.CellStarted;
import dev.rlm.journal.TaskEvent.Finished;
import dev.rlm.journal.TaskEvent.RootReplied;
import dev.rlm.journal.TaskEvent.Started;
import dev.rlm.journal.TaskEvent.Submitted;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;

/**
 * What was asked before a question with the same REPL and conversation, which it goes on with. Cells are numbered through
 * the session, turns through each of its tasks.
 *
 * @param tasks the earlier tasks, the first one first; all of them have ended
 */
public record Session(List<Earlier> tasks) {

    /** No session: the question stands alone. */
    public static final Session NONE = new Session(List.of());

    public Session {
        tasks = List.copyOf(tasks);
    }

    /**
     * An earlier task.
     *
     * @param asked what was asked
     * @param entries its journal
     */
    public record Earlier(Submitted asked, List<Entry> entries) {
        public Earlier {
            entries = List.copyOf(entries);
        }

        /** How it ended. */
        Optional<Finished> end() {
            return own().map(Entry::event)
                    .filter(Finished.class::isInstance)
                    .map(Finished.class::cast)
                    .findFirst();
        }

        /** The events that are not of children. */
        Stream<Entry> own() {
            return entries.stream().filter(entry -> entry.child() == null);
        }
    }

    /** Whether the root model wrote something that a follow-up can go on with, besides answers. */
    boolean hasTurns() {
        return events(RootReplied.class).findAny().isPresent();
    }

    /** The number of the last cell; 0 if there was none. */
    int lastCell() {
        return events(CellStarted.class).mapToInt(CellStarted::cell).max().orElse(0);
    }

    /** What chance in the cells derives from; empty if no task of the session was begun. */
    public OptionalLong seed() {
        return events(Started.class).mapToLong(Started::seed).findFirst();
    }

    private <E> Stream<E> events(Class<E> type) {
        return tasks.stream()
                .flatMap(Earlier::own)
                .map(Entry::event)
                .filter(type::isInstance)
                .map(type::cast);
    }
}
