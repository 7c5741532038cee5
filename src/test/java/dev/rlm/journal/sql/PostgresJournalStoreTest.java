package dev.rlm.journal.sql;

import dev.rlm.journal.JournalStore;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

class PostgresJournalStoreTest extends JournalStoreContract {

    private static PostgresServer server;
    private static JournalStore store;

    @BeforeAll
    static void start() throws Exception {
        server = PostgresServer.start();
        JournalSchema.migrate(server.dataSource(), JournalSchema.Dialect.POSTGRESQL);
        store = new PostgresJournalStore(server.dataSource());
    }

    @AfterAll
    static void end() throws Exception {
        store.close();
        server.close();
    }

    @Override
    DataSource dataSource() {
        return server.dataSource();
    }

    @Override
    JournalSchema.Dialect dialect() {
        return JournalSchema.Dialect.POSTGRESQL;
    }

    @Override
    JournalStore store() {
        return store;
    }
}
