package dev.rlm.web;

import dev.rlm.journal.Payload;
import dev.rlm.storage.PrivateFiles;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The files whose upload is under way or was broken off: one for each caller and name. Several processes may use the same
 * folder. Thread-safe.
 */
final class UploadFolder {

    /** So long what was broken off can be continued. */
    static final Duration KEPT = Duration.ofDays(1);

    /** So many a caller may have. */
    static final int MOST = 20;

    private static final String ENDING = ".part";

    private final Path folder;
    private final PrivateFiles files;
    private final Clock clock;

    UploadFolder(Path folder, Clock clock) {
        this.folder = folder;
        this.files = new PrivateFiles(folder);
        this.clock = clock;
    }

    /**
     * A file that this caller alone writes until it is closed.
     *
     * @param path where it lies
     * @param channel what writes it
     */
    record Held(Path path, FileChannel channel, FileLock lock) implements AutoCloseable {
        @Override
        public void close() throws IOException {
            channel.close();
        }

        void delete() throws IOException {
            Files.deleteIfExists(path);
        }
    }

    /** How many bytes of a file have come; empty if none is kept. */
    Optional<Long> received(String caller, String name) throws IOException {
        Path file = file(caller, name);
        return Files.exists(file) ? Optional.of(Files.size(file)) : Optional.empty();
    }

    /**
     * Opens the file of a caller and name, which may have bytes already.
     *
     * @throws UploadException if it is being written, or the caller has too many
     */
    Held hold(String caller, String name) throws IOException, UploadException {
        files.createFolders(folder);
        sweep();
        Path file = file(caller, name);
        if (!Files.exists(file) && count(caller) >= MOST) {
            throw new UploadException(
                    429,
                    "You have " + MOST
                            + " uploads that are not complete: complete some, or wait a day until they are gone.");
        }
        FileChannel channel = open(file);
        try {
            FileLock lock = channel.tryLock();
            if (lock != null) {
                return new Held(file, channel, lock);
            }
        } catch (OverlappingFileLockException e) {
            // Another request to this process has it.
        }
        channel.close();
        throw new UploadException(409, "An upload of this name is under way: wait for its end, or use another name.");
    }

    private FileChannel open(Path file) throws IOException {
        if (!Files.exists(file)) {
            // Only to make it private; another process may do the same at the same moment.
            files.write(file).close();
        }
        return FileChannel.open(file, StandardOpenOption.WRITE);
    }

    private void sweep() throws IOException {
        Instant before = clock.instant().minus(KEPT);
        for (Path file : parts()) {
            if (Files.exists(file)
                    && Files.getLastModifiedTime(file).toInstant().isBefore(before)) {
                Files.deleteIfExists(file);
            }
        }
    }

    private long count(String caller) throws IOException {
        String start = hash(caller) + "-";
        return parts().stream()
                .filter(file -> file.getFileName().toString().startsWith(start))
                .count();
    }

    private List<Path> parts() throws IOException {
        try (Stream<Path> all = Files.list(folder)) {
            return all.filter(file -> file.toString().endsWith(ENDING)).toList();
        }
    }

    /** Names of files tell nothing of who sends what. */
    private Path file(String caller, String name) {
        return folder.resolve(hash(caller) + "-" + hash(name) + ENDING);
    }

    private static String hash(String text) {
        return Payload.sha256(text).substring(0, 32);
    }
}
