package dev.rlm.wiring;

import com.github.kagkarlsson.scheduler.jdbc.JdbcCustomization;
import com.github.kagkarlsson.scheduler.jdbc.PostgreSqlJdbcCustomization;
import com.github.kagkarlsson.scheduler.jdbc.SqliteJdbcCustomization;
import dev.rlm.journal.JournalStore;
import dev.rlm.journal.sql.JournalSchema.Dialect;
import dev.rlm.task.DurableTasks.QueueFactory;
import dev.rlm.task.Replicas;
import dev.rlm.task.TaskQueue;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The store of tasks: their journals, the queue, and what is known about other servers on it. Thread-safe. */
final class TaskStore implements AutoCloseable {

    /** Stands for a store that is deleted in the end. */
    static final String TEMPORARY = "temporary";

    private static final int LONGEST_HOST = 30;

    private final JournalDatabase database;
    private final @Nullable LockedReplicas replicas;
    private final @Nullable Path temporary;

    private TaskStore(JournalDatabase database, @Nullable LockedReplicas replicas, @Nullable Path temporary) {
        this.database = database;
        this.replicas = replicas;
        this.temporary = temporary;
    }

    /**
     * Opens the configured store.
     *
     * @param replica this server's name
     * @throws ConfigurationProblem if it cannot be used
     */
    static TaskStore open(TaskConfig config, String replica) {
        String store = config.store().orElseGet(() -> UserFolders.tasks().toString());
        Path temporary = store.equals(TEMPORARY) ? temporaryFolder() : null;
        JournalDatabase database = JournalDatabase.open(
                temporary == null ? store : temporary.resolve("tasks.db").toString(),
                config.storeUser(),
                config.storePassword());
        LockedReplicas replicas = null;
        if (database.dialect() == Dialect.SQLITE && temporary == null) {
            Path file = Path.of(store).toAbsolutePath().normalize();
            replicas = new LockedReplicas(file.resolveSibling(file.getFileName() + ".servers"), replica);
        }
        return new TaskStore(database, replicas, temporary);
    }

    /** A name for this server that no other has, and that tells people where to look. */
    static String replica(RandomGenerator random) {
        String host;
        try {
            host = InetAddress.getLocalHost().getHostName().replaceAll("[^A-Za-z0-9.-]", "-");
        } catch (UnknownHostException e) {
            host = "server";
        }
        return host.substring(0, Math.min(host.length(), LONGEST_HOST)) + "-"
                + Integer.toUnsignedString(random.nextInt(), Character.MAX_RADIX);
    }

    private static Path temporaryFolder() {
        try {
            return Files.createTempDirectory("rlm-tasks");
        } catch (IOException e) {
            throw new ConfigurationProblem("rlm.task.store: a temporary file cannot be made: " + e.getMessage());
        }
    }

    JournalStore journals() {
        return database.store();
    }

    QueueFactory queues(Clock clock) {
        JdbcCustomization dialect = database.dialect() == Dialect.SQLITE
                ? new SqliteJdbcCustomization()
                : new PostgreSqlJdbcCustomization(false, true);
        return (settings, runner) -> new TaskQueue(database.dataSource(), dialect, settings, clock, runner);
    }

    Replicas replicas() {
        return Optional.<Replicas>ofNullable(replicas).orElse(Replicas.UNKNOWN);
    }

    @Override
    public void close() {
        database.close();
        if (replicas != null) {
            replicas.close();
        }
        if (temporary != null) {
            delete(temporary);
        }
    }

    private static void delete(Path folder) {
        try (Stream<Path> files = Files.walk(folder)) {
            List<Path> deepestFirst = files.sorted(Comparator.reverseOrder()).toList();
            for (Path file : deepestFirst) {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            // What is left lies where temporary files are cleaned up.
        }
    }
}
