package dev.rlm.storage;

import java.io.InputStream;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Keeps objects, which are bytes under a key. An object is seen whole or not at all: a put that fails, or whose process
 * is killed, leaves what was there before. Thread-safe, and safe for several processes at a time.
 *
 * <p>Keys have 1 to 900 characters of {@code A-Z a-z 0-9 . _ -}, in parts separated by single slashes; no part starts
 * with a dot. Other keys are refused with an {@link IllegalArgumentException}. No key may be another's start up to a
 * slash, as with files and folders. All methods throw
 * {@link StorageException} if the store fails, and {@link InterruptedException} if the thread was interrupted.
 */
public interface ObjectStore extends AutoCloseable {

    /** How many objects a page has at most. */
    int LARGEST_PAGE = 1_000;

    /** Stores an object in the place of any other with this key, in memory that does not grow with it. */
    void put(String key, Upload upload) throws StorageException, InterruptedException;

    /**
     * Stores an object unless there is one with this key. Of several that try at the same time one succeeds.
     *
     * @return whether it was stored. Where a reply of the store was lost, false can also mean that this very call has
     *     stored it: who must know reads the object
     */
    boolean putIfAbsent(String key, Upload upload) throws StorageException, InterruptedException;

    /** What is known of an object; empty if there is none. */
    Optional<StoredObject> find(String key) throws StorageException, InterruptedException;

    /**
     * An object's bytes, which the caller reads and closes. Reading goes on over broken connections, and throws an
     * {@link java.io.IOException} whose message says what happened where that does not help, or where the object was
     * replaced meanwhile. Who must be sure that the network changed no byte compares a digest.
     *
     * @return empty if there is none
     */
    default Optional<InputStream> get(String key) throws StorageException, InterruptedException {
        return get(key, 0, Long.MAX_VALUE);
    }

    /**
     * A part of an object's bytes, as {@link #get(String)} gives the whole.
     *
     * @param offset where it starts, at least 0; behind the end there is nothing
     * @param length how many bytes at most, at least 1
     */
    Optional<InputStream> get(String key, long offset, long length) throws StorageException, InterruptedException;

    /**
     * Objects whose keys start with a prefix, in the order of their keys.
     *
     * @param prefix any start of a key; empty for all objects
     * @param after only keys behind this one; null for the first page
     * @param limit how many at most, 1 to {@value #LARGEST_PAGE}
     */
    ObjectPage list(String prefix, @Nullable String after, int limit) throws StorageException, InterruptedException;

    /** All objects whose keys start with a prefix, in the order of their keys; as many pages as there are. */
    default List<StoredObject> listAll(String prefix) throws StorageException, InterruptedException {
        List<StoredObject> all = new ArrayList<>();
        String after = null;
        do {
            ObjectPage page = list(prefix, after, LARGEST_PAGE);
            all.addAll(page.objects());
            after = page.next();
        } while (after != null);
        return all;
    }

    /** Deletes an object, if there is one. */
    void delete(String key) throws StorageException, InterruptedException;

    /**
     * Frees the space of puts that began before a time and never ended. Nobody could see them.
     *
     * @return how many there were
     */
    int clearAbandoned(Instant before) throws StorageException, InterruptedException;

    /** Where the objects are, in words that continue a sentence. */
    String place();

    /** Lets go of connections. Idempotent. */
    @Override
    void close();
}
