package dev.rlm.sandbox;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * A step of the build: runs typical cells in a worker of the packaged application and keeps what the JVM learned in an
 * AOT cache beside it, from which later workers start faster. Without the cache everything works too, so a failure is
 * told and ends nothing.
 */
public final class AotCacheBuild {
    /** The cache's name in the folder of the packaged application, where workers look for it. */
    static final String FILE = "worker.aot";

    private static final Duration LIMIT = Duration.ofMinutes(10);

    private AotCacheBuild() {}

    /** Makes the cache; the argument is the folder of the packaged application. */
    public static void main(String[] arguments) throws InterruptedException {
        Path folder = Path.of(arguments[0]);
        if (!Files.isRegularFile(folder.resolve("quarkus-run.jar"))) {
            System.out.println("No packaged application in " + folder + ": no AOT cache for sandbox workers.");
            return;
        }
        Path cache = folder.resolve(FILE);
        try {
            Files.deleteIfExists(cache);
            WorkerCommand command = WorkerCommand.training(folder, cache);
            command.prepare();
            Process training = new ProcessBuilder(command.line(SandboxSettings.DEFAULT_HEAP_BYTES))
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            boolean ended = training.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS);
            training.destroyForcibly();
            System.out.println(
                    ended && training.exitValue() == 0 && Files.exists(cache)
                            ? "AOT cache for sandbox workers: " + cache + ", " + (Files.size(cache) >> 20) + " MiB."
                            : "The AOT cache for sandbox workers could not be made: they will start more slowly.");
        } catch (IOException | SandboxException e) {
            System.out.println("The AOT cache for sandbox workers could not be made: " + e.getMessage());
        }
    }
}
