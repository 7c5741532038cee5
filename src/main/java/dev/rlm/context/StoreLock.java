package dev.rlm.context;

import dev.rlm.storage.PrivateFiles;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Lets one thread at a time change a store, among all threads of this process and all processes of this machine. The
 * operating system frees the lock of a process that dies. Thread-safe.
 */
final class StoreLock {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Duration PAUSE = Duration.ofMillis(10);

    private final Path file;
    private final PrivateFiles files;
    private final ReentrantLock threads = new ReentrantLock();

    StoreLock(Path file, PrivateFiles files) {
        this.file = file;
        this.files = files;
    }

    /** A change to the store. */
    interface Change<T> {
        T make() throws IOException, ContextException;
    }

    /**
     * Makes a change while nobody else does.
     *
     * @throws ContextException if another process holds the lock for a minute
     */
    <T> T during(Change<T> change) throws IOException, ContextException, InterruptedException {
        threads.lockInterruptibly();
        try (FileChannel channel = files.write(file);
                FileLock _ = acquire(channel)) {
            return change.make();
        } finally {
            threads.unlock();
        }
    }

    private FileLock acquire(FileChannel channel) throws IOException, ContextException, InterruptedException {
        for (long waited = 0; waited <= PATIENCE.toMillis(); waited += PAUSE.toMillis()) {
            FileLock lock = tryLock(channel);
            if (lock != null) {
                return lock;
            }
            Thread.sleep(PAUSE);
        }
        throw new ContextException("Another process has been changing the stored contexts in " + file.getParent()
                + " for a minute: end it, or try again later.");
    }

    private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock();
        } catch (OverlappingFileLockException _) {
            return null;
        }
    }
}
