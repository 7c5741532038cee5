package dev.rlm.packaged;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;

/** The packaged application, run as a process of its own as users run it. */
public final class PackagedRlm {

    private static final Path JAR =
            Path.of("target", "quarkus-app", "quarkus-run.jar").toAbsolutePath();
    private static final Duration LIMIT = Duration.ofMinutes(10);

    /** Stands for the user's own folders, which tests leave alone. */
    private static final Path HOME = temporaryHome();

    private PackagedRlm() {}

    /** What a finished process printed. */
    public record Finished(int exitCode, String out, String err) {}

    /** Runs a command to its end. */
    public static Finished run(Map<String, String> environment, String input, Path folder, String... arguments)
            throws IOException, InterruptedException {
        return finish(shortLived(environment, folder, arguments), input);
    }

    /** Feeds a process, reads what it prints, and waits for its end. */
    public static Finished finish(ProcessBuilder builder, String input) throws IOException, InterruptedException {
        Process process = builder.start();
        CompletableFuture<String> out =
                CompletableFuture.supplyAsync(() -> read(process.inputReader(StandardCharsets.UTF_8)));
        CompletableFuture<String> err =
                CompletableFuture.supplyAsync(() -> read(process.errorReader(StandardCharsets.UTF_8)));
        try (var in = process.outputWriter(StandardCharsets.UTF_8)) {
            in.write(input);
        } catch (IOException e) {
            // A process that does not read its input may have ended already.
        }
        if (!process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new AssertionError("The process did not end: " + out.join() + err.join());
        }
        return new Finished(process.exitValue(), out.join(), err.join());
    }

    /** The command that starts the packaged application with these arguments. */
    public static List<String> command(String... arguments) {
        List<String> command = new ArrayList<>(
                List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-jar", JAR.toString()));
        command.addAll(List.of(arguments));
        return command;
    }

    /** A process of it that is not started yet. It has no part in the user's contexts, tasks and configuration. */
    public static ProcessBuilder process(Map<String, String> environment, Path folder, List<String> command) {
        ProcessBuilder builder = new ProcessBuilder(command).directory(folder.toFile());
        builder.environment().putAll(folders(HOME));
        builder.environment().putAll(environment);
        return builder;
    }

    /** Where a process keeps contexts, tasks, results and configuration if no key names other places. */
    private static Map<String, String> folders(Path home) {
        return Map.of(
                "XDG_DATA_HOME", home.resolve("data").toString(),
                "XDG_CONFIG_HOME", home.resolve("config").toString());
    }

    private static Path temporaryHome() {
        try {
            Path home = Files.createTempDirectory("rlm home");
            Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().unstarted(() -> {
                try {
                    delete(home);
                } catch (IOException | UncheckedIOException e) {
                    // What is left lies among temporary files.
                }
            }));
            return home;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void delete(Path folder) throws IOException {
        try (var files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    /** A process of it that is not started yet, and does without the compiler that earns its time back only later. */
    public static ProcessBuilder shortLived(Map<String, String> environment, Path folder, String... arguments) {
        List<String> command = command(arguments);
        command.add(1, "-XX:TieredStopAtLevel=1");
        ProcessBuilder builder = process(environment, folder, command);
        builder.environment().putIfAbsent("RLM_SANDBOX_COMPILER", "quick");
        return builder;
    }

    private static String read(BufferedReader reader) {
        try (reader) {
            return reader.readAllAsString();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The server, with folders of its own. It can be started again on the same folders, at the same address. */
    public static final class Server implements AutoCloseable {

        private static final String ANNOUNCEMENT = "rlm serves MCP at ";

        private final Path folder = Files.createTempDirectory("rlm test");
        private final Map<String, String> environment = new HashMap<>(folders(folder));
        private final List<String> options;
        private final Queue<String> log = new ConcurrentLinkedQueue<>();
        private Process process;
        private String address;

        /** Starts the server on a free port, unless the options name one, and waits until it listens. */
        public Server(Map<String, String> environment, String... options) throws IOException {
            Files.createDirectory(root());
            this.environment.put("RLM_CONTEXT_ROOTS", root().toString());
            this.environment.putAll(environment);
            this.options = List.of(options);
            start(this.options.contains("--port") ? List.of() : List.of("--port", "0"));
        }

        private void start(List<String> port) throws IOException {
            List<String> arguments = new ArrayList<>(List.of("serve"));
            arguments.addAll(port);
            arguments.addAll(options);
            process = shortLived(environment, folder, arguments.toArray(String[]::new))
                    .start();
            CompletableFuture<String> announced = Announcement.of(process, "The server", ANNOUNCEMENT, log);
            address = announced.orTimeout(5, TimeUnit.MINUTES).join();
        }

        /** The address of its MCP endpoint. */
        public String address() {
            return address;
        }

        /** Its address without a path. */
        public String base() {
            return address.substring(0, address.length() - "/mcp".length());
        }

        /** The folder below which it may load paths. */
        public Path root() {
            return folder.resolve("root");
        }

        /** Everything that it has logged. */
        public String log() {
            return String.join("\n", log);
        }

        /** The id of its process. */
        public long pid() {
            return process.pid();
        }

        /** The processes that it has started and that are alive. */
        public List<ProcessHandle> workers() {
            return process.toHandle()
                    .descendants()
                    .filter(ProcessHandle::isAlive)
                    .toList();
        }

        /** Ends it in peace, and starts it on the same folders and port. */
        public void restart() throws IOException {
            int port = URI.create(address).getPort();
            end();
            start(options.contains("--port") ? List.of() : List.of("--port", String.valueOf(port)));
        }

        /** Ends it as an operating system ends a service. */
        @Override
        public void close() {
            end();
            try {
                delete(folder);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        private void end() {
            process.destroy();
            try {
                if (!process.waitFor(2, TimeUnit.MINUTES)) {
                    process.destroyForcibly();
                    throw new AssertionError("The server did not end in two minutes.");
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new AssertionError("Interrupted while the server ended.", e);
            }
        }

        /** Ends it without a chance to clean up. */
        public void kill() throws InterruptedException {
            process.destroyForcibly().waitFor();
        }
    }
}
