package dev.rlm.sandbox.abuse;

import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** What came of the attempts, by launcher and family, as the table that {@code docs/sandbox.md} shows. Thread-safe. */
final class AbuseTable {
    private final Map<String, Row> rows = new TreeMap<>();

    /** One family under one launcher. */
    private static final class Row {
        int cases;
        int contained;
        Duration slowestCell = Duration.ZERO;
        Duration slowestStop = Duration.ZERO;
    }

    /** Notes that an attempt begins. */
    synchronized void begins(String launcher, String family) {
        row(launcher, family).cases++;
    }

    /** Notes how long a cell took, and how long beyond its limit. */
    synchronized void ended(String launcher, String family, Duration took, Duration limit) {
        Row row = row(launcher, family);
        row.slowestCell = longer(row.slowestCell, took);
        row.slowestStop = longer(row.slowestStop, took.minus(limit));
    }

    /** Notes that all was proved for an attempt. */
    synchronized void contained(String launcher, String family) {
        row(launcher, family).contained++;
    }

    private Row row(String launcher, String family) {
        return rows.computeIfAbsent(launcher + " | " + family, _ -> new Row());
    }

    private static Duration longer(Duration one, Duration other) {
        return one.compareTo(other) > 0 ? one : other;
    }

    @Override
    public synchronized String toString() {
        StringBuilder table = new StringBuilder();
        table.append("| launcher | family | cases | contained | longest cell | latest end after its limit |\n");
        table.append("|---|---|---|---|---|---|\n");
        rows.forEach((name, row) -> table.append(String.format(
                Locale.ROOT,
                "| %s | %d | %d | %.1f s | %s |%n",
                name,
                row.cases,
                row.contained,
                row.slowestCell.toMillis() / 1000.0,
                row.slowestStop.isZero()
                        ? "-"
                        : String.format(Locale.ROOT, "%.1f s", row.slowestStop.toMillis() / 1000.0))));
        return table.toString();
    }
}
