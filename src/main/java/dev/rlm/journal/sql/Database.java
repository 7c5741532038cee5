package dev.rlm.journal.sql;

import java.sql.SQLException;

/** What differs between databases: how work becomes a transaction, and what failures mean. Thread-safe. */
interface Database extends AutoCloseable {

    /** Something done with a connection; done again from its beginning when the database asks for it. */
    @FunctionalInterface
    interface Work<T> {
        T run(Statements statements) throws SQLException;
    }

    /** Does something in a transaction that sees one state of the database. */
    <T> T read(Work<T> work);

    /** Does something in a transaction that is on disk when this returns. */
    <T> T write(Work<T> work);

    /** Closes what was opened; the data source stays open. Idempotent. */
    @Override
    void close();
}
