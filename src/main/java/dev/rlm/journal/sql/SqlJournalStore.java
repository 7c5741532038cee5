package dev.rlm.journal.sql;

import static dev.rlm.journal.sql.Statements.micros;
import static dev.rlm.journal.sql.Statements.time;

import dev.rlm.journal.EventCodec;
import dev.rlm.journal.Journal.Entry;
import dev.rlm.journal.JournalException;
import dev.rlm.journal.JournalStore;
import dev.rlm.journal.LeaseLostException;
import dev.rlm.journal.Payload;
import dev.rlm.journal.TaskEvent;
import java.math.BigDecimal;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The statements of a journal store; they are the same for all databases. */
abstract sealed class SqlJournalStore implements JournalStore permits SqliteJournalStore, PostgresJournalStore {

    private static final String TASK_COLUMNS =
            "id, caller, client_key, submitted, state, rank, lease, owner, ended, events";

    private static final String EVENTS = "SELECT number, time, step_key, type, version, body FROM event";

    private final Database database;
    private final EventRows events = new EventRows(new EventCodec());

    SqlJournalStore(Database database) {
        this.database = database;
    }

    @Override
    public Created create(NewTask task, Duration clientKeyAge) {
        EventRows.Batch first = events.encode(List.of(new NewEntry(task.time(), null, task.event(), List.of())));
        return database.write(sql -> {
            if (task.clientKey() != null) {
                sql.update(
                        "UPDATE task SET client_key = NULL WHERE caller = ? AND client_key = ? AND submitted < ?",
                        task.caller(),
                        task.clientKey(),
                        micros(task.time().minus(clientKeyAge)));
            }
            int created = sql.update(
                    "INSERT INTO task (id, caller, client_key, submitted, state, rank, lease, batch, events)"
                            + " VALUES (?, ?, ?, ?, 'queued', ?, 0, 0, 1) ON CONFLICT (caller, client_key) DO NOTHING",
                    task.id(),
                    task.caller(),
                    task.clientKey(),
                    micros(task.time()),
                    task.rank());
            if (created == 0) {
                return sql.first(
                                row -> new Created(row.getString(1), false),
                                "SELECT id FROM task WHERE caller = ? AND client_key = ?",
                                task.caller(),
                                task.clientKey())
                        .orElseThrow(() -> new JournalException("Task " + task.id() + " could not be created."));
            }
            events.insert(sql, task.id(), 1, first);
            return new Created(task.id(), true);
        });
    }

    @Override
    public OptionalLong take(String task, String owner) {
        return number(database.write(sql -> sql.first(
                row -> row.getLong(1),
                "UPDATE task SET lease = lease + 1, batch = 0, owner = ? WHERE id = ? AND ended IS NULL RETURNING lease",
                owner,
                task)));
    }

    @Override
    public Taking takeToRun(String task, String owner, RunningLimits limits) {
        return database.write(sql -> {
            sql.update("UPDATE task_turnstile SET turns = turns + 1 WHERE id = 1");
            Optional<String> caller =
                    sql.first(row -> row.getString(1), "SELECT caller FROM task WHERE id = ? AND ended IS NULL", task);
            if (caller.isEmpty()) {
                return new Taking.Over();
            }
            boolean full = sql.first(
                            row -> row.getLong(1) >= limits.all() || row.getLong(2) >= limits.perCaller(),
                            "SELECT COUNT(*), COALESCE(SUM(CASE WHEN caller = ? THEN 1 ELSE 0 END), 0) FROM task"
                                    + " WHERE ended IS NULL AND (owner IS NOT NULL OR state = 'running') AND id <> ?",
                            caller.get(),
                            task)
                    .orElseThrow();
            if (full) {
                return new Taking.Full();
            }
            return sql.first(
                            row -> new Taking.Taken(row.getLong(1)),
                            "UPDATE task SET lease = lease + 1, batch = 0, owner = ? WHERE id = ? RETURNING lease",
                            owner,
                            task)
                    .orElseThrow();
        });
    }

    @Override
    public long nextRank(String caller) {
        return database.read(sql -> sql.first(
                        row -> Math.max(row.getLong(1), row.getLong(2)),
                        "SELECT COALESCE((SELECT MIN(rank) FROM task WHERE ended IS NULL AND state = 'queued'),"
                                + " (SELECT MAX(rank) FROM task WHERE ended IS NULL), 0),"
                                + " COALESCE((SELECT MAX(rank) + 1 FROM task WHERE ended IS NULL AND caller = ?), 0)",
                        caller))
                .orElse(0L);
    }

    @Override
    public Counts counts(@Nullable String caller) {
        return ofCaller(
                caller,
                SqlJournalStore::counts,
                "SELECT COALESCE(SUM(CASE WHEN state = 'queued' THEN 1 ELSE 0 END), 0),"
                        + " COALESCE(SUM(CASE WHEN state = 'running' THEN 1 ELSE 0 END), 0),"
                        + " COALESCE(SUM(CASE WHEN ended IS NOT NULL THEN 1 ELSE 0 END), 0) FROM task WHERE 1 = 1");
    }

    private static Counts counts(ResultSet row) throws SQLException {
        return new Counts(row.getLong(1), row.getLong(2), row.getLong(3));
    }

    @Override
    public long waiting(@Nullable String caller) {
        return ofCaller(
                caller, row -> row.getLong(1), "SELECT COUNT(*) FROM task WHERE ended IS NULL AND state = 'queued'");
    }

    /** The row that sums up the tasks of a caller, or of all if it is null; the query ends with conditions. */
    private <T> T ofCaller(@Nullable String caller, Statements.Row<T> row, String query) {
        return database.read(sql ->
                        caller == null ? sql.first(row, query) : sql.first(row, query + " AND caller = ?", caller))
                .orElseThrow();
    }

    @Override
    public BigDecimal cost(String caller, Instant since) {
        long cost = database.read(sql -> sql.first(
                        row -> row.getLong(1),
                        "SELECT COALESCE(SUM(cost), 0) FROM task WHERE caller = ? AND submitted >= ?",
                        caller,
                        micros(since)))
                .orElse(0L);
        return BigDecimal.valueOf(cost, EventRows.COST_SCALE);
    }

    @Override
    public List<StoredTask> unqueued(Instant submittedBefore, int most) {
        requireMost(most);
        return database.read(sql -> sql.list(
                SqlJournalStore::task,
                "SELECT " + TASK_COLUMNS + " FROM task WHERE ended IS NULL AND submitted < ? AND NOT EXISTS"
                        + " (SELECT 1 FROM task_queue WHERE task_instance = task.id) ORDER BY submitted, id LIMIT ?",
                micros(submittedBefore),
                most));
    }

    @Override
    public List<String> ended(@Nullable Instant before, @Nullable Long kept, int most) {
        requireMost(most);
        long end = before == null ? Long.MIN_VALUE : micros(before);
        long allButLast = kept == null ? Long.MAX_VALUE : kept;
        return database.read(sql -> {
            // Of equal ends some may stay a little longer.
            long lastBeyond = sql.first(
                            row -> row.getLong(1),
                            "SELECT ended FROM task WHERE ended IS NOT NULL ORDER BY ended DESC LIMIT 1 OFFSET ?",
                            allButLast)
                    .orElse(Long.MIN_VALUE);
            return sql.list(
                    row -> row.getString(1),
                    "SELECT id FROM task WHERE ended IS NOT NULL AND (ended < ? OR ended <= ?) ORDER BY ended LIMIT ?",
                    end,
                    lastBeyond,
                    most);
        });
    }

    @Override
    public List<TaskEvent.Submitted> openRequests() {
        List<Entry> submissions = database.read(sql -> {
            List<Entry> found = new ArrayList<>();
            for (String task : sql.list(row -> row.getString(1), "SELECT id FROM task WHERE ended IS NULL")) {
                found.addAll(events.decode(
                        sql, task, sql.list(EventRows::row, EVENTS + " WHERE task_id = ? AND number = 1", task)));
            }
            return found;
        });
        return submissions.stream()
                .map(first -> (TaskEvent.Submitted) first.event())
                .toList();
    }

    @Override
    public void release(String task, long lease) {
        database.write(sql -> sql.update("UPDATE task SET owner = NULL WHERE id = ? AND lease = ?", task, lease));
    }

    @Override
    public void append(String task, long lease, long batch, List<NewEntry> entries) {
        if (entries.isEmpty()) {
            return;
        }
        EventRows.Batch encoded = events.encode(entries);
        database.write(sql -> {
            Optional<Long> last = sql.first(
                    row -> row.getLong(1),
                    "UPDATE task SET events = events + ?, batch = ?, cost = cost + ?, state = COALESCE(?, state), ended ="
                            + " COALESCE(CAST(? AS BIGINT), ended)"
                            + " WHERE id = ? AND lease = ? AND batch = ? RETURNING events",
                    (long) entries.size(),
                    batch,
                    encoded.cost(),
                    encoded.state(),
                    text(encoded.ended()),
                    task,
                    lease,
                    batch - 1);
            if (last.isPresent()) {
                events.insert(sql, task, last.get() - entries.size() + 1, encoded);
            } else {
                requireRepeated(sql, task, lease, batch);
            }
            return task;
        });
    }

    /** An append finds its lease with another number of batches only if it was done already and nobody knew. */
    private static void requireRepeated(Statements sql, String task, long lease, long batch) throws SQLException {
        long done = sql.first(row -> row.getLong(1), "SELECT batch FROM task WHERE id = ? AND lease = ?", task, lease)
                .orElseThrow(() -> new LeaseLostException(task));
        if (done != batch) {
            throw new JournalException("Task " + task + " has " + done + " appends of lease " + lease + ", and append "
                    + batch + " cannot follow: two writers have the same lease.");
        }
    }

    @Override
    public boolean note(String task, NewEntry entry) {
        String key = entry.key();
        if (key == null) {
            throw new IllegalArgumentException("What is noted without a lease must have a key.");
        }
        EventRows.Batch encoded = events.encode(List.of(entry));
        return database.write(sql -> {
            // Others wait at this row from here on, so that what is read next holds until the end.
            Optional<Long> last = sql.first(
                    row -> row.getLong(1),
                    "UPDATE task SET events = events + 1, state = COALESCE(?, state), ended = COALESCE("
                            + "CAST(? AS BIGINT), ended) WHERE id = ? AND ended IS NULL RETURNING events",
                    encoded.state(),
                    text(encoded.ended()),
                    task);
            if (last.isEmpty()) {
                return false;
            }
            if (sql.first(
                            row -> row.getLong(1),
                            "SELECT number FROM event WHERE task_id = ? AND step_key = ?",
                            task,
                            key)
                    .isPresent()) {
                sql.update("UPDATE task SET events = events - 1 WHERE id = ?", task);
                return false;
            }
            events.insert(sql, task, last.get(), encoded);
            return true;
        });
    }

    @Override
    public List<Entry> read(String task, long after, int most) {
        requireMost(most);
        return database.read(sql -> events.decode(
                sql,
                task,
                sql.list(
                        EventRows::row,
                        EVENTS + " WHERE task_id = ? AND number > ? ORDER BY number LIMIT ?",
                        task,
                        after,
                        most)));
    }

    @Override
    public Optional<Entry> step(String task, String key) {
        return database
                .read(sql -> events.decode(
                        sql, task, sql.list(EventRows::row, EVENTS + " WHERE task_id = ? AND step_key = ?", task, key)))
                .stream()
                .findFirst();
    }

    @Override
    public Set<String> keys(String task) {
        return new HashSet<>(database.read(sql -> sql.list(
                row -> row.getString(1),
                "SELECT step_key FROM event WHERE task_id = ? AND step_key IS NOT NULL",
                task)));
    }

    @Override
    public long entries(String task) {
        return database.read(sql -> sql.first(row -> row.getLong(1), "SELECT events FROM task WHERE id = ?", task))
                .orElse(0L);
    }

    @Override
    public Optional<String> text(String task, String sha256) {
        return database.read(sql -> sql.first(
                        EventRows::payload,
                        "SELECT sha256, characters, bytes FROM payload WHERE sha256 = ? AND EXISTS"
                                + " (SELECT 1 FROM event_payload WHERE sha256 = ? AND task_id = ?)",
                        sha256,
                        sha256,
                        task))
                .map(Payload::text);
    }

    @Override
    public Optional<StoredTask> find(String task) {
        return database.read(
                sql -> sql.first(SqlJournalStore::task, "SELECT " + TASK_COLUMNS + " FROM task WHERE id = ?", task));
    }

    @Override
    public List<StoredTask> page(@Nullable String caller, @Nullable Position after, int most) {
        requireMost(most);
        List<Object> values = new ArrayList<>();
        StringBuilder query = new StringBuilder("SELECT ").append(TASK_COLUMNS).append(" FROM task WHERE 1 = 1");
        if (caller != null) {
            query.append(" AND caller = ?");
            values.add(caller);
        }
        if (after != null) {
            query.append(" AND (submitted, id) < (?, ?)");
            values.add(micros(after.submitted()));
            values.add(after.id());
        }
        query.append(" ORDER BY submitted DESC, id DESC LIMIT ?");
        values.add(most);
        return database.read(sql -> sql.list(SqlJournalStore::task, query.toString(), values.toArray()));
    }

    @Override
    public boolean delete(String task) {
        return database.write(sql -> {
            // Takes the lease from whoever runs it, and keeps others from writing to it meanwhile.
            if (sql.update("UPDATE task SET lease = lease + 1 WHERE id = ?", task) == 0) {
                return false;
            }
            Set<String> payloads = new HashSet<>(
                    sql.list(row -> row.getString(1), "SELECT sha256 FROM event_payload WHERE task_id = ?", task));
            sql.update("DELETE FROM event_payload WHERE task_id = ?", task);
            sql.update("DELETE FROM event WHERE task_id = ?", task);
            sql.update("DELETE FROM task WHERE id = ?", task);
            sql.updateAll(
                    "DELETE FROM payload WHERE sha256 = ?"
                            + " AND NOT EXISTS (SELECT 1 FROM event_payload WHERE event_payload.sha256 = payload.sha256)",
                    payloads.stream()
                            .sorted()
                            .map(sha256 -> new @Nullable Object[] {sha256})
                            .toList());
            return true;
        });
    }

    @Override
    public void close() {
        database.close();
    }

    private static StoredTask task(ResultSet row) throws SQLException {
        long ended = row.getLong(9);
        Instant end = row.wasNull() ? null : time(ended);
        return new StoredTask(
                row.getString(1),
                row.getString(2),
                row.getString(3),
                time(row.getLong(4)),
                row.getString(5),
                row.getLong(6),
                row.getLong(7),
                row.getString(8),
                end,
                row.getLong(10));
    }

    private static void requireMost(int most) {
        if (most < 1 || most > MOST) {
            throw new IllegalArgumentException("1 to " + MOST + " can be read at a time, not " + most + ".");
        }
    }

    private static @Nullable String text(@Nullable Long number) {
        return number == null ? null : number.toString();
    }

    private static OptionalLong number(Optional<Long> number) {
        return number.isPresent() ? OptionalLong.of(number.get()) : OptionalLong.empty();
    }
}
