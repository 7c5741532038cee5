package dev.rlm.wiring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.rlm.journal.Events;
import dev.rlm.journal.JournalStore.NewTask;
import dev.rlm.journal.sql.JournalSchema.Dialect;
import dev.rlm.journal.sql.PostgresServer;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JournalDatabaseTest {

    private static final Duration LONG = Duration.ofMinutes(1);

    private static PostgresServer server;

    @TempDir
    Path folder;

    @BeforeAll
    static void start() throws Exception {
        server = PostgresServer.start();
        try (Connection connection = server.dataSource().getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE USER rlm PASSWORD 'right'");
            statement.execute("CREATE DATABASE rlm OWNER rlm");
        }
    }

    @AfterAll
    static void end() throws Exception {
        server.close();
    }

    private static String address(String database) {
        return "jdbc:postgresql://localhost:" + server.port() + "/" + database;
    }

    private static JournalDatabase open(String address) {
        return JournalDatabase.open(address, Optional.empty(), Optional.empty());
    }

    private static void isOfUse(JournalDatabase database) {
        NewTask task = new NewTask("t", "ann", null, 0, Instant.EPOCH, Events.SUBMITTED);
        assertThat(database.store().create(task, Duration.ofDays(1)).isNew()).isTrue();
        assertThat(database.store().read("t", 0, 10)).hasSize(1);
        assertThat(database.store().find("t")).isPresent();
    }

    @Test
    void aFileIsMadeThatOnlyItsOwnerCanRead() throws Exception {
        Path file = folder.resolve("new/tasks.db");
        try (JournalDatabase database = open(file.toString())) {
            assertThat(database.dialect()).isEqualTo(Dialect.SQLITE);
            isOfUse(database);
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                    .isEqualTo("rw-------");
        }
        try (JournalDatabase again = open(file.toString())) {
            assertThat(again.store().entries("t")).isEqualTo(1);
        }
    }

    @Test
    void aDatabaseIsChosenByItsAddress() throws Exception {
        try (JournalDatabase database =
                JournalDatabase.open(address("rlm"), Optional.of("rlm"), Optional.of("right"))) {
            assertThat(database.dialect()).isEqualTo(Dialect.POSTGRESQL);
            isOfUse(database);
            database.store().delete("t");
        }
    }

    @Test
    void connectionsThatTheServerHasEndedAreReplaced() throws Exception {
        try (JournalDatabase database =
                JournalDatabase.open(address("rlm"), Optional.of("rlm"), Optional.of("right"))) {
            assertThat(database.store().find("no such task")).isEmpty();
            try (Connection connection = server.dataSource().getConnection();
                    Statement statement = connection.createStatement()) {
                statement.execute(
                        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'rlm'");
            }
            await().atMost(LONG)
                    .ignoreExceptions()
                    .untilAsserted(() ->
                            assertThat(database.store().find("no such task")).isEmpty());
        }
    }

    @Test
    void whatCannotBeUsedIsToldInASentence() throws Exception {
        Path notAFolder = Files.writeString(folder.resolve("file"), "x");
        Path noDatabase = Files.writeString(folder.resolve("other"), "This is no database, but a text. ".repeat(100));
        refused(folder.toString(), folder + " is a folder, and must be a file.");
        refused(notAFolder + "/tasks.db", "the file cannot be made or written: ");
        refused(noDatabase.toString(), "the file " + noDatabase);
        refused("jdbc:mysql://localhost/rlm", "it must be a file, or an address that starts with jdbc:postgresql:.");
        refused(address("nowhere"), "does not exist: create it, or correct the address.");
        refused(
                "jdbc:postgresql://localhost:" + freePort() + "/rlm",
                "cannot be reached: check host, port, and that it runs.");
    }

    private static void refused(String address, String sentence) {
        assertThatThrownBy(() -> JournalDatabase.open(address, Optional.of("rlm"), Optional.of("secret"))
                        .close())
                .isInstanceOf(ConfigurationProblem.class)
                .hasMessageStartingWith("rlm.task.store: ")
                .hasMessageContaining(sentence)
                .hasMessageNotContaining("secret");
    }

    private static int freePort() throws Exception {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    @Test
    void aWrongPasswordIsToldWithoutIt() throws Exception {
        requirePasswords();
        try {
            refused(
                    address("rlm"),
                    "refuses the user or the password: check rlm.task.store-user and rlm.task.store-password.");
        } finally {
            trustAgain();
        }
    }

    /** The server trusts everybody on this machine unless it is told not to. */
    private static void requirePasswords() throws SQLException, java.io.IOException {
        Path rules = rules();
        String trusting = Files.readString(rules);
        Files.writeString(
                rules, "host rlm rlm 127.0.0.1/32 scram-sha-256\nhost rlm rlm ::1/128 scram-sha-256\n" + trusting);
        reload();
    }

    private static void trustAgain() throws SQLException, java.io.IOException {
        Path rules = rules();
        Files.writeString(rules, Files.readString(rules).replaceAll("(?m)^.*scram-sha-256\n", ""));
        reload();
    }

    private static Path rules() throws SQLException {
        return Path.of(query("SHOW hba_file"));
    }

    /** Returns when the rules are in force for whoever connects from now on. */
    private static void reload() throws SQLException {
        String before = query("SELECT pg_conf_load_time()");
        query("SELECT pg_reload_conf()");
        await().atMost(LONG).until(() -> !query("SELECT pg_conf_load_time()").equals(before));
    }

    private static String query(String sql) throws SQLException {
        try (Connection connection = server.dataSource().getConnection();
                Statement statement = connection.createStatement();
                var rows = statement.executeQuery(sql)) {
            rows.next();
            return rows.getString(1);
        }
    }
}
