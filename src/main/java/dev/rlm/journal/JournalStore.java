package dev.rlm.journal;

import dev.rlm.journal.Journal.Entry;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Where the journals of all tasks lie. Entries are only ever added, until a task is deleted as a whole.
 *
 * <p>Who writes a task's journal holds its <em>lease</em>: a number that grows whenever somebody {@linkplain #take takes}
 * the task. Every append says its lease, and one that is not the latest is refused, so that a runner that was thought dead
 * cannot write when it wakes up.
 *
 * <p>Thread-safe, and safe with other processes on the same store. Calls block. What was written is on disk when they
 * return. All methods throw {@link StoreUnavailableException} if the store is out of reach, busy or full, and another
 * {@link JournalException} if it is otherwise of no use.
 */
public interface JournalStore extends AutoCloseable {

    /** The most entries of one {@link #read} and tasks of one {@link #page}. */
    int MOST = 1_000;

    /**
     * A task to be created.
     *
     * @param id its id, new and unguessable
     * @param caller whose task it is
     * @param clientKey what makes a repeated request the same request; null if it is never the same
     * @param rank its place among waiting tasks: lower ones go first
     * @param time when it was submitted
     * @param event the first event
     */
    record NewTask(
            String id, String caller, @Nullable String clientKey, long rank, Instant time, TaskEvent.Submitted event) {

        private static final int LONGEST = 300;

        /** @throws IllegalArgumentException with a sentence for users if a text is too long or has control characters */
        public NewTask {
            require("The task's id", id);
            require("The caller's name", caller);
            if (clientKey != null) {
                require("The client key", clientKey);
            }
        }

        private static void require(String what, String text) {
            if (text.isBlank() || text.length() > LONGEST || text.chars().anyMatch(Character::isISOControl)) {
                throw new IllegalArgumentException(
                        what + " must have 1 to " + LONGEST + " characters and no control characters.");
            }
        }
    }

    /**
     * What became of a task to be created.
     *
     * @param id the task's id: the new one, or that of the task which the same caller created with the same key
     * @param isNew whether it was created now
     */
    record Created(String id, boolean isNew) {}

    /**
     * An entry to be appended.
     *
     * @param time when it happened
     * @param key the step's key, or null if it is no step
     * @param event the event
     * @param kept texts that it refers to by their SHA-256
     */
    record NewEntry(Instant time, @Nullable String key, TaskEvent event, List<Payload> kept) {
        public NewEntry {
            kept = List.copyOf(kept);
        }
    }

    /**
     * A task as the store lists it. State and end are read from its events: they repeat what the journal says so that
     * tasks can be found by it, and change in the same transaction.
     *
     * @param id its id
     * @param caller whose task it is
     * @param clientKey the key that it was created with, or null if it had none or the key is free again
     * @param submitted when it was submitted
     * @param state queued, running, or how it ended
     * @param rank its place among waiting tasks: lower ones go first
     * @param lease the latest lease; 0 if nobody has taken it yet
     * @param owner who holds the lease, or null
     * @param ended when it ended, or null
     * @param entries how many entries its journal has
     */
    record StoredTask(
            String id,
            String caller,
            @Nullable String clientKey,
            Instant submitted,
            String state,
            long rank,
            long lease,
            @Nullable String owner,
            @Nullable Instant ended,
            long entries) {

        /** Where a page that follows this task begins. */
        public Position position() {
            return new Position(submitted, id);
        }
    }

    /** A place in the list of tasks, newest first. */
    record Position(Instant submitted, String id) {}

    /**
     * Creates a task with its first entry, unless the same caller has created one with the same key not longer ago than
     * the age.
     */
    Created create(NewTask task, Duration clientKeyAge);

    /**
     * Takes a task: the leases before are worth nothing from now on.
     *
     * @param owner who takes it, for people to see
     * @return the new lease; empty if there is no such task or it has ended
     */
    OptionalLong take(String task, String owner);

    /**
     * Takes a task to run it, unless too many others run. A task that was running before takes nobody's place. The limits
     * hold whatever other processes do at the same time.
     *
     * @param owner who takes it, for people to see
     */
    Taking takeToRun(String task, String owner, RunningLimits limits);

    /**
     * How many tasks may run at a time, on all servers together.
     *
     * @param all of all callers
     * @param perCaller of one caller
     */
    record RunningLimits(int all, int perCaller) {}

    /** Whether a task could be taken. */
    sealed interface Taking {
        /** It was taken, with this lease. */
        record Taken(long lease) implements Taking {}

        /** Too many others run. */
        record Full() implements Taking {}

        /** There is no such task, or it has ended. */
        record Over() implements Taking {}
    }

    /** Gives a task back, if this is its latest lease: it has no owner then. */
    void release(String task, long lease);

    /**
     * Appends entries, all or none.
     *
     * @param lease the caller's lease
     * @param batch how many appends of this lease there are with this one: 1 for the first. An append that is repeated
     *     because its outcome was not known is recognised by it, and not done twice
     * @throws LeaseLostException if the lease is not the latest
     */
    void append(String task, long lease, long batch, List<NewEntry> entries);

    /**
     * Appends one entry without a lease: something that others than the task's runner have to say. The entry must have a
     * key; it is left out if the task has ended or a step with that key is recorded.
     *
     * @return whether it was appended
     */
    boolean note(String task, NewEntry entry);

    /**
     * Entries of a task, oldest first.
     *
     * @param after the number of the entry before the first; 0 for the first
     * @param most how many are read at most, 1 to {@value #MOST}
     */
    List<Entry> read(String task, long after, int most);

    /** What was asked: the first entry of a task; empty if there is no such task. */
    default Optional<TaskEvent.Submitted> request(String task) {
        return read(task, 0, 1).stream()
                .map(first -> (TaskEvent.Submitted) first.event())
                .findFirst();
    }

    /** The entry of the step with this key; empty if it is not recorded. */
    Optional<Entry> step(String task, String key);

    /** The keys of all recorded steps of a task. */
    Set<String> keys(String task);

    /** How many entries a task's journal has; 0 if there is no such task. */
    long entries(String task);

    /** A text that the task's events refer to by its SHA-256; empty if they do not, or it was not kept. */
    Optional<String> text(String task, String sha256);

    /**
     * The rank of the caller's next task, by which callers take turns (start-time fair queuing, with tasks of equal size):
     * behind the caller's own tasks, and not before those that are at the front of the queue already. Queued tasks of one
     * caller so follow each other with ranks between which those of others find a place.
     */
    long nextRank(String caller);

    /**
     * Counts tasks.
     *
     * @param caller whose; null for everybody's
     */
    Counts counts(@Nullable String caller);

    /**
     * How many tasks there are.
     *
     * @param waiting those that nobody has begun to run
     * @param running those that were begun and have not ended
     * @param ended those that have ended
     */
    record Counts(long waiting, long running, long ended) {}

    /**
     * How many tasks wait that nobody has begun to run.
     *
     * @param caller whose; null for everybody's
     */
    long waiting(@Nullable String caller);

    /** What the calls of a caller's tasks have cost that were submitted since then, in US dollars. */
    BigDecimal cost(String caller, Instant since);

    /** Tasks that have not ended and are not in the queue from which servers take them, the oldest first. */
    List<StoredTask> unqueued(Instant submittedBefore, int most);

    /**
     * Tasks that have ended, the earliest first.
     *
     * @param before those that ended before this; null for none of them
     * @param kept all but so many that ended last; null for none of them
     * @param most how many are listed at most, 1 to {@value #MOST}
     */
    List<String> ended(@Nullable Instant before, @Nullable Long kept, int most);

    /** What is asked by the tasks that have not ended. */
    List<TaskEvent.Submitted> openRequests();

    /** A task; empty if there is none with this id. */
    Optional<StoredTask> find(String task);

    /**
     * Tasks, the latest submitted first.
     *
     * @param caller whose; null for everybody's
     * @param after the last task of the page before; null for the first page
     * @param most how many are listed at most, 1 to {@value #MOST}
     */
    List<StoredTask> page(@Nullable String caller, @Nullable Position after, int most);

    /**
     * Deletes a task with its journal, and the texts that no other task refers to. Whoever runs it loses its lease.
     *
     * @return whether there was one
     */
    boolean delete(String task);

    /** Closes what the store has opened; the data source stays open. Idempotent. */
    @Override
    void close();
}
