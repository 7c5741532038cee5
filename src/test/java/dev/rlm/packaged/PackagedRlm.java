package dev.rlm.packaged;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
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

    /** A process of it that is not started yet. */
    public static ProcessBuilder process(Map<String, String> environment, Path folder, List<String> command) {
        ProcessBuilder builder = new ProcessBuilder(command).directory(folder.toFile());
        builder.environment().putAll(environment);
        return builder;
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

    /** The server, with folders of its own. */
    public static final class Server implements AutoCloseable {

        private static final String ANNOUNCEMENT = "rlm serves MCP at ";

        private final Path folder;
        private final Process process;
        private final String address;
        private final Queue<String> log = new ConcurrentLinkedQueue<>();

        /** Starts the server on a free port and waits until it listens. */
        public Server(Map<String, String> environment, String... options) throws IOException {
            folder = Files.createTempDirectory("rlm test");
            Files.createDirectory(root());
            List<String> arguments = new ArrayList<>(List.of("serve", "--port", "0"));
            arguments.addAll(List.of(options));
            ProcessBuilder builder = shortLived(environment, folder, arguments.toArray(String[]::new));
            builder.environment()
                    .put("RLM_CONTEXT_FOLDER", folder.resolve("contexts").toString());
            builder.environment().put("RLM_CONTEXT_ROOTS", root().toString());
            process = builder.start();
            CompletableFuture<String> announced = new CompletableFuture<>();
            // Not a virtual thread: a read from a pipe holds its carrier.
            Thread.ofPlatform().daemon().start(() -> follow(process.errorReader(StandardCharsets.UTF_8), announced));
            address = announced.orTimeout(5, TimeUnit.MINUTES).join();
        }

        private void follow(BufferedReader reader, CompletableFuture<String> announced) {
            try (reader) {
                for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                    log.add(line);
                    if (line.startsWith(ANNOUNCEMENT)) {
                        announced.complete(line.substring(ANNOUNCEMENT.length()));
                    }
                }
            } catch (IOException e) {
                // The process has ended.
            }
            announced.completeExceptionally(new AssertionError("The server ended: " + log));
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

        /** The processes that it has started and that are alive. */
        public List<ProcessHandle> workers() {
            return process.toHandle()
                    .descendants()
                    .filter(ProcessHandle::isAlive)
                    .toList();
        }

        /** Ends it as an operating system ends a service. */
        @Override
        public void close() {
            process.destroy();
            try {
                if (!process.waitFor(2, TimeUnit.MINUTES)) {
                    process.destroyForcibly();
                    throw new AssertionError("The server did not end in two minutes.");
                }
                delete(folder);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        /** Ends it without a chance to clean up. */
        public void kill() throws InterruptedException {
            process.destroyForcibly().waitFor();
        }

        private static void delete(Path folder) throws IOException {
            try (var files = Files.walk(folder)) {
                for (Path file :
                        files.sorted(java.util.Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
        }
    }
}
