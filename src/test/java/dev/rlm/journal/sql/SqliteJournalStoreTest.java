package dev.rlm.journal.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rlm.journal.Events;
import dev.rlm.journal.JournalStore;
import dev.rlm.journal.JournalStore.NewTask;
import dev.rlm.journal.StoreUnavailableException;
import dev.rlm.journal.TaskEvent.CellStarted;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sqlite.SQLiteDataSource;

class SqliteJournalStoreTest extends JournalStoreContract {

    @TempDir
    Path folder;

    private SQLiteDataSource dataSource;
    private JournalStore store;

    @BeforeEach
    void open() {
        dataSource = new SQLiteDataSource();
        dataSource.setUrl("jdbc:sqlite:" + folder.resolve("tasks.db"));
        dataSource.setEnforceForeignKeys(true);
        JournalSchema.migrate(dataSource, dialect());
        store = new SqliteJournalStore(dataSource);
    }

    @AfterEach
    void close() {
        store.close();
    }

    @Override
    DataSource dataSource() {
        return dataSource;
    }

    @Override
    JournalSchema.Dialect dialect() {
        return JournalSchema.Dialect.SQLITE;
    }

    @Override
    JournalStore store() {
        return store;
    }

    @Test
    void twoStoresOnTheSameFileWaitForEachOther() {
        store.create(new NewTask("t", "ann", null, 0, NOW, Events.SUBMITTED), Duration.ofDays(1));
        long lease = store.take("t", "a").orElseThrow();
        try (JournalStore other = new SqliteJournalStore(dataSource)) {
            assertThat(other.note("t", entry("cancel", new CellStarted(1, 1, ""))))
                    .isTrue();
            store.append("t", lease, 1, List.of(entry(null, new CellStarted(1, 2, ""))));
            assertThat(other.read("t", 1, 10)).hasSize(2);
        }
    }

    /** A database that may not grow fails as on a full disk, and is whole and of use again when there is room. */
    @Test
    void aFullDiskIsToldAndOverWhenThereIsRoom() throws Exception {
        store.create(new NewTask("t", "ann", null, 0, NOW, Events.SUBMITTED), Duration.ofDays(1));
        long lease = store.take("t", "a").orElseThrow();
        store.close();
        SQLiteDataSource tight = new SQLiteDataSource() {
            @Override
            public Connection getConnection() throws java.sql.SQLException {
                Connection connection = dataSource.getConnection();
                try (Statement statement = connection.createStatement()) {
                    statement.execute("PRAGMA max_page_count = 60");
                }
                return connection;
            }
        };
        String incompressible = incompressible(2_000_000);
        try (JournalStore full = new SqliteJournalStore(tight)) {
            assertThatThrownBy(() ->
                            full.append("t", lease, 1, List.of(entry("a", new CellStarted(1, 1, incompressible)))))
                    .isInstanceOf(StoreUnavailableException.class)
                    .hasMessage("The journal cannot be written: the disk is full. Free some space.");
            assertThat(full.read("t", 0, 10)).hasSize(1);
            full.append("t", lease, 1, List.of(entry("b", new CellStarted(1, 1, "short"))));
        }
        store = new SqliteJournalStore(dataSource);
        store.append("t", lease, 2, List.of(entry("a", new CellStarted(1, 1, incompressible))));
        assertThat(store.read("t", 2, 10)).hasSize(1);
    }

    private static String incompressible(int characters) {
        return new Random(7)
                .ints(characters, 0x4e00, 0x9fff)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
    }
}
