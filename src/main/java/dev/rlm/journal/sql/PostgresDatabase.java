package dev.rlm.journal.sql;

import dev.rlm.journal.JournalException;
import dev.rlm.journal.StoreUnavailableException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Set;
import javax.sql.DataSource;

/** A PostgreSQL database. */
final class PostgresDatabase implements Database {

    /** Transactions that got in each other's way are repeated so often. */
    private static final int ATTEMPTS = 10;

    // https://www.postgresql.org/docs/current/errcodes-appendix.html

    /**
     * Serialization failure, deadlock, and a foreign key that does not hold: a payload was deleted with its last task, or
     * found a new one, in the same moment.
     */
    private static final Set<String> CONFLICTS = Set.of("40001", "40P01", "23503");

    /** Connection failures, lack of resources, interventions of an operator, failures of the system. */
    private static final Set<String> UNAVAILABLE = Set.of("08", "53", "57", "58");

    private final DataSource dataSource;

    PostgresDatabase(DataSource dataSource) {
        this.dataSource = dataSource;
    }

    @Override
    public <T> T read(Work<T> work) {
        return inTransaction(work, Connection.TRANSACTION_REPEATABLE_READ);
    }

    @Override
    public <T> T write(Work<T> work) {
        return inTransaction(work, Connection.TRANSACTION_READ_COMMITTED);
    }

    @Override
    public void close() {}

    private <T> T inTransaction(Work<T> work, int isolation) {
        for (int attempt = 1; ; attempt++) {
            try {
                return attempt(work, isolation);
            } catch (SQLException e) {
                if (attempt == ATTEMPTS || !CONFLICTS.contains(state(e))) {
                    throw failure(e);
                }
            }
        }
    }

    private <T> T attempt(Work<T> work, int isolation) throws SQLException {
        try (Connection connection = dataSource.getConnection()) {
            connection.setAutoCommit(false);
            connection.setTransactionIsolation(isolation);
            boolean done = false;
            try {
                T result = work.run(new Statements(connection));
                connection.commit();
                done = true;
                return result;
            } finally {
                if (!done) {
                    rollback(connection);
                }
            }
        }
    }

    private static void rollback(Connection connection) {
        try {
            connection.rollback();
        } catch (SQLException e) {
            // The connection is gone, and the transaction with it; the first failure is the one to tell.
        }
    }

    private static String state(SQLException e) {
        return e.getSQLState() == null ? "" : e.getSQLState();
    }

    private static JournalException failure(SQLException e) {
        String state = state(e);
        // A pool that has no connection to give says so without a state.
        if (state.isEmpty() || UNAVAILABLE.contains(state.substring(0, 2))) {
            return new StoreUnavailableException(
                    state.startsWith("53")
                            ? "The journal's database lacks disk space, memory or connections."
                            : "The journal's database cannot be reached.",
                    e);
        }
        return new JournalException("The journal's database refused a statement (SQLSTATE " + state + ").", e);
    }
}
