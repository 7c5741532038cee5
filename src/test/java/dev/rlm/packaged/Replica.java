package dev.rlm.packaged;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A packaged server that is started and killed again and again. Each life of it has a name of its own, which it sends as
 * API key, so that the models know who asks. One thread kills and starts; others may ask where it listens.
 */
public final class Replica implements AutoCloseable {
    private static final String ANNOUNCEMENT = "rlm serves MCP at ";
    private static final Duration START = Duration.ofMinutes(5);

    private final String name;
    private final Path folder;
    private final Path log;
    private final Map<String, String> environment;
    private int lives;
    private volatile Life life;

    private record Life(String name, Process process, CompletableFuture<String> address) {}

    /**
     * A server that is not started yet.
     *
     * @param folder where it works and logs
     */
    public Replica(String name, Path folder, Map<String, String> environment) throws IOException {
        this.name = name;
        this.folder = Files.createDirectories(folder);
        this.log = folder.resolve(name + ".log");
        this.environment = new HashMap<>(environment);
    }

    /** Sets an environment variable of the lives to come. */
    public void set(String variable, String value) {
        environment.put(variable, value);
    }

    /** Begins a life and does not wait for it to listen. */
    public void start() throws IOException {
        String named = name + "-" + ++lives;
        ProcessBuilder builder = PackagedRlm.process(environment, folder, PackagedRlm.command("serve", "--port", "0"));
        builder.environment().put("OPENAI_API_KEY", named);
        CompletableFuture<String> address = new CompletableFuture<>();
        Process process = builder.start();
        // Not a virtual thread: a read from a pipe holds its carrier.
        Thread.ofPlatform().daemon().start(() -> follow(named, process, address));
        life = new Life(named, process, address);
    }

    /** Waits until it listens. */
    public void awaitReady() throws InterruptedException {
        try {
            life.address().get(START.toMillis(), TimeUnit.MILLISECONDS);
        } catch (java.util.concurrent.ExecutionException | java.util.concurrent.TimeoutException e) {
            throw new AssertionError("The server did not start, see " + log, e);
        }
    }

    /** Where its MCP endpoint is; null while it does not listen. */
    public String address() {
        Life now = life;
        return now == null
                        || now.address().isCompletedExceptionally()
                        || !now.process().isAlive()
                ? null
                : now.address().getNow(null);
    }

    /** The name of the present life. */
    public String lifeName() {
        return life.name();
    }

    /** Ends the present life as a crash does. */
    public void kill() throws InterruptedException {
        life.process().destroyForcibly().waitFor();
    }

    /** The sandbox workers of the present life. */
    public List<ProcessHandle> workers() {
        return life.process().toHandle().descendants().filter(Replica::isJava).toList();
    }

    /** The time that the present life without its workers has had a processor. */
    public Duration processorTime() {
        return life.process().info().totalCpuDuration().orElse(Duration.ZERO);
    }

    /** The main memory of the present life without its workers, in bytes; 0 if it has ended. */
    public long residentBytes() {
        return residentBytes(life.process().toHandle());
    }

    /** The main memory of a process, in bytes; 0 if it has ended. */
    public static long residentBytes(ProcessHandle process) {
        try (Stream<String> lines = Files.lines(Path.of("/proc/" + process.pid() + "/status"))) {
            return lines.filter(line -> line.startsWith("VmRSS:"))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) * 1024)
                    .findFirst()
                    .orElse(0);
        } catch (IOException | UncheckedIOException e) {
            return 0;
        }
    }

    private static boolean isJava(ProcessHandle process) {
        return process.info().command().orElse("").endsWith("/java");
    }

    private void follow(String named, Process process, CompletableFuture<String> address) {
        try (BufferedReader reader = process.errorReader(StandardCharsets.UTF_8)) {
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                Files.writeString(log, named + " " + line + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
                if (line.startsWith(ANNOUNCEMENT)) {
                    address.complete(line.substring(ANNOUNCEMENT.length()));
                }
            }
        } catch (IOException e) {
            // It was killed.
        }
        address.completeExceptionally(new AssertionError("The server ended before it listened, see " + log));
    }

    /** Ends it as an operating system ends a service. */
    @Override
    public void close() {
        if (life == null) {
            return;
        }
        Process process = life.process();
        process.destroy();
        try {
            if (!process.waitFor(2, TimeUnit.MINUTES)) {
                process.destroyForcibly();
                throw new AssertionError("The server did not end in two minutes, see " + log);
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
