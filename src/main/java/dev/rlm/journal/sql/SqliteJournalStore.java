package dev.rlm.journal.sql;

import javax.sql.DataSource;

/**
 * Journals in a SQLite file, for one server. Other processes on the same machine may use the file too; on a network file
 * system none may.
 *
 * <p>The file is in WAL mode, so that reading never waits for writing. What is written is flushed to the disk at the end of
 * each transaction ({@code synchronous=FULL}): with less, a loss of power takes the latest steps with it, which would be
 * paid for again. Writers wait for each other.
 */
public final class SqliteJournalStore extends SqlJournalStore {

    /**
     * A store over a data source of connections to a file that is {@linkplain JournalSchema#migrate migrated}. It keeps
     * one connection for writing.
     */
    public SqliteJournalStore(DataSource dataSource) {
        super(new SqliteDatabase(dataSource));
    }
}
