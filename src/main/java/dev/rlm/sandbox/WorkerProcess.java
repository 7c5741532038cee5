package dev.rlm.sandbox;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A worker's operating system process: nothing of the server's environment, and where it is not confined to a view of
 * its own, an empty folder of its own.
 */
final class WorkerProcess {
    /** What {@code -XX:+ExitOnOutOfMemoryError} exits with; launchers hand it on. */
    private static final int OUT_OF_MEMORY = 3;

    private final Process process;

    private final Optional<Path> folder;

    private WorkerProcess(Process process, Optional<Path> folder) {
        this.process = process;
        this.folder = folder;
        var _ = process.onExit().thenRun(() -> folder.ifPresent(WorkerProcess::delete));
    }

    /** Starts a worker with this command, confined. */
    static WorkerProcess start(
            ProcessStarter starter, Confinement confinement, List<String> command, Optional<Path> log)
            throws IOException, InterruptedException {
        Optional<Path> folder =
                confinement.hasOwnFiles() ? Optional.empty() : Optional.of(Files.createTempDirectory("rlm-sandbox"));
        ProcessBuilder builder = new ProcessBuilder(confinement.line(command))
                .directory(folder.orElse(Path.of("/")).toFile());
        Map<String, String> environment = builder.environment();
        environment.clear();
        // Else a JVM cannot open files with names beyond ASCII.
        environment.put("LC_ALL", "C.UTF-8");
        builder.redirectError(log.map(Path::toFile).map(Redirect::appendTo).orElse(Redirect.DISCARD));
        try {
            return new WorkerProcess(starter.start(builder), folder);
        } catch (IOException | InterruptedException e) {
            folder.ifPresent(WorkerProcess::delete);
            throw e;
        }
    }

    InputStream output() {
        return process.getInputStream();
    }

    OutputStream input() {
        return process.getOutputStream();
    }

    boolean alive() {
        return process.isAlive();
    }

    long pid() {
        return process.pid();
    }

    /** Why a process that was not killed by us has ended. */
    String reasonOfEnd() {
        try {
            if (process.waitFor(1, TimeUnit.SECONDS) && process.exitValue() == OUT_OF_MEMORY) {
                return "its memory was exhausted";
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return "its process died";
    }

    /** Kills the process, and all those within its namespaces with it, and deletes its folder, at once where it can: this process may be about to end too. */
    void kill() {
        process.destroyForcibly();
        try {
            if (process.waitFor(1, TimeUnit.SECONDS)) {
                folder.ifPresent(WorkerProcess::delete);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void delete(Path folder) {
        if (Files.notExists(folder)) {
            return;
        }
        try (Stream<Path> files = Files.walk(folder)) {
            files.map(Path::toFile).sorted(java.util.Comparator.reverseOrder()).forEach(File::delete);
        } catch (IOException e) {
            // A folder that stays behind in the temporary folder harms nobody.
        }
    }
}
