package dev.rlm.wiring;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;

/** Tasks. */
@ConfigMapping(prefix = "rlm.task")
public interface TaskConfig {

    /**
     * Where tasks and their journals are kept: a file (SQLite), an address that starts with {@code jdbc:postgresql:}, or
     * {@code temporary} for a file that is deleted when the program ends. Default: {@code tasks.db} in the user's data
     * folder. Several servers on several machines need PostgreSQL.
     */
    Optional<String> store();

    /** The user of a PostgreSQL store. */
    Optional<String> storeUser();

    /** The password of that user. */
    Optional<String> storePassword();

    /** How many tasks this server runs at a time. Default: one for each processor. */
    OptionalInt running();

    /** How many tasks all servers on the store run at a time. Default: no limit but each server's own. */
    OptionalInt runningOnAll();

    /** How many tasks may wait, on all servers. */
    @WithDefault("1000")
    int queued();

    /** How often a server shows that it lives; other servers take over its tasks after four that are missing. */
    @WithDefault("3S")
    Duration heartbeat();

    /** How long tasks may go on when the server is told to end; then they are left to other servers or the next start. */
    @WithDefault("5S")
    Duration shutdownGrace();

    /** What one caller may use. */
    QuotaConfig quota();

    /** What one caller may use. */
    interface QuotaConfig {

        /** How many tasks of one caller run at a time, on all servers. Default: no limit. */
        OptionalInt running();

        /** How many tasks of one caller may wait. Default: no limit but that of all callers. */
        OptionalInt queued();

        /** What the calls of tasks submitted within 24 hours may cost, in US dollars. Default: no limit. */
        Optional<BigDecimal> usdPerDay();
    }

    /** The results of tasks that have ended. */
    ResultsConfig results();

    /** When ended tasks, with their journals, and results are deleted. */
    RetentionConfig retention();

    /** The results of tasks that have ended. */
    interface ResultsConfig {

        /** Whether results are kept; those of a temporary store are not, unless a folder or a bucket is named. */
        @WithDefault("true")
        boolean enabled();

        /** The folder that keeps results. Default: {@code rlm/results} in the user's data folder. */
        Optional<Path> folder();

        /** The bucket that keeps results, instead of a folder. */
        S3Config s3();
    }

    /** When ended tasks, with their journals, and results are deleted. */
    interface RetentionConfig {

        /** How old an ended task or a result becomes. Default: no limit. */
        Optional<Duration> age();

        /** How many ended tasks and results are kept; the oldest are deleted first. */
        @WithDefault("10000")
        int count();
    }
}
