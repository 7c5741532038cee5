package dev.rlm.wiring;

import dev.rlm.journal.JournalException;
import dev.rlm.journal.JournalStore;
import dev.rlm.journal.sql.JournalSchema;
import dev.rlm.journal.sql.JournalSchema.Dialect;
import dev.rlm.journal.sql.PostgresJournalStore;
import dev.rlm.journal.sql.SqliteJournalStore;
import io.agroal.api.AgroalDataSource;
import io.agroal.api.configuration.AgroalConnectionPoolConfiguration.ConnectionValidator;
import io.agroal.api.configuration.supplier.AgroalConnectionFactoryConfigurationSupplier;
import io.agroal.api.configuration.supplier.AgroalDataSourceConfigurationSupplier;
import io.agroal.api.exceptionsorter.PostgreSQLExceptionSorter;
import io.agroal.api.security.NamePrincipal;
import io.agroal.api.security.SimplePassword;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Optional;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * The database of journals: a pool of connections to a SQLite file or a PostgreSQL database, chosen by its address when the
 * program runs, with its tables brought up to date. Thread-safe.
 */
public final class JournalDatabase implements AutoCloseable {

    private static final String POSTGRESQL = "jdbc:postgresql:";
    private static final int MOST_CONNECTIONS = 8;

    /** How long a call waits for a connection, and the opening of one for the server. */
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final AgroalDataSource dataSource;
    private final Dialect dialect;
    private final JournalStore store;

    private JournalDatabase(AgroalDataSource dataSource, Dialect dialect) {
        this.dataSource = dataSource;
        this.dialect = dialect;
        this.store =
                dialect == Dialect.SQLITE ? new SqliteJournalStore(dataSource) : new PostgresJournalStore(dataSource);
    }

    /**
     * Opens the database, and makes it if it is a file that is missing.
     *
     * @param address a file, or a JDBC address that starts with {@code jdbc:postgresql:}
     * @param user the database's user, if it wants one
     * @param password the user's password, if the database wants one
     * @throws ConfigurationProblem if it cannot be used, in a sentence without the password
     */
    public static JournalDatabase open(String address, Optional<String> user, Optional<String> password) {
        return address.startsWith(POSTGRESQL) ? postgresql(address, user, password) : sqlite(address);
    }

    /** The journals in it. */
    public JournalStore store() {
        return store;
    }

    /** Connections to it, for whatever else lies in it. */
    public DataSource dataSource() {
        return dataSource;
    }

    /** Which database it is. */
    public Dialect dialect() {
        return dialect;
    }

    @Override
    public void close() {
        store.close();
        dataSource.close();
    }

    private static JournalDatabase sqlite(String address) {
        if (address.startsWith("jdbc:")) {
            throw problem("it must be a file, or an address that starts with " + POSTGRESQL + ".");
        }
        Path file = prepared(address);
        return opened(
                pool(
                        factory -> factory.jdbcUrl("jdbc:sqlite:" + file)
                                .jdbcProperty("foreign_keys", "true")
                                .jdbcProperty("busy_timeout", "10000")
                                .connectionProviderClassName("org.sqlite.JDBC"),
                        null),
                Dialect.SQLITE,
                "the file " + file);
    }

    /** A file that this user can write, and nobody else can read. */
    private static Path prepared(String address) {
        try {
            Path file = Path.of(address).toAbsolutePath().normalize();
            Files.createDirectories(file.getParent());
            if (Files.isDirectory(file)) {
                throw problem(file + " is a folder, and must be a file.");
            }
            if (!Files.exists(file)) {
                Files.createFile(file);
                if (Files.getFileStore(file).supportsFileAttributeView("posix")) {
                    Files.setPosixFilePermissions(
                            file, EnumSet.of(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE));
                }
            }
            Files.newByteChannel(file, StandardOpenOption.WRITE).close();
            return file;
        } catch (InvalidPathException e) {
            throw problem("it is not the name of a file.");
        } catch (AccessDeniedException e) {
            throw problem(e.getFile() + " cannot be written: check its owner and rights, or choose another file.");
        } catch (IOException e) {
            throw problem("the file cannot be made or written: " + e.getMessage() + ". Choose another one.");
        }
    }

    private static JournalDatabase postgresql(String address, Optional<String> user, Optional<String> password) {
        String place = address.substring("jdbc:".length()).replaceFirst("\\?.*", "");
        return opened(
                pool(
                        factory -> {
                            factory.jdbcUrl(address)
                                    .loginTimeout(PATIENCE)
                                    .jdbcProperty("ApplicationName", "rlm")
                                    .jdbcProperty("tcpKeepAlive", "true")
                                    .connectionProviderClassName("org.postgresql.Driver");
                            user.ifPresent(name -> factory.principal(new NamePrincipal(name)));
                            password.ifPresent(secret -> factory.credential(new SimplePassword(secret)));
                        },
                        new PostgreSQLExceptionSorter()),
                Dialect.POSTGRESQL,
                "the database " + place);
    }

    private interface Connections {
        void describe(AgroalConnectionFactoryConfigurationSupplier factory);
    }

    private static AgroalDataSource pool(Connections connections, @Nullable PostgreSQLExceptionSorter sorter) {
        AgroalDataSourceConfigurationSupplier configuration = new AgroalDataSourceConfigurationSupplier();
        configuration.connectionPoolConfiguration(pool -> {
            pool.maxSize(MOST_CONNECTIONS)
                    .acquisitionTimeout(PATIENCE)
                    .idleValidationTimeout(Duration.ofSeconds(5))
                    .connectionValidator(ConnectionValidator.defaultValidator())
                    .connectionFactoryConfiguration(factory -> {
                        connections.describe(factory);
                        return factory;
                    });
            return sorter == null ? pool : pool.exceptionSorter(sorter);
        });
        try {
            return AgroalDataSource.from(configuration);
        } catch (SQLException e) {
            throw problem("the database's driver cannot be used.");
        }
    }

    private static JournalDatabase opened(AgroalDataSource dataSource, Dialect dialect, String what) {
        boolean usable = false;
        try {
            try (Connection connection = dataSource.getConnection()) {
                connection.getMetaData();
            }
            JournalSchema.migrate(dataSource, dialect);
            usable = true;
            return new JournalDatabase(dataSource, dialect);
        } catch (SQLException e) {
            throw problem(why(what, e));
        } catch (JournalException e) {
            throw problem(what + ": " + e.getMessage());
        } finally {
            if (!usable) {
                dataSource.close();
            }
        }
    }

    /** A sentence about why a first connection failed; never the driver's own, which may hold what must not be seen. */
    private static String why(String what, SQLException failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof SQLException e && e.getSQLState() != null) {
                return switch (e.getSQLState()) {
                    case "28P01", "28000" ->
                        what + " refuses the user or the password: check rlm.task.store-user and"
                                + " rlm.task.store-password.";
                    case "3D000" -> what + " does not exist: create it, or correct the address.";
                    case "53300" -> what + " has no connection left for this server: allow more there.";
                    default -> what + " cannot be reached: check host, port, and that it runs.";
                };
            }
        }
        return what + " cannot be opened: check that it is there and is what it should be.";
    }

    private static ConfigurationProblem problem(String sentence) {
        return new ConfigurationProblem("rlm.task.store: " + sentence);
    }
}
