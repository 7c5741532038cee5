package dev.rlm.wiring;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;

/** Tasks. */
@ConfigMapping(prefix = "rlm.task")
public interface TaskConfig {

    /** How many tasks run at a time. Default: one for each processor. */
    OptionalInt running();

    /** How many tasks may wait. */
    @WithDefault("1000")
    int queued();

    /** How many ended tasks are remembered. */
    @WithDefault("1000")
    int kept();

    /** The results of tasks that have ended. */
    ResultsConfig results();

    /** When results are deleted. */
    RetentionConfig retention();

    /** The results of tasks that have ended. */
    interface ResultsConfig {

        /** Whether results are kept. */
        @WithDefault("true")
        boolean enabled();

        /** The folder that keeps results. Default: {@code rlm/results} in the user's data folder. */
        Optional<Path> folder();

        /** The bucket that keeps results, instead of a folder. */
        S3Config s3();
    }

    /** When results are deleted. */
    interface RetentionConfig {

        /** How old a result becomes. Default: no limit. */
        Optional<Duration> age();

        /** How many results are kept; the oldest are deleted first. */
        @WithDefault("10000")
        int count();
    }
}
