package dev.rlm.storage;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Objects as files of a folder, readable for their owner only: an object's key is its path. They are written to
 * {@code .incoming} and appear by being renamed or linked, so the folder must be on one file system that has hard links.
 */
public final class FolderObjectStore implements ObjectStore {
    private static final String INCOMING = ".incoming";
    private static final int PIECE = 1 << 16;

    private final Path folder;
    private final Path incoming;
    private final PrivateFiles files;

    /** Objects in a folder, which is made when the first one is put. */
    public FolderObjectStore(Path folder) {
        this.folder = folder.toAbsolutePath();
        this.incoming = this.folder.resolve(INCOMING);
        this.files = new PrivateFiles(this.folder);
    }

    @Override
    public void put(String key, Upload upload) throws StorageException, InterruptedException {
        Path file = file(key);
        during("written", () -> {
            Path written = write(upload);
            try {
                files.createFolders(parent(file));
                return Files.move(written, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            } finally {
                Files.deleteIfExists(written);
            }
        });
    }

    @Override
    public boolean putIfAbsent(String key, Upload upload) throws StorageException, InterruptedException {
        Path file = file(key);
        return during("written", () -> {
            if (Files.exists(file)) {
                return false;
            }
            Path written = write(upload);
            try {
                files.createFolders(parent(file));
                Files.createLink(file, written);
                return true;
            } catch (FileAlreadyExistsException _) {
                return false;
            } catch (UnsupportedOperationException e) {
                throw new IOException("its file system has no hard links", e);
            } finally {
                Files.deleteIfExists(written);
            }
        });
    }

    @Override
    public Optional<StoredObject> find(String key) throws StorageException, InterruptedException {
        Path file = file(key);
        return during("read", () -> {
            try {
                BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
                return attributes.isRegularFile() ? Optional.of(stored(key, attributes)) : Optional.empty();
            } catch (NoSuchFileException _) {
                return Optional.empty();
            }
        });
    }

    @Override
    public Optional<InputStream> get(String key, long offset, long length)
            throws StorageException, InterruptedException {
        Path file = file(key);
        if (offset < 0 || length < 1) {
            throw new IllegalArgumentException("The part must start at 0 or later and have at least 1 byte.");
        }
        return during("read", () -> {
            if (Files.isDirectory(file)) {
                return Optional.empty();
            }
            try {
                return Optional.of(new FilePart(FileChannel.open(file), offset, length));
            } catch (NoSuchFileException _) {
                return Optional.empty();
            }
        });
    }

    @Override
    public ObjectPage list(String prefix, @Nullable String after, int limit)
            throws StorageException, InterruptedException {
        if (limit < 1 || limit > LARGEST_PAGE) {
            throw new IllegalArgumentException("A page has 1 to " + LARGEST_PAGE + " objects.");
        }
        Path start = prefix.contains("/") ? file(prefix.substring(0, prefix.lastIndexOf('/'))) : folder;
        return during("read", () -> {
            TreeMap<String, StoredObject> first = new TreeMap<>();
            walk(start, (key, attributes) -> {
                if (key.startsWith(prefix) && (after == null || key.compareTo(after) > 0)) {
                    first.put(key, stored(key, attributes));
                    if (first.size() > limit + 1) {
                        first.pollLastEntry();
                    }
                }
            });
            boolean more = first.size() > limit;
            List<StoredObject> page = new ArrayList<>(first.values()).subList(0, Math.min(limit, first.size()));
            return new ObjectPage(page, more ? page.getLast().key() : null);
        });
    }

    @Override
    public void delete(String key) throws StorageException, InterruptedException {
        Path file = file(key);
        during("changed", () -> Files.deleteIfExists(file));
    }

    @Override
    public int clearAbandoned(Instant before) throws StorageException, InterruptedException {
        return during("changed", () -> {
            int cleared = 0;
            try (DirectoryStream<Path> found = Files.newDirectoryStream(incoming)) {
                for (Path file : found) {
                    if (Files.getLastModifiedTime(file).toInstant().isBefore(before) && Files.deleteIfExists(file)) {
                        cleared++;
                    }
                }
            } catch (NoSuchFileException _) {
                // Nothing was ever put, or a put ended just now.
            }
            return cleared;
        });
    }

    @Override
    public String place() {
        return "the folder " + folder;
    }

    @Override
    public void close() {}

    private Path file(String key) {
        return folder.resolve(ObjectKeys.check(key));
    }

    private static Path parent(Path file) throws IOException {
        Path parent = file.getParent();
        if (parent == null) {
            throw new IOException("it has no folder");
        }
        return parent;
    }

    private Path write(Upload upload) throws IOException, InterruptedException {
        files.createFolders(incoming);
        Path file = incoming.resolve(UUID.randomUUID().toString());
        boolean complete = false;
        try (FileChannel channel = files.write(file)) {
            for (byte[] piece = upload.read(PIECE); piece.length > 0; piece = upload.read(PIECE)) {
                if (Thread.interrupted()) {
                    throw new InterruptedException();
                }
                PrivateFiles.writeFully(channel, ByteBuffer.wrap(piece));
            }
            upload.check();
            channel.force(true);
            complete = true;
            return file;
        } finally {
            if (!complete) {
                Files.deleteIfExists(file);
            }
        }
    }

    private static StoredObject stored(String key, BasicFileAttributes attributes) {
        return new StoredObject(
                key, attributes.size(), attributes.lastModifiedTime().toInstant());
    }

    private interface Visit {
        void file(String key, BasicFileAttributes attributes);
    }

    private void walk(Path start, Visit visit) throws IOException {
        try {
            Files.walkFileTree(start, new SimpleFileVisitor<>() {
                @Override
                public FileVisitResult preVisitDirectory(Path visited, BasicFileAttributes attributes) {
                    return visited.equals(start) || ObjectKeys.isPart(nameOf(visited))
                            ? FileVisitResult.CONTINUE
                            : FileVisitResult.SKIP_SUBTREE;
                }

                @Override
                public FileVisitResult visitFile(Path visited, BasicFileAttributes attributes) {
                    if (attributes.isRegularFile() && ObjectKeys.isPart(nameOf(visited))) {
                        visit.file(folder.relativize(visited).toString().replace('\\', '/'), attributes);
                    }
                    return FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult visitFileFailed(Path visited, IOException e) throws IOException {
                    if (e instanceof NoSuchFileException) {
                        return FileVisitResult.CONTINUE;
                    }
                    throw e;
                }
            });
        } catch (NoSuchFileException _) {
            // The folder is made when the first object is put.
        }
    }

    private static String nameOf(Path path) {
        Path name = path.getFileName();
        return name == null ? "" : name.toString();
    }

    private interface Work<T> {
        T run() throws IOException, InterruptedException;
    }

    private <T> T during(String what, Work<T> work) throws StorageException, InterruptedException {
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
        try {
            return work.run();
        } catch (ClosedByInterruptException _) {
            Thread.interrupted();
            throw new InterruptedException();
        } catch (IOException e) {
            String why = switch (e) {
                case AccessDeniedException _ -> "permission denied";
                case FileSystemException f when f.getReason() != null -> f.getReason();
                default -> e.getMessage();
            };
            throw new StorageException(
                    "The folder " + folder + " could not be " + what + " (" + why
                            + "): check its space and permissions.",
                    e);
        }
    }
}
