package dev.rlm.wiring;

import dev.rlm.task.Replicas;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * The replicas of one machine, each of which locks a file as long as it lives: the operating system takes the lock away
 * from a process that ends, whatever way it ends. Thread-safe.
 */
final class LockedReplicas implements Replicas, AutoCloseable {

    private final Path folder;
    private final Path own;
    private final FileChannel channel;

    /** Held on to: what nobody refers to is forgotten, and this process could then lock its own file once more. */
    private final FileLock lock;

    /**
     * Locks this replica's file.
     *
     * @throws ConfigurationProblem if the folder cannot be written
     */
    LockedReplicas(Path folder, String replica) {
        this.folder = folder;
        this.own = file(replica);
        try {
            Files.createDirectories(folder);
            this.channel = FileChannel.open(own, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            this.lock = channel.lock();
        } catch (IOException e) {
            throw new ConfigurationProblem(
                    "rlm.task.store: the folder " + folder + " cannot be written: " + e.getMessage());
        }
    }

    @Override
    public boolean mayLive(String replica) {
        Path file = file(replica);
        if (file.equals(own)) {
            // Not even opened: a process that closes a file loses all its locks on it (POSIX, fcntl).
            return lock.isValid();
        }
        try (FileChannel other = FileChannel.open(file, StandardOpenOption.WRITE);
                FileLock taken = other.tryLock()) {
            if (taken == null) {
                return true;
            }
            Files.deleteIfExists(file);
            return false;
        } catch (OverlappingFileLockException e) {
            return true;
        } catch (NoSuchFileException e) {
            return false;
        } catch (IOException e) {
            return true;
        }
    }

    /** Names come from the store, so they must not lead out of the folder. */
    private Path file(String replica) {
        return folder.resolve(replica.replaceAll("[^A-Za-z0-9._-]", "_") + ".lock");
    }

    @Override
    public void close() {
        try {
            Files.deleteIfExists(own);
            channel.close();
        } catch (IOException e) {
            // The lock ends with the process.
        }
    }
}
