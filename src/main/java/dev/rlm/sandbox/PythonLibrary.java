package dev.rlm.sandbox;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Python's standard library, unpacked once for each release of the interpreter and then only read. A folder appears
 * whole or not at all, whoever is killed meanwhile, and only one process at a time unpacks. Thread-safe.
 */
final class PythonLibrary {
    private static final Duration LIMIT = Duration.ofMinutes(5);
    private static final long RETRY_MILLIS = 100;

    private final Path cache;
    private final String release;

    /**
     * The library in a folder of a cache.
     *
     * @param cache a folder that may hold the libraries of several releases
     * @param release which one this is; a file name
     */
    PythonLibrary(Path cache, String release) {
        this.cache = cache.toAbsolutePath().normalize();
        this.release = release;
    }

    /** The folder with the library; there once it is prepared. */
    Path folder() {
        return cache.resolve(release);
    }

    /**
     * Unpacks the library, unless it is there.
     *
     * @param command makes the command of a process that unpacks it into a folder, which is there and empty
     * @throws SandboxException if it cannot be unpacked
     */
    void prepare(Function<Path, List<String>> command) throws SandboxException, InterruptedException {
        if (Files.isDirectory(folder())) {
            return;
        }
        try {
            Files.createDirectories(cache);
            try (FileChannel channel =
                    FileChannel.open(cache.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
                FileLock lock = tryLock(channel);
                while (lock == null) {
                    Thread.sleep(RETRY_MILLIS);
                    lock = tryLock(channel);
                }
                // Closing the channel releases it.
                if (!Files.isDirectory(folder())) {
                    unpack(command);
                }
            }
        } catch (IOException | UncheckedIOException e) {
            throw new SandboxException(
                    "Python's library cannot be unpacked to " + cache + ": " + e.getMessage()
                            + ". Name a writable folder in rlm.sandbox.python-cache.",
                    e);
        }
    }

    private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock();
        } catch (OverlappingFileLockException e) {
            // Another pool of this process has it.
            return null;
        }
    }

    private void unpack(Function<Path, List<String>> command)
            throws IOException, InterruptedException, SandboxException {
        String unfinished = release + ".unfinished";
        try (Stream<Path> files = Files.list(cache)) {
            // Of a process that was killed; whoever is alive has the lock.
            files.filter(file -> file.getFileName().toString().startsWith(unfinished))
                    .forEach(PythonLibrary::delete);
        }
        Path folder = Files.createDirectory(cache.resolve(unfinished));
        try {
            run(command.apply(folder));
            Files.move(folder, folder(), StandardCopyOption.ATOMIC_MOVE);
        } finally {
            delete(folder);
        }
    }

    private void run(List<String> command) throws IOException, InterruptedException, SandboxException {
        ProcessBuilder builder = new ProcessBuilder(command).directory(cache.toFile());
        builder.environment().clear();
        builder.environment().put("LC_ALL", "C.UTF-8");
        Process process = builder.redirectInput(Redirect.from(new File("/dev/null")))
                .redirectOutput(Redirect.DISCARD)
                .redirectError(Redirect.DISCARD)
                .start();
        try {
            if (!process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS) || process.exitValue() != 0) {
                throw new SandboxException("Python's library could not be unpacked to " + cache
                        + ": the process that does it failed. Is there room for 100 MB?");
            }
        } finally {
            process.destroyForcibly();
        }
    }

    private static void delete(Path folder) {
        try (Stream<Path> files = Files.walk(folder)) {
            files.sorted(Comparator.reverseOrder()).map(Path::toFile).forEach(File::delete);
        } catch (IOException | UncheckedIOException e) {
            // It is not there, or stays for the next one to delete.
        }
    }
}
