package dev.rlm.journal.sql;

import static dev.rlm.journal.sql.Statements.micros;

import dev.rlm.journal.EventCodec;
import dev.rlm.journal.EventCodec.Encoded;
import dev.rlm.journal.Journal.Entry;
import dev.rlm.journal.JournalStore.NewEntry;
import dev.rlm.journal.Payload;
import dev.rlm.journal.TaskEvent;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Writes and reads the rows of events and of their payloads. */
final class EventRows {

    /** Costs are kept in billionths of a US dollar, rounded up. */
    static final int COST_SCALE = 9;

    private final EventCodec codec;

    EventRows(EventCodec codec) {
        this.codec = codec;
    }

    /**
     * Entries ready to be written.
     *
     * @param entries the entries
     * @param encoded their events, in the same order
     * @param state what the task's state is after them, or null if they leave it as it is
     * @param ended when they end the task, in microseconds, or null if they do not
     * @param cost what their calls have cost, in units of 10 to the power of -{@value #COST_SCALE} US dollars
     */
    record Batch(
            List<NewEntry> entries,
            List<Encoded> encoded,
            @Nullable String state,
            @Nullable Long ended,
            long cost) {}

    /** A row as it was read. */
    record Row(long number, long time, @Nullable String key, String type, int version, String body) {}

    Batch encode(List<NewEntry> entries) {
        String state = null;
        Long ended = null;
        BigDecimal cost = BigDecimal.ZERO;
        List<Encoded> encoded = new ArrayList<>(entries.size());
        for (NewEntry entry : entries) {
            encoded.add(codec.encode(entry.event()));
            switch (entry.event()) {
                case TaskEvent.Started _ -> state = "running";
                case TaskEvent.Finished finished -> {
                    state = finished.status();
                    ended = micros(entry.time());
                }
                case TaskEvent.RootReplied replied -> cost = cost.add(usd(replied.cost()));
                case TaskEvent.SubCallEnded call -> cost = cost.add(usd(call.cost()));
                default -> {}
            }
        }
        return new Batch(
                entries,
                encoded,
                state,
                ended,
                cost.setScale(COST_SCALE, RoundingMode.UP).unscaledValue().longValueExact());
    }

    private static BigDecimal usd(TaskEvent.@Nullable CallCost cost) {
        return cost == null || cost.usd() == null ? BigDecimal.ZERO : cost.usd();
    }

    void insert(Statements sql, String task, long first, Batch batch) throws SQLException {
        // In the same order everywhere: two transactions that wait for each other's payloads would wait for ever.
        Map<String, Payload> payloads = new TreeMap<>();
        List<@Nullable Object[]> rows = new ArrayList<>();
        Map<List<Object>, @Nullable Object[]> links = new HashMap<>();
        for (int i = 0; i < batch.entries().size(); i++) {
            NewEntry entry = batch.entries().get(i);
            Encoded encoded = batch.encoded().get(i);
            long number = first + i;
            rows.add(new @Nullable Object[] {
                task, number, micros(entry.time()), entry.key(), encoded.type(), encoded.version(), encoded.body()
            });
            for (Payload payload : entry.kept()) {
                payloads.put(payload.sha256(), payload);
                links.put(
                        List.of(number, payload.sha256()), new @Nullable Object[] {task, number, payload.sha256(), 0});
            }
            payloads.putAll(encoded.payloads());
            for (String sha256 : encoded.payloads().keySet()) {
                links.put(List.of(number, sha256), new @Nullable Object[] {task, number, sha256, 1});
            }
        }
        sql.updateAll(
                "INSERT INTO payload (sha256, characters, bytes) VALUES (?, ?, ?) ON CONFLICT (sha256) DO NOTHING",
                payloads.values().stream()
                        .map(each -> new @Nullable Object[] {each.sha256(), each.characters(), each.bytes()})
                        .toList());
        sql.updateAll(
                "INSERT INTO event (task_id, number, time, step_key, type, version, body) VALUES (?, ?, ?, ?, ?, ?, ?)",
                rows);
        sql.updateAll(
                "INSERT INTO event_payload (task_id, number, sha256, part) VALUES (?, ?, ?, ?)",
                List.copyOf(links.values()));
    }

    static Row row(ResultSet row) throws SQLException {
        return new Row(
                row.getLong(1), row.getLong(2), row.getString(3), row.getString(4), row.getInt(5), row.getString(6));
    }

    static Payload payload(ResultSet row) throws SQLException {
        return new Payload(row.getString(1), row.getInt(2), row.getBytes(3));
    }

    /** The entries of rows that follow each other, or of one. */
    List<Entry> decode(Statements sql, String task, List<Row> rows) throws SQLException {
        if (rows.isEmpty()) {
            return List.of();
        }
        Map<String, String> texts = new HashMap<>();
        List<Payload> payloads = sql.list(
                EventRows::payload,
                "SELECT sha256, characters, bytes FROM payload WHERE sha256 IN (SELECT sha256 FROM event_payload"
                        + " WHERE task_id = ? AND number BETWEEN ? AND ? AND part = 1)",
                task,
                rows.getFirst().number(),
                rows.getLast().number());
        payloads.forEach(payload -> texts.put(payload.sha256(), payload.text()));
        return rows.stream()
                .map(row -> new Entry(
                        row.number(),
                        Statements.time(row.time()),
                        row.key(),
                        codec.decode(row.type(), row.version(), row.body(), texts::get)))
                .toList();
    }
}
