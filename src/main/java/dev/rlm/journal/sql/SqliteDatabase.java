package dev.rlm.journal.sql;

import dev.rlm.journal.JournalException;
import dev.rlm.journal.StoreUnavailableException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.locks.ReentrantLock;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** A SQLite file: one connection that writes, guarded by a lock, and others that read meanwhile. */
final class SqliteDatabase implements Database {

    /** How long a write waits for other processes, in milliseconds. */
    private static final int BUSY_MILLIS = 10_000;

    // https://www.sqlite.org/rescode.html
    private static final int BUSY = 5;
    private static final int LOCKED = 6;
    private static final int READ_ONLY = 8;
    private static final int IO_ERROR = 10;
    private static final int CORRUPT = 11;
    private static final int FULL = 13;
    private static final int CANNOT_OPEN = 14;
    private static final int NOT_A_DATABASE = 26;
    private static final int PRIMARY_CODE = 0xff;

    private final DataSource dataSource;
    private final ReentrantLock lock = new ReentrantLock(true);
    private @Nullable Connection writer;
    private boolean closed;

    SqliteDatabase(DataSource dataSource) {
        this.dataSource = dataSource;
    }

    @Override
    public <T> T read(Work<T> work) {
        try (Connection connection = dataSource.getConnection()) {
            execute(connection, "PRAGMA busy_timeout = " + BUSY_MILLIS);
            connection.setAutoCommit(false);
            try {
                return work.run(new Statements(connection));
            } finally {
                connection.rollback();
                connection.setAutoCommit(true);
            }
        } catch (SQLException e) {
            throw failure(e);
        }
    }

    @Override
    public <T> T write(Work<T> work) {
        lock.lock();
        try {
            Connection connection = writer();
            // At once, not with the first change: what was read before it could be outdated by then.
            execute(connection, "BEGIN IMMEDIATE");
            boolean done = false;
            try {
                T result = work.run(new Statements(connection));
                execute(connection, "COMMIT");
                done = true;
                return result;
            } finally {
                if (!done) {
                    rollback(connection);
                }
            }
        } catch (SQLException e) {
            throw failure(e);
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            forgetWriter();
        } finally {
            lock.unlock();
        }
    }

    private Connection writer() throws SQLException {
        if (closed) {
            throw new JournalException("The journal's store was closed.");
        }
        if (writer == null) {
            Connection connection = dataSource.getConnection();
            try {
                execute(connection, "PRAGMA busy_timeout = " + BUSY_MILLIS);
                execute(connection, "PRAGMA journal_mode = WAL");
                execute(connection, "PRAGMA synchronous = FULL");
                execute(connection, "PRAGMA foreign_keys = ON");
            } catch (SQLException e) {
                connection.close();
                throw e;
            }
            writer = connection;
        }
        return writer;
    }

    /** Undoes what was done; a connection that cannot even do that is not used again. */
    private void rollback(Connection connection) {
        try {
            execute(connection, "ROLLBACK");
        } catch (SQLException e) {
            // SQLite ends a transaction by itself when the disk is full, for example: a new connection knows of none.
            forgetWriter();
        }
    }

    private void forgetWriter() {
        Connection connection = writer;
        writer = null;
        if (connection != null) {
            try {
                connection.close();
            } catch (SQLException e) {
                // Nothing is lost: what was committed is on disk, and nothing else was promised.
            }
        }
    }

    private static void execute(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static int code(SQLException e) {
        return e.getErrorCode() & PRIMARY_CODE;
    }

    private static JournalException failure(SQLException e) {
        return switch (code(e)) {
            case BUSY, LOCKED ->
                new StoreUnavailableException(
                        "The journal's store is busy: another process has been writing to it for too long.", e);
            case FULL ->
                new StoreUnavailableException("The journal cannot be written: the disk is full. Free some space.", e);
            case IO_ERROR ->
                new StoreUnavailableException(
                        "The journal's store cannot be read or written: the disk failed or is full.", e);
            case READ_ONLY, CANNOT_OPEN ->
                new StoreUnavailableException(
                        "The journal's store cannot be opened for writing: check the file's folder, owner and rights.",
                        e);
            case CORRUPT, NOT_A_DATABASE ->
                new JournalException("The journal's store is damaged. Restore it from a backup.", e);
            default -> new JournalException("The journal's store refused a statement.", e);
        };
    }
}
