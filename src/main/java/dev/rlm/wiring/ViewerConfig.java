package dev.rlm.wiring;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;

/** The page on which people watch tasks. */
@ConfigMapping(prefix = "rlm.viewer")
public interface ViewerConfig {

    /** Whether it is there. */
    @WithDefault("true")
    boolean enabled();
}
