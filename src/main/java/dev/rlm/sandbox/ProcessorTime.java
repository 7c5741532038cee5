package dev.rlm.sandbox;

import java.time.Duration;
import java.util.List;
import java.util.function.LongSupplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The processor time that a worker has used, in nanoseconds, as the operating system counts it: nothing that the worker
 * says about itself enters. Counts the processes that the started one has at the first question, since a worker may be
 * started through others. Zero where the system does not tell. Not thread-safe.
 */
final class ProcessorTime implements LongSupplier {
    private final ProcessHandle process;
    private @Nullable List<ProcessHandle> counted;

    ProcessorTime(ProcessHandle process) {
        this.process = process;
    }

    @Override
    public long getAsLong() {
        if (counted == null) {
            counted = Stream.concat(Stream.of(process), process.descendants()).toList();
        }
        return counted.stream()
                .mapToLong(each ->
                        each.info().totalCpuDuration().orElse(Duration.ZERO).toNanos())
                .sum();
    }
}
