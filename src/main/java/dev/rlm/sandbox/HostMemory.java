package dev.rlm.sandbox;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;

/**
 * The memory that workers can have.
 *
 * @param totalBytes what the machine has, or the container may use
 * @param serverHeapBytes the most that the server's own heap may take
 */
record HostMemory(long totalBytes, long serverHeapBytes) {
    /** What the server takes beside its heap, measured at about 200 MiB. */
    private static final long SERVER_OVERHEAD = 256L << 20;

    /** The memory of this machine or container, and the heap limit of this process. */
    static HostMemory ofThisMachine() {
        // The JDK's bean follows the limits of containers, by cgroups of both versions.
        long total = ManagementFactory.getOperatingSystemMXBean() instanceof OperatingSystemMXBean system
                ? system.getTotalMemorySize()
                : Long.MAX_VALUE;
        return new HostMemory(total, Runtime.getRuntime().maxMemory());
    }

    /**
     * What all workers together may take: nine tenths of the memory, less what the server may need. At least one worker
     * must fit, for without one nothing works at all.
     *
     * @param oneWorker what one worker takes
     */
    long forWorkers(long oneWorker) {
        long free = totalBytes / 10 * 9 - serverHeapBytes - SERVER_OVERHEAD;
        return Math.max(free, oneWorker);
    }
}
