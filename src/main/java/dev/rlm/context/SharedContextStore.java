package dev.rlm.context;

import dev.rlm.storage.ObjectStore;
import dev.rlm.storage.PrivateFiles;
import dev.rlm.storage.StorageException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Contexts in an object store, for any number of processes and machines:
 *
 * <pre>
 * contexts/ctx_....json       what a context is made of
 * content/ctx_.../abcdef...   its texts in UTF-8, under their SHA-256
 * keys/...                    which client keys contexts were loaded with
 * loads/...                   loads for whose end nobody waits
 * </pre>
 *
 * <p>A folder of this machine caches what was used last, up to a size; each process has its own below the one that is
 * configured. Content is fetched when it is first needed and compared with its SHA-256. A context appears with the put
 * of one object, after its content; when it is deleted, that object is first replaced by a mark of two bytes.
 * Thread-safe.
 */
public final class SharedContextStore extends DurableContextStore {
    private static final String KEYS = "keys/";
    private static final String LOADS = "loads/";
    private static final String SAVED = ".json";

    /** No load is without any progress for so long. */
    private static final Duration ABANDONED = Duration.ofDays(1);

    private final ObjectStore store;
    private final ContextObjects objects;
    private final OwnFolder folder;
    private final PrivateFiles files;
    private final ContentCache cache;
    private final LoadKeys keys;
    private final LoadRecords loads;
    private final Path manifests;

    private SharedContextStore(ObjectStore store, OwnFolder folder, PrivateFiles files, long cacheSize, Clock clock)
            throws IOException {
        this.store = store;
        this.objects = new ContextObjects(store);
        this.folder = folder;
        this.files = files;
        this.manifests = folder.path().resolve("contexts");
        PrivateFiles.deleteTree(folder.path().resolve("staging"));
        files.createFolders(manifests);
        this.cache = new ContentCache(folder.path().resolve("content"), files, cacheSize, clock);
        this.keys = new LoadKeys(store, KEYS, clock);
        this.loads = new LoadRecords(store, LOADS);
    }

    /**
     * Opens the store.
     *
     * @param objects has the contexts; closed with this
     * @param cacheFolder where the cache is; made where it is missing, and safe to delete while nothing runs
     * @param cacheSize how many bytes of content the cache keeps; running tasks may need more for a while
     * @throws ContextException if the object store does not answer, or the cache's folder cannot be written
     */
    public static SharedContextStore open(ObjectStore objects, Path cacheFolder, long cacheSize, Clock clock)
            throws ContextException, InterruptedException {
        try {
            objects.list("", null, 1);
        } catch (StorageException e) {
            throw new ContextException(e.getMessage(), e);
        }
        Path base = cacheFolder.toAbsolutePath();
        PrivateFiles files = new PrivateFiles(base);
        try {
            return new SharedContextStore(objects, OwnFolder.below(base, files), files, cacheSize, clock);
        } catch (IOException e) {
            throw new ContextException(
                    "The folder " + cacheFolder + " cannot cache contexts (" + Reasons.of(e)
                            + "): make it writable, or set rlm.context.cache-folder to another one.",
                    e);
        }
    }

    @Override
    public Optional<Context> find(String id) throws ContextException {
        if (!ContextIds.isId(id)) {
            return Optional.empty();
        }
        return uninterrupted(() -> {
            Optional<Long> size = objects.manifestSize(id);
            if (size.isEmpty()) {
                forget(id);
                return Optional.empty();
            }
            return read(id, size.get(), null);
        });
    }

    @Override
    List<Context> list(@Nullable String owner) throws ContextException {
        return uninterrupted(() -> {
            ConcurrentLinkedQueue<Context> readable = new ConcurrentLinkedQueue<>();
            InParallel.each(objects.saved(), saved -> {
                try {
                    read(saved.id(), saved.manifestSize(), owner).ifPresent(readable::add);
                } catch (ContextException e) {
                    if (!(e.getCause() instanceof Manifest.DamagedException)) {
                        throw e;
                    }
                    // One damaged context does not hide the others.
                }
            });
            List<Context> sorted = new ArrayList<>(readable);
            sorted.sort(Comparator.comparing(Context::created).reversed().thenComparing(Context::id));
            return sorted;
        });
    }

    @Override
    public boolean delete(String id) throws ContextException {
        if (!ContextIds.isId(id)) {
            return false;
        }
        return uninterrupted(() -> {
            Optional<Long> size = objects.manifestSize(id);
            if (size.isEmpty()) {
                return false;
            }
            // Tells what the cache has of it.
            manifest(id, size.get());
            objects.hide(id);
            objects.delete(id);
            forget(id);
            return true;
        });
    }

    @Override
    boolean deleteUnless(String id, Predicate<String> needed) throws ContextException, InterruptedException {
        return during(() -> {
            Optional<Long> size = objects.manifestSize(id);
            if (size.isEmpty() || needed.test(id)) {
                return false;
            }
            Path copy = manifest(id, size.get());
            objects.hide(id);
            if (needed.test(id)) {
                objects.show(id, copy);
                return false;
            }
            objects.delete(id);
            forget(id);
            return true;
        });
    }

    @Override
    int clearRemains(Instant now) throws ContextException, InterruptedException {
        Instant old = now.minus(ABANDONED);
        return during(() -> {
            int cleared = clearKeys(now) + objects.clearUploads(old);
            for (String id : objects.abandoned(old)) {
                cleared += objects.delete(id);
            }
            forgetDeleted();
            return cleared;
        });
    }

    @Override
    public Path content(Context context, Document document) throws ContextException {
        return uninterrupted(() -> cached(context, document));
    }

    /** {@inheritDoc} Content that is not there yet is fetched, several documents at a time. */
    @Override
    public ContentHold hold(Context context, Collection<Document> documents)
            throws ContextException, InterruptedException {
        ContentHold hold = cache.hold(documents);
        boolean complete = false;
        try {
            during(() -> {
                InParallel.each(distinct(documents), document -> cached(context, document));
                return hold;
            });
            complete = true;
            return hold;
        } finally {
            if (!complete) {
                hold.close();
            }
        }
    }

    @Override
    public void close() {
        store.close();
        try {
            folder.close();
        } catch (IOException _) {
            // The lock goes with the process.
        }
    }

    @Override
    Staging stage(String id) throws IOException {
        Path staged = folder.path().resolve("staging").resolve(id);
        files.createFolders(staged);
        return new Staging(staged, files, this);
    }

    @Override
    void save(Context context, Path staged) throws ContextException, InterruptedException {
        during(() -> {
            Collection<Document> documents = distinct(context.documents());
            InParallel.each(
                    documents, document -> objects.send(context.id(), document, staged.resolve(document.sha256())));
            Path manifest = staged.resolve(context.id() + SAVED);
            files.writeDurably(manifest, out -> Manifest.write(context, out));
            objects.show(context.id(), manifest);
            keep(context, documents, staged);
            return context;
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

    /** What was just loaded will be asked about soon. That it is not in the cache is no failure: it is in the store. */
    private void keep(Context context, Collection<Document> documents, Path staged) {
        try {
            for (Document document : documents) {
                cache.add(document, staged.resolve(document.sha256()));
            }
            String name = context.id() + SAVED;
            Files.move(staged.resolve(name), manifests.resolve(name), StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException _) {
            // It is fetched when it is needed.
        }
    }

    private Path cached(Context context, Document document) throws IOException, ContextException, InterruptedException {
        return cache.get(document, file -> objects.fetch(context.id(), document, file));
    }

    private Optional<Context> read(String id, long manifestSize, @Nullable String owner)
            throws ContextException, IOException, InterruptedException {
        try {
            return Manifest.read(manifest(id, manifestSize), owner);
        } catch (NoSuchFileException _) {
            return Optional.empty();
        } catch (Manifest.DamagedException e) {
            throw new ContextException(
                    "The context " + id + " is damaged (" + e.getMessage() + "): delete it and load it again.", e);
        }
    }

    /** This machine's copy of a manifest. */
    private Path manifest(String id, long size) throws ContextException, IOException, InterruptedException {
        Path copy = manifests.resolve(id + SAVED);
        if (Files.exists(copy) && Files.size(copy) == size) {
            return copy;
        }
        Path incoming = Files.createTempFile(manifests, "incoming-", "");
        try {
            if (!objects.fetchManifest(id, incoming)) {
                throw new NoSuchFileException(id);
            }
            Files.move(incoming, copy, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            return copy;
        } finally {
            Files.deleteIfExists(incoming);
        }
    }

    /** Deletes what this machine has of contexts that others have deleted. */
    private void forgetDeleted() throws IOException, ContextException, InterruptedException {
        List<String> copies;
        try (Stream<Path> found = Files.list(manifests)) {
            copies = found.map(file -> file.getFileName().toString().replace(SAVED, ""))
                    .filter(ContextIds::isId)
                    .toList();
        }
        // Listed after the copies, so that what is loaded meanwhile is among them.
        Set<String> saved =
                objects.saved().stream().map(ContextObjects.Saved::id).collect(Collectors.toSet());
        for (String id : copies) {
            if (!saved.contains(id)) {
                forget(id);
            }
        }
    }

    /** Deletes what this machine has of a context. */
    private void forget(String id) throws IOException {
        Path copy = manifests.resolve(id + SAVED);
        try {
            cache.drop(Manifest.read(copy).documents());
        } catch (NoSuchFileException | Manifest.DamagedException _) {
            // Then it is not known what it has, and goes when there is no room for it any more.
        }
        Files.deleteIfExists(copy);
    }

    private int clearKeys(Instant now) throws ContextException, InterruptedException {
        try {
            return keys.clear(now) + loads.clear(now);
        } catch (StorageException e) {
            throw new ContextException(e.getMessage(), e);
        }
    }

    private static Collection<Document> distinct(Collection<Document> documents) {
        Map<String, Document> distinct = new LinkedHashMap<>();
        documents.forEach(document -> distinct.putIfAbsent(document.sha256(), document));
        return distinct.values();
    }

    private interface Work<T> {
        T run() throws IOException, ContextException, InterruptedException;
    }

    private <T> T during(Work<T> work) throws ContextException, InterruptedException {
        try {
            return work.run();
        } catch (ClosedByInterruptException | InterruptedIOException _) {
            Thread.interrupted();
            throw new InterruptedException();
        } catch (IOException e) {
            throw new ContextException(
                    "The contexts in " + objects.place() + " cannot be used (" + Reasons.of(e)
                            + "): check the space and the permissions of " + folder.path() + ".",
                    e);
        }
    }

    private <T> T uninterrupted(Work<T> work) throws ContextException {
        try {
            return during(work);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            throw new ContextException("Using the stored contexts was interrupted: try again.");
        }
    }
}
