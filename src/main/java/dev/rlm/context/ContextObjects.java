package dev.rlm.context;

import dev.rlm.storage.ObjectStore;
import dev.rlm.storage.StorageException;
import dev.rlm.storage.StoredObject;
import dev.rlm.storage.Upload;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * The objects that contexts are made of in an object store, as {@link SharedContextStore} says. Thread-safe. Every
 * failure of the store is told as a {@link ContextException}; other exceptions of input and output are those of files.
 */
final class ContextObjects {
    private static final String CONTEXTS = "contexts/";
    private static final String CONTENT = "content/";
    private static final String SAVED = ".json";

    /** No manifest is so short. */
    private static final int MARK_SIZE = 2;

    /** Wrong bytes may come right when they are fetched again. */
    private static final int FETCHES = 5;

    private final ObjectStore objects;

    ContextObjects(ObjectStore objects) {
        this.objects = objects;
    }

    String place() {
        return objects.place();
    }

    /** The size of a context's manifest; empty if there is none, or the context is hidden. */
    Optional<Long> manifestSize(String id) throws IOException, ContextException, InterruptedException {
        return during(() -> objects.find(manifestKey(id)))
                .filter(manifest -> !isMark(manifest))
                .map(StoredObject::size);
    }

    /** A saved context's id, and the size of its manifest. */
    record Saved(String id, long manifestSize) {}

    /** All contexts that are not hidden. */
    List<Saved> saved() throws IOException, ContextException, InterruptedException {
        return during(() -> objects.listAll(CONTEXTS)).stream()
                .filter(manifest -> ContextIds.isId(idOf(manifest)) && !isMark(manifest))
                .map(manifest -> new Saved(idOf(manifest), manifest.size()))
                .toList();
    }

    /** Makes a context visible, whose content must be there. */
    void show(String id, Path manifest) throws IOException, ContextException, InterruptedException {
        during(() -> {
            try (InputStream in = Files.newInputStream(manifest)) {
                objects.put(manifestKey(id), Upload.of(in));
            }
            return id;
        });
    }

    /** Hides a context; what it is made of stays. */
    void hide(String id) throws IOException, ContextException, InterruptedException {
        during(() -> {
            objects.put(manifestKey(id), Upload.of(new byte[MARK_SIZE]));
            return id;
        });
    }

    /** Deletes what a hidden context is made of; tells how many texts that were. */
    int delete(String id) throws IOException, ContextException, InterruptedException {
        List<StoredObject> contents = during(() -> objects.listAll(CONTENT + id + "/"));
        InParallel.each(
                contents,
                content -> during(() -> {
                    objects.delete(content.key());
                    return content;
                }));
        during(() -> {
            objects.delete(manifestKey(id));
            return id;
        });
        return contents.size();
    }

    /** Contexts of whose loading or deletion nothing was heard since a time. */
    Set<String> abandoned(Instant before) throws IOException, ContextException, InterruptedException {
        Set<String> abandoned = new TreeSet<>();
        Set<String> recent = new HashSet<>();
        for (StoredObject content : during(() -> objects.listAll(CONTENT))) {
            (content.modified().isBefore(before) ? abandoned : recent).add(contextOf(content));
        }
        abandoned.removeAll(recent);
        // Listed after the content, so that what was saved meanwhile is among them.
        for (StoredObject manifest : during(() -> objects.listAll(CONTEXTS))) {
            if (isMark(manifest) && manifest.modified().isBefore(before)) {
                abandoned.add(idOf(manifest));
            } else {
                abandoned.remove(idOf(manifest));
            }
        }
        abandoned.removeIf(id -> !ContextIds.isId(id));
        return abandoned;
    }

    /** Frees what uploads left that never ended; tells how many there were. */
    int clearUploads(Instant before) throws IOException, ContextException, InterruptedException {
        return during(() -> objects.clearAbandoned(before));
    }

    /** Sends a text of a context that is not visible yet. */
    void send(String id, Document document, Path text) throws IOException, ContextException, InterruptedException {
        during(() -> {
            try (InputStream in = Files.newInputStream(text)) {
                objects.put(contentKey(id, document), Upload.of(in, document.bytes(), document.sha256()));
            }
            return document;
        });
    }

    /**
     * Fetches a manifest into a file.
     *
     * @return whether there is one
     */
    boolean fetchManifest(String id, Path file) throws IOException, ContextException, InterruptedException {
        return fetch(manifestKey(id), file, Sha256.digest());
    }

    /** Fetches a text into a file, and compares it with its SHA-256. */
    void fetch(String id, Document document, Path file) throws IOException, ContextException, InterruptedException {
        for (int attempt = 1; attempt <= FETCHES; attempt++) {
            MessageDigest sha256 = Sha256.digest();
            if (!fetch(contentKey(id, document), file, sha256)) {
                throw new ContextException("The text of the document " + document.name() + " is gone from "
                        + objects.place() + ": load its context again.");
            }
            if (HexFormat.of().formatHex(sha256.digest()).equals(document.sha256())) {
                return;
            }
        }
        throw new ContextException("The text of the document " + document.name() + " is damaged in " + objects.place()
                + ": load its context again.");
    }

    private boolean fetch(String key, Path file, MessageDigest digest)
            throws IOException, ContextException, InterruptedException {
        for (int attempt = 1; ; attempt++) {
            digest.reset();
            Optional<InputStream> found = during(() -> objects.get(key));
            if (found.isEmpty()) {
                return false;
            }
            try (InputStream in = new SourceStream(found.get());
                    OutputStream out = new DigestOutputStream(Files.newOutputStream(file), digest)) {
                in.transferTo(out);
                return true;
            } catch (SourceStream.BrokenException e) {
                if (attempt == FETCHES) {
                    throw new ContextException(e.getMessage() + " Try again later.", e);
                }
            }
        }
    }

    private static String manifestKey(String id) {
        return CONTEXTS + id + SAVED;
    }

    private static String contentKey(String id, Document document) {
        return CONTENT + id + "/" + document.sha256();
    }

    private static String idOf(StoredObject manifest) {
        String key = manifest.key();
        return key.endsWith(SAVED) ? key.substring(CONTEXTS.length(), key.length() - SAVED.length()) : "";
    }

    private static String contextOf(StoredObject content) {
        String key = content.key();
        return key.substring(CONTENT.length(), Math.max(CONTENT.length(), key.lastIndexOf('/')));
    }

    private static boolean isMark(StoredObject manifest) {
        return manifest.size() <= MARK_SIZE;
    }

    private interface Work<T> {
        T run() throws IOException, StorageException, InterruptedException;
    }

    private static <T> T during(Work<T> work) throws IOException, ContextException, InterruptedException {
        try {
            return work.run();
        } catch (StorageException e) {
            throw new ContextException(e.getMessage(), e);
        }
    }
}
