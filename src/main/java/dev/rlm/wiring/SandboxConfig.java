package dev.rlm.wiring;

import dev.rlm.sandbox.Compiler;
import dev.rlm.sandbox.Isolation;
import io.quarkus.runtime.configuration.MemorySize;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/** Sandboxes. */
@ConfigMapping(prefix = "rlm.sandbox")
public interface SandboxConfig {

    /** The heap of a worker process; contexts that need more get a worker of their own size. */
    @WithDefault("1G")
    MemorySize heap();

    /** How many workers are started before they are needed. */
    @WithDefault("1")
    int warmWorkers();

    /** How long the start of a worker, or opening its documents, may take. */
    @WithDefault("3M")
    Duration startTimeout();

    /** How long a cell may take to end after it was interrupted, before its worker is killed. */
    @WithDefault("1S")
    Duration grace();

    /** A folder where Python's standard library is unpacked once, or was before. Default: in the user's cache folder. */
    Optional<Path> pythonCache();

    /** A file that what workers report about themselves is appended to. Default: it is dropped. */
    Optional<Path> workerLog();

    /** How the operating system isolates workers; all but auto are required and end the start if they do not work. */
    @WithDefault("auto")
    Isolation isolation();

    /** How workers on a JVM compile. */
    @WithDefault("full")
    Compiler compiler();

    /** The memory of all workers together. Default: what the machine or container has, less the server's need. */
    Optional<MemorySize> memory();
}
