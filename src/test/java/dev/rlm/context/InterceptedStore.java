package dev.rlm.context;

import dev.rlm.storage.ObjectPage;
import dev.rlm.storage.ObjectStore;
import dev.rlm.storage.StorageException;
import dev.rlm.storage.StoredObject;
import dev.rlm.storage.Upload;
import java.io.InputStream;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/** A store that notes what it is asked, and lets a test step in before it happens. */
final class InterceptedStore implements ObjectStore {
    /** Steps in; by throwing if need be. */
    interface Step {
        void before(String operation) throws StorageException, InterruptedException;
    }

    final List<String> operations = new CopyOnWriteArrayList<>();
    private final ObjectStore objects;
    private volatile Step step = operation -> {};

    InterceptedStore(ObjectStore objects) {
        this.objects = objects;
    }

    void intercept(Step with) {
        step = with;
    }

    private void note(String operation, String key) throws StorageException, InterruptedException {
        operations.add(operation + " " + key);
        step.before(operation + " " + key);
    }

    @Override
    public void put(String key, Upload upload) throws StorageException, InterruptedException {
        note("put", key);
        objects.put(key, upload);
    }

    @Override
    public boolean putIfAbsent(String key, Upload upload) throws StorageException, InterruptedException {
        note("putIfAbsent", key);
        return objects.putIfAbsent(key, upload);
    }

    @Override
    public Optional<StoredObject> find(String key) throws StorageException, InterruptedException {
        note("find", key);
        return objects.find(key);
    }

    @Override
    public Optional<InputStream> get(String key, long offset, long length)
            throws StorageException, InterruptedException {
        note("get", key);
        return objects.get(key, offset, length);
    }

    @Override
    public ObjectPage list(String prefix, @Nullable String after, int limit)
            throws StorageException, InterruptedException {
        note("list", prefix);
        return objects.list(prefix, after, limit);
    }

    @Override
    public void delete(String key) throws StorageException, InterruptedException {
        note("delete", key);
        objects.delete(key);
    }

    @Override
    public int clearAbandoned(Instant before) throws StorageException, InterruptedException {
        return objects.clearAbandoned(before);
    }

    @Override
    public String place() {
        return objects.place();
    }

    @Override
    public void close() {
        objects.close();
    }
}
