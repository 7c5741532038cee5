package dev.rlm.functions.mcp;

import java.io.File;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Starts the processes of servers, which have little of this process's environment and end with it: their standard input
 * ends, and on Linux with {@code setpriv} they are killed. One thread starts them all, for Linux ends a process with the
 * thread that started it. Thread-safe.
 */
final class ChildProcesses implements AutoCloseable {

    /** What programs hardly do without. */
    private static final List<String> INHERITED = List.of("PATH", "HOME", "LANG", "TMPDIR");

    private static final int TRIAL_SECONDS = 5;

    private final ExecutorService thread = Executors.newSingleThreadExecutor(
            Thread.ofPlatform().name("function-starter").daemon().factory());

    /** What commands start with, once it is known; for the thread alone. */
    private Optional<List<String>> prefix = Optional.empty();

    /** Starts a process. Its errors are dropped: they may hold anything. */
    Process start(McpServerSettings.Place.Command command) throws IOException, InterruptedException {
        try {
            return thread.submit(() -> startHere(command)).get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof IOException cause) {
                throw cause;
            }
            throw new IllegalStateException(e.getCause());
        } catch (RejectedExecutionException e) {
            throw new IOException("the server is shutting down", e);
        }
    }

    private Process startHere(McpServerSettings.Place.Command command) throws IOException, InterruptedException {
        requireProgram(command.line().getFirst());
        if (prefix.isEmpty()) {
            prefix = Optional.of(prefix());
        }
        List<String> line = new ArrayList<>(prefix.get());
        line.addAll(command.line());
        return builder(line, command.environment()).start();
    }

    /** Behind a prefix nobody would say that a program is missing. */
    private static void requireProgram(String program) throws IOException {
        Stream<Path> candidates = program.contains("/")
                ? Stream.of(Path.of(program))
                : Stream.of(String.valueOf(System.getenv("PATH")).split(File.pathSeparator))
                        .map(folder -> Path.of(folder, program));
        if (candidates.noneMatch(Files::isExecutable)) {
            throw new IOException("There is no such program.");
        }
    }

    private static ProcessBuilder builder(List<String> line, Map<String, String> more) {
        ProcessBuilder builder =
                new ProcessBuilder(line).directory(new File("/")).redirectError(Redirect.DISCARD);
        Map<String, String> environment = builder.environment();
        environment.keySet().retainAll(INHERITED);
        environment.putAll(more);
        return builder;
    }

    private static List<String> prefix() throws InterruptedException {
        Optional<Path> setpriv = Stream.of("/usr/bin/setpriv", "/bin/setpriv")
                .map(Path::of)
                .filter(Files::isExecutable)
                .findFirst();
        if (setpriv.isEmpty()) {
            return List.of();
        }
        List<String> found = List.of(setpriv.get().toString(), "--pdeathsig", "KILL");
        List<String> trial = new ArrayList<>(found);
        trial.add("true");
        try {
            Process process =
                    builder(trial, Map.of()).redirectOutput(Redirect.DISCARD).start();
            boolean ended = process.waitFor(TRIAL_SECONDS, TimeUnit.SECONDS);
            process.destroyForcibly();
            return ended && process.exitValue() == 0 ? found : List.of();
        } catch (IOException e) {
            return List.of();
        }
    }

    /** Ends the thread, and with it the processes that were told to die with it. */
    @Override
    public void close() {
        thread.shutdown();
    }
}
