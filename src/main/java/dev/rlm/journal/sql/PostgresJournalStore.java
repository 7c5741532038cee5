package dev.rlm.journal.sql;

import javax.sql.DataSource;

/** Journals in a PostgreSQL database, for any number of servers. */
public final class PostgresJournalStore extends SqlJournalStore {

    /**
     * A store over a data source of connections to a database that is {@linkplain JournalSchema#migrate migrated}; it
     * takes a connection for each call, so the data source should be a pool.
     */
    public PostgresJournalStore(DataSource dataSource) {
        super(new PostgresDatabase(dataSource));
    }
}
