package dev.rlm.journal.sql;

import dev.rlm.journal.JournalException;
import java.io.IOException;
import java.io.InputStream;
import java.io.Reader;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.flywaydb.core.api.MigrationInfo;
import org.flywaydb.core.api.MigrationVersion;
import org.flywaydb.core.api.ResourceProvider;
import org.flywaydb.core.api.resource.LoadableResource;
import org.jspecify.annotations.Nullable;

/** The tables of journals, in the versions that there have been. */
public final class JournalSchema {

    /** All migrations, by name: nothing is searched for, so that they are found in a native executable too. */
    private static final List<String> MIGRATIONS = List.of("V1__journal.sql");

    /** What other processes do at the same time may fail a migration, and has then been done by them. */
    private static final int ATTEMPTS = 3;

    private static final String HISTORY = "rlm_schema_history";

    private JournalSchema() {}

    /** Which database it is. */
    public enum Dialect {
        /** SQLite. */
        SQLITE("BLOB", "TIMESTAMP"),
        /** PostgreSQL. */
        POSTGRESQL("BYTEA", "TIMESTAMP WITH TIME ZONE");

        private final String bytes;
        private final String timestamp;

        Dialect(String bytes, String timestamp) {
            this.bytes = bytes;
            this.timestamp = timestamp;
        }
    }

    /**
     * Brings a database to the newest version of the tables. Several servers may do so at the same time.
     *
     * @throws JournalException if the database was made by a later version of rlm, or cannot be changed
     */
    public static void migrate(DataSource dataSource, Dialect dialect) {
        for (int attempt = 1; ; attempt++) {
            try {
                migrateOnce(dataSource, dialect);
                return;
            } catch (FlywayException e) {
                if (attempt == ATTEMPTS) {
                    throw new JournalException("The tables of the journal could not be made or brought up to date.", e);
                }
            }
        }
    }

    private static void migrateOnce(DataSource dataSource, Dialect dialect) {
        Flyway flyway = Flyway.configure(JournalSchema.class.getClassLoader())
                .dataSource(dataSource)
                .table(HISTORY)
                .resourceProvider(new Migrations())
                .javaMigrationClassProvider(List::of)
                .placeholders(Map.of("bytes", dialect.bytes, "timestamp", dialect.timestamp))
                // Where other tables are, or none but those of another application.
                .baselineOnMigrate(true)
                .baselineVersion("0")
                .load();
        requireNotNewer(flyway);
        flyway.migrate();
    }

    /** Migrations are called V1__what_it_does.sql, and so on. */
    private static MigrationVersion newest() {
        String name = MIGRATIONS.getLast();
        return MigrationVersion.fromVersion(name.substring(1, name.indexOf("__")));
    }

    private static void requireNotNewer(Flyway flyway) {
        MigrationInfo current = flyway.info().current();
        MigrationVersion version = current == null ? null : current.getVersion();
        if (version != null && version.compareTo(newest()) > 0) {
            throw new JournalException("The store has version " + version
                    + " of its tables, and this version of rlm knows up to version " + newest()
                    + ": a later rlm has used it. Upgrade rlm, or choose another store.");
        }
    }

    /** Gives Flyway the migrations. */
    private static final class Migrations implements ResourceProvider {

        @Override
        public @Nullable LoadableResource getResource(String name) {
            return MIGRATIONS.contains(name) ? new Migration(name) : null;
        }

        @Override
        public Collection<LoadableResource> getResources(String prefix, String[] suffixes) {
            return MIGRATIONS.stream()
                    .filter(name ->
                            name.startsWith(prefix) && Stream.of(suffixes).anyMatch(name::endsWith))
                    .<LoadableResource>map(Migration::new)
                    .toList();
        }
    }

    private static final class Migration extends LoadableResource {
        private final String name;

        Migration(String name) {
            this.name = name;
        }

        @Override
        public Reader read() {
            try (InputStream in = JournalSchema.class.getResourceAsStream(name)) {
                if (in == null) {
                    throw new IllegalStateException("The migration " + name + " is missing from the program.");
                }
                return new StringReader(new String(in.readAllBytes(), StandardCharsets.UTF_8));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public String getAbsolutePath() {
            return name;
        }

        @Override
        public String getAbsolutePathOnDisk() {
            return name;
        }

        @Override
        public String getFilename() {
            return name;
        }

        @Override
        public String getRelativePath() {
            return name;
        }
    }
}
