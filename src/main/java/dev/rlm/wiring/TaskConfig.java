package dev.rlm.wiring;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
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
}
