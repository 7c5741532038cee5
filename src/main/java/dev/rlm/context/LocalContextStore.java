package dev.rlm.context;

import dev.rlm.storage.FolderObjectStore;
import dev.rlm.storage.ObjectStore;
import dev.rlm.storage.PrivateFiles;
import dev.rlm.storage.StorageException;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Contexts in a folder of this machine, readable for their owner only:
 *
 * <pre>
 * content/ab/cdef...          texts in UTF-8 under their SHA-256, shared by all contexts that have them
 * contexts/ctx_....json       what a context is made of
 * contexts/ctx_....pending    a context that is not saved yet, or not deleted yet, with its content
 * staging/ctx_...             texts of a context that is being loaded
 * keys/...                    which client keys contexts were loaded with
 * loads/...                   loads for whose end nobody waits
 * lock                        held while content comes or goes
 * </pre>
 *
 * <p>A context appears and disappears by the renaming of one file. What a crash leaves behind is cleared away when the
 * folder is next opened, half-loaded texts once they are a day old. Thread-safe; several processes may use one folder, each with one store.
 */
public final class LocalContextStore extends DurableContextStore {
    private static final String SAVED = ".json";
    private static final String PENDING = ".pending";

    /** No load is without any progress for so long. */
    private static final Duration ABANDONED = Duration.ofDays(1);

    private final Path contents;
    private final Path contexts;
    private final Path staging;
    private final PrivateFiles files;
    private final StoreLock lock;
    private final ObjectStore keyObjects;
    private final LoadKeys keys;
    private final ObjectStore loadObjects;
    private final LoadRecords loads;

    private LocalContextStore(Path folder, Clock clock) {
        this.contents = folder.resolve("content");
        this.contexts = folder.resolve("contexts");
        this.staging = folder.resolve("staging");
        this.files = new PrivateFiles(folder);
        this.lock = new StoreLock(folder.resolve("lock"), files);
        this.keyObjects = new FolderObjectStore(folder.resolve("keys"));
        this.keys = new LoadKeys(keyObjects, "", clock);
        this.loadObjects = new FolderObjectStore(folder.resolve("loads"));
        this.loads = new LoadRecords(loadObjects, "");
    }

    /**
     * Opens the store in a folder, which is made where it is missing, and clears away what a crash left in it.
     *
     * @param clock tells how old the remains of a load are
     * @throws ContextException if the folder cannot be made or written
     */
    public static LocalContextStore open(Path folder, Clock clock) throws ContextException {
        LocalContextStore store = new LocalContextStore(folder.toAbsolutePath(), clock);
        try {
            store.files.createFolders(store.contents);
            store.files.createFolders(store.contexts);
            store.files.createFolders(store.staging);
            store.clearAbandoned(clock.instant());
            if (!store.manifests(PENDING).isEmpty()) {
                store.change(() -> {
                    store.clearPending();
                    return true;
                });
            }
            return store;
        } catch (IOException e) {
            throw new ContextException(
                    "The folder " + folder + " cannot hold contexts (" + Reasons.of(e)
                            + "): make it writable, or set rlm.context.folder to another one.",
                    e);
        }
    }

    @Override
    public Optional<Context> find(String id) throws ContextException {
        return ContextIds.isId(id) ? read(id, null) : Optional.empty();
    }

    private Optional<Context> read(String id, @Nullable String owner) throws ContextException {
        try {
            return Manifest.read(contexts.resolve(id + SAVED), owner);
        } catch (NoSuchFileException _) {
            return Optional.empty();
        } catch (IOException e) {
            throw new ContextException(unreadable(id, e), e);
        }
    }

    @Override
    List<Context> list(@Nullable String owner) throws ContextException {
        List<Context> readable = new ArrayList<>();
        for (String id : ids()) {
            try {
                read(id, owner).ifPresent(readable::add);
            } catch (ContextException _) {
                // One damaged context does not hide the others.
            }
        }
        readable.sort(Comparator.comparing(Context::created).reversed().thenComparing(Context::id));
        return readable;
    }

    /** What is wrong with the contexts that cannot be read, one sentence each. */
    public List<String> problems() throws ContextException {
        List<String> problems = new ArrayList<>();
        for (String id : ids()) {
            try {
                find(id);
            } catch (ContextException e) {
                problems.add(String.valueOf(e.getMessage()));
            }
        }
        return problems;
    }

    @Override
    public boolean delete(String id) throws ContextException {
        return ContextIds.isId(id) && deleteIf(id, () -> true);
    }

    private boolean deleteIf(String id, BooleanSupplier condition) throws ContextException {
        if (!condition.getAsBoolean()) {
            return false;
        }
        try {
            return change(() -> {
                try {
                    Files.move(manifest(id, SAVED), manifest(id, PENDING), StandardCopyOption.ATOMIC_MOVE);
                } catch (NoSuchFileException _) {
                    return false;
                }
                if (!condition.getAsBoolean()) {
                    Files.move(manifest(id, PENDING), manifest(id, SAVED), StandardCopyOption.ATOMIC_MOVE);
                    return false;
                }
                clearPending();
                return true;
            });
        } catch (IOException e) {
            throw new ContextException(
                    "The context " + id + " cannot be deleted (" + Reasons.of(e) + "): try again.", e);
        }
    }

    @Override
    public Path content(Context context, Document document) throws ContextException {
        return content(document);
    }

    Path content(Document document) throws ContextException {
        Path file = contentFile(document.sha256());
        if (!isWhole(file, document)) {
            throw new ContextException(
                    "The text of the document " + document.name() + " is gone or damaged: load its context again.");
        }
        return file;
    }

    @Override
    Staging stage(String id) throws IOException {
        Path folder = staging.resolve(id);
        files.createFolders(folder);
        return new Staging(folder, files, this);
    }

    @Override
    void save(Context context, Path staged) throws IOException, ContextException, InterruptedException {
        lock.during(() -> {
            Path pending = manifest(context.id(), PENDING);
            files.writeDurably(pending, out -> Manifest.write(context, out));
            for (Document document : context.documents()) {
                Path file = contentFile(document.sha256());
                if (!isWhole(file, document)) {
                    files.createFolders(contents.resolve(document.sha256().substring(0, 2)));
                    Files.move(staged.resolve(document.sha256()), file, StandardCopyOption.ATOMIC_MOVE);
                }
            }
            Files.move(pending, manifest(context.id(), SAVED), StandardCopyOption.ATOMIC_MOVE);
            return true;
        });
    }

    @Override
    LoadKeys loadKeys() {
        return keys;
    }

    @Override
    public LoadRecords loadRecords() {
        return loads;
    }

    @Override
    boolean deleteUnless(String id, Predicate<String> needed) throws ContextException {
        return deleteIf(id, () -> !needed.test(id));
    }

    @Override
    int clearRemains(Instant now) throws ContextException, InterruptedException {
        try {
            Instant old = now.minus(ABANDONED);
            return clearAbandoned(now)
                    + keys.clear(now)
                    + keyObjects.clearAbandoned(old)
                    + loads.clear(now)
                    + loadObjects.clearAbandoned(old);
        } catch (StorageException e) {
            throw new ContextException(e.getMessage(), e);
        } catch (IOException e) {
            throw new ContextException(
                    "The folder " + staging + " cannot be cleared (" + Reasons.of(e) + "): check its permissions.", e);
        }
    }

    @Override
    public void close() {
        keyObjects.close();
        loadObjects.close();
    }

    /** Drops contexts that are not saved, with the content that no saved one has. To be called with the lock held. */
    private void clearPending() throws IOException {
        for (Path pending : manifests(PENDING)) {
            Set<String> unused = new HashSet<>();
            try {
                Manifest.read(pending).documents().forEach(document -> unused.add(document.sha256()));
                for (Path saved : manifests(SAVED)) {
                    Manifest.read(saved).documents().forEach(document -> unused.remove(document.sha256()));
                }
            } catch (Manifest.DamagedException _) {
                // Better to keep content that nobody needs than to lose what an unreadable context has.
                unused.clear();
            }
            for (String sha256 : unused) {
                Files.deleteIfExists(contentFile(sha256));
            }
            Files.deleteIfExists(pending);
        }
    }

    private int clearAbandoned(Instant now) throws IOException {
        FileTime oldest = FileTime.from(now.minus(ABANDONED));
        int cleared = 0;
        try (DirectoryStream<Path> folders = Files.newDirectoryStream(staging)) {
            for (Path folder : folders) {
                if (Files.getLastModifiedTime(folder).compareTo(oldest) < 0) {
                    PrivateFiles.deleteTree(folder);
                    cleared++;
                }
            }
        } catch (NoSuchFileException _) {
            // The load ended just now.
        }
        return cleared;
    }

    private <T> T change(StoreLock.Change<T> change) throws IOException, ContextException {
        try {
            return lock.during(change);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            throw new ContextException("Changing the stored contexts was interrupted: try again.");
        }
    }

    private List<String> ids() throws ContextException {
        try {
            return manifests(SAVED).stream()
                    .map(file -> file.getFileName().toString())
                    .map(name -> name.substring(0, name.length() - SAVED.length()))
                    .filter(ContextIds::isId)
                    .toList();
        } catch (IOException e) {
            throw new ContextException(
                    "The folder " + contexts + " cannot be read (" + Reasons.of(e) + "): check its permissions.", e);
        }
    }

    private List<Path> manifests(String suffix) throws IOException {
        try (DirectoryStream<Path> found = Files.newDirectoryStream(contexts, "ctx_*" + suffix)) {
            List<Path> sorted = new ArrayList<>();
            found.forEach(sorted::add);
            sorted.sort(Comparator.naturalOrder());
            return sorted;
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
    }

    private Path manifest(String id, String suffix) {
        return contexts.resolve(id + suffix);
    }

    private Path contentFile(String sha256) {
        if (!Sha256.isHex(sha256)) {
            throw new IllegalArgumentException("not a SHA-256");
        }
        return contents.resolve(sha256.substring(0, 2)).resolve(sha256.substring(2));
    }

    /** Content is not forced to the disk one by one, so after a power failure a file may be shorter than it was. */
    static boolean isWhole(Path file, Document document) {
        try {
            return Files.size(file) == document.bytes();
        } catch (IOException _) {
            return false;
        }
    }

    private static String unreadable(String id, IOException e) {
        return e instanceof Manifest.DamagedException
                ? "The context " + id + " is damaged (" + e.getMessage() + "): delete it and load it again."
                : "The context " + id + " cannot be read (" + Reasons.of(e) + "): check the permissions of its file.";
    }
}
