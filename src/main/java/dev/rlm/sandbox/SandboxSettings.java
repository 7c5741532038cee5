package dev.rlm.sandbox;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * How sandboxes are made.
 *
 * @param heapBytes the heap of a warm worker; contexts that need more get a worker of their own size; at least 256 MiB
 * @param warmWorkers how many workers are started before they are needed, 0 to 64
 * @param startTimeout how long the start of a worker, or opening its documents, may take
 * @param grace how long a cell may take to end after it was interrupted, before its worker is killed
 * @param pythonCache a folder where Python's standard library is unpacked once, or was before; empty: in the user's cache folder
 * @param aotCache a file that makes JVM workers start faster; empty: the one that the build put beside the packaged
 *     application; missing or of another build: none is used
 * @param workerLog a file that what JVM workers report about themselves is appended to, up to 64 MiB; empty: it is
 *     dropped
 * @param isolation how the operating system confines workers; anything but {@link Isolation#AUTO} is required
 * @param memoryBytes what all workers together may take, their heaps and what they need beside; empty: what the machine
 *     or container has, less the server's own need
 */
public record SandboxSettings(
        long heapBytes,
        int warmWorkers,
        Duration startTimeout,
        Duration grace,
        Optional<Path> pythonCache,
        Optional<Path> aotCache,
        Optional<Path> workerLog,
        Isolation isolation,
        OptionalLong memoryBytes) {
    /** The heap of a warm worker unless told otherwise: 1 GiB. */
    public static final long DEFAULT_HEAP_BYTES = 1L << 30;

    /** The least heap of a worker: 256 MiB. */
    static final long LEAST_HEAP_BYTES = 256L << 20;

    private static final int MOST_WARM_WORKERS = 64;

    /** @throws IllegalArgumentException if a number is out of its range */
    public SandboxSettings {
        if (heapBytes < LEAST_HEAP_BYTES) {
            throw new IllegalArgumentException(
                    "The heap of a sandbox must be at least " + LEAST_HEAP_BYTES + " bytes, not " + heapBytes + ".");
        }
        if (warmWorkers < 0 || warmWorkers > MOST_WARM_WORKERS) {
            throw new IllegalArgumentException(
                    "The warm workers must be 0 to " + MOST_WARM_WORKERS + ", not " + warmWorkers + ".");
        }
        if (!startTimeout.isPositive() || !grace.isPositive()) {
            throw new IllegalArgumentException("The start time-out and the grace of sandboxes must be positive.");
        }
        long least = WorkerMemory.charge(heapBytes);
        if (memoryBytes.isPresent() && memoryBytes.getAsLong() < least) {
            throw new IllegalArgumentException("The memory of all sandboxes must be at least " + least
                    + " bytes, which one with the configured heap needs, not " + memoryBytes.getAsLong() + ".");
        }
    }

    /** Settings with the isolation that works best, and memory as the machine has it. */
    public SandboxSettings(
            long heapBytes,
            int warmWorkers,
            Duration startTimeout,
            Duration grace,
            Optional<Path> pythonCache,
            Optional<Path> aotCache,
            Optional<Path> workerLog) {
        this(
                heapBytes,
                warmWorkers,
                startTimeout,
                grace,
                pythonCache,
                aotCache,
                workerLog,
                Isolation.AUTO,
                OptionalLong.empty());
    }

    /** One warm worker of 1 GiB, 3 minutes to start, 1 s of grace. */
    public static SandboxSettings defaults() {
        return new SandboxSettings(
                DEFAULT_HEAP_BYTES,
                1,
                Duration.ofMinutes(3),
                Duration.ofSeconds(1),
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
    }

    /** The same with this isolation. */
    public SandboxSettings with(Isolation other) {
        return new SandboxSettings(
                heapBytes, warmWorkers, startTimeout, grace, pythonCache, aotCache, workerLog, other, memoryBytes);
    }
}
