package dev.rlm.journal;

import dev.rlm.journal.JournalStore.NewTask;
import dev.rlm.journal.sql.JournalSchema;
import dev.rlm.journal.sql.SqliteJournalStore;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import org.sqlite.SQLiteDataSource;

/** Stores for tests. */
public final class TestStore {
    private TestStore() {}

    /** A store in a folder, in which the task {@code t} has been submitted. */
    public static JournalStore withTask(Path folder, Clock clock) {
        SQLiteDataSource dataSource = new SQLiteDataSource();
        dataSource.setUrl("jdbc:sqlite:" + folder.resolve("tasks.db"));
        JournalSchema.migrate(dataSource, JournalSchema.Dialect.SQLITE);
        JournalStore store = new SqliteJournalStore(dataSource);
        store.create(new NewTask("t", "ann", null, 0, clock.instant(), Events.SUBMITTED), Duration.ofDays(1));
        return store;
    }
}
