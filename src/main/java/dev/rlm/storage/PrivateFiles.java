package dev.rlm.storage;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Files and folders that only their owner can read, where the file system knows owners. Thread-safe. */
public final class PrivateFiles {
    private final FileAttribute<?>[] folderAttributes;
    private final FileAttribute<?>[] fileAttributes;

    /** For files in the file system of a path. */
    public PrivateFiles(Path path) {
        boolean posix = path.getFileSystem().supportedFileAttributeViews().contains("posix");
        folderAttributes = attributes(posix, "rwx------");
        fileAttributes = attributes(posix, "rw-------");
    }

    private static FileAttribute<?>[] attributes(boolean posix, String permissions) {
        return posix
                ? new FileAttribute<?>[] {
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions))
                }
                : new FileAttribute<?>[0];
    }

    /** Makes a folder and those above it where they are missing. */
    public void createFolders(Path folder) throws IOException {
        Files.createDirectories(folder, folderAttributes);
    }

    /** A channel to a file, new or emptied. */
    public FileChannel write(Path file) throws IOException {
        return FileChannel.open(
                file,
                Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING),
                fileAttributes);
    }

    /** What writes a file's content. */
    public interface Content {
        /** Writes all of it; need not close the stream. */
        void writeTo(OutputStream out) throws IOException;
    }

    /** Writes a file and makes sure that it is on the disk. */
    public void writeDurably(Path file, Content content) throws IOException {
        try (FileChannel channel = write(file);
                OutputStream out = Channels.newOutputStream(channel)) {
            content.writeTo(out);
            out.flush();
            channel.force(true);
        }
    }

    /** Writes all of a buffer. */
    public static void writeFully(FileChannel channel, ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
    }

    /** Deletes a folder with all in it, as far as it exists; follows no links. */
    public static void deleteTree(Path folder) throws IOException {
        try {
            Files.walkFileTree(folder, new SimpleFileVisitor<>() {
                @Override
                public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                    Files.deleteIfExists(file);
                    return FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult postVisitDirectory(Path visited, @Nullable IOException e) throws IOException {
                    Files.deleteIfExists(visited);
                    return FileVisitResult.CONTINUE;
                }
            });
        } catch (NoSuchFileException _) {
            // Another process was faster.
        }
    }
}
