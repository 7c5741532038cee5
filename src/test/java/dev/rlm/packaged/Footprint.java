package dev.rlm.packaged;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a process of Java takes of its machine.
 *
 * @param residentKilobytes memory that lies in RAM
 * @param heapBytes what is alive on its heap
 * @param threads of the operating system
 * @param descriptors open files and sockets
 */
record Footprint(long residentKilobytes, long heapBytes, long threads, long descriptors) {

    /** Pools of threads and of connections grow to their sizes in their own time. */
    private static final int FEW = 20;

    /** Caches that have a bound may not have been full: of compiled patterns, of ended sessions, of keys. */
    private static final long MORE_HEAP = 8L << 20;

    /** With a heap that is touched from the start: compiled code, classes, stacks, buffers beside the heap, in pools of 4 MiB. */
    private static final long MORE_RESIDENT_KILOBYTES = 48L << 10;

    private static final String TOTAL = "(?m)^Total +\\d+ +(\\d+)";

    /** That of a process now. What is dead on its heap is collected first. */
    static Footprint of(long process) throws IOException, InterruptedException {
        String histogram = histogram(process);
        Path proc = Path.of("/proc", String.valueOf(process));
        String status = Files.readString(proc.resolve("status"));
        try (var descriptors = Files.list(proc.resolve("fd"))) {
            return new Footprint(
                    number("(?m)^VmRSS:\\s+(\\d+)", status),
                    number(TOTAL, histogram),
                    number("(?m)^Threads:\\s+(\\d+)", status),
                    descriptors.count());
        }
    }

    private static String histogram(long process) throws IOException, InterruptedException {
        Process asked = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(),
                        String.valueOf(process),
                        "GC.class_histogram")
                .redirectErrorStream(true)
                .start();
        String told = new String(asked.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(asked.waitFor()).as(told).isZero();
        return told;
    }

    private static long number(String pattern, String text) {
        Matcher found = Pattern.compile(pattern).matcher(text);
        assertThat(found.find()).as(text).isTrue();
        return Long.parseLong(found.group(1));
    }

    /** Fails if it is so much larger than before that something was not given back. */
    void requireLike(Footprint before) {
        assertThat(threads).as("threads: %s, before %s", this, before).isLessThanOrEqualTo(before.threads + FEW);
        assertThat(descriptors)
                .as("descriptors: %s, before %s", this, before)
                .isLessThanOrEqualTo(before.descriptors + FEW);
        assertThat(heapBytes).as("heap: %s, before %s", this, before).isLessThanOrEqualTo(before.heapBytes + MORE_HEAP);
        assertThat(residentKilobytes)
                .as("memory: %s, before %s", this, before)
                .isLessThanOrEqualTo(before.residentKilobytes + MORE_RESIDENT_KILOBYTES);
    }
}
