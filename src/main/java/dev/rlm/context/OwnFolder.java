package dev.rlm.context;

import dev.rlm.storage.PrivateFiles;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;

/** A numbered folder that no other process uses, until this is closed or the process ends. */
final class OwnFolder implements AutoCloseable {
    private static final int MOST = 1_000;

    private final Path path;
    private final FileChannel lock;

    private OwnFolder(Path path, FileChannel lock) {
        this.path = path;
        this.lock = lock;
    }

    /** The first folder below another that nobody uses; it has what its last user left. */
    static OwnFolder below(Path base, PrivateFiles files) throws IOException {
        for (int number = 0; number < MOST; number++) {
            Path path = base.resolve(String.valueOf(number));
            files.createFolders(path);
            FileChannel channel = files.write(path.resolve("lock"));
            if (isLocked(channel)) {
                return new OwnFolder(path, channel);
            }
            channel.close();
        }
        throw new IOException("all of its " + MOST + " folders are in use");
    }

    private static boolean isLocked(FileChannel channel) throws IOException {
        try {
            FileLock lock = channel.tryLock();
            return lock != null;
        } catch (OverlappingFileLockException _) {
            return false;
        }
    }

    Path path() {
        return path;
    }

    @Override
    public void close() throws IOException {
        lock.close();
    }
}
