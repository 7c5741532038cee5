package dev.rlm.task;

import dev.rlm.journal.Journal;
import dev.rlm.journal.Journal.Entry;
import dev.rlm.journal.Trajectory;
import dev.rlm.storage.ObjectStore;
import dev.rlm.storage.StorageException;
import dev.rlm.storage.StoredObject;
import dev.rlm.storage.Upload;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStreamWriter;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the results of tasks for others to read: two objects for each, {@code TASK_ID.json} with the answer and all that
 * is known about it, and {@code TASK_ID.trajectory.jsonl.gz} with everything that happened. A result that is there is
 * whole, and its trajectory is there, too. Thread-safe.
 */
public final class ResultStore implements AutoCloseable {
    private static final String RESULT = ".json";
    private static final String TRAJECTORY = ".trajectory.jsonl.gz";
    private static final Duration ABANDONED = Duration.ofDays(1);

    private final ObjectStore objects;

    /** Results in an object store, which is closed with this. */
    public ResultStore(ObjectStore objects) {
        this.objects = objects;
    }

    /**
     * Saves the result of a task. To save it again changes nothing, so whoever does not know whether it was saved does
     * so.
     *
     * @param status how the task stands
     * @param journal everything that happened in it
     * @throws IllegalArgumentException if the task has not ended
     * @throws StorageException if it cannot be stored; the message is a sentence
     */
    public void save(TaskStatus status, Journal journal) throws StorageException, InterruptedException {
        List<Entry> entries = journal.entriesAfter(0);
        String trajectory = status.id() + TRAJECTORY;
        byte[] result = ResultDocument.of(status, entries, trajectory);
        objects.put(trajectory, Upload.of(compressed(entries)));
        objects.put(status.id() + RESULT, Upload.of(result));
    }

    /** A task's result as JSON, to be read and closed by the caller; empty if there is none. */
    public Optional<InputStream> result(String taskId) throws StorageException, InterruptedException {
        return TaskIds.isId(taskId) ? objects.get(taskId + RESULT) : Optional.empty();
    }

    /** A task's trajectory as JSON lines in gzip, to be read and closed by the caller; empty if there is none. */
    public Optional<InputStream> trajectory(String taskId) throws StorageException, InterruptedException {
        return TaskIds.isId(taskId) ? objects.get(taskId + TRAJECTORY) : Optional.empty();
    }

    /** Where the results are, in words that continue a sentence. */
    public String place() {
        return objects.place();
    }

    /**
     * Deletes the results that are too old, and the oldest of those that are too many. Several processes may do it at
     * the same time.
     *
     * @param now what ages are counted to
     * @param age how old a result may be, counted from when it was saved last; null for no limit
     * @param count how many results may stay, at least 1; null for no limit
     * @return the ids of the tasks whose results were deleted
     */
    public List<String> deleteOld(Instant now, @Nullable Duration age, @Nullable Long count)
            throws StorageException, InterruptedException {
        objects.clearAbandoned(now.minus(ABANDONED));
        if (age == null && count == null) {
            return List.of();
        }
        List<StoredObject> results = new ArrayList<>(objects.listAll("").stream()
                .filter(object -> object.key().endsWith(RESULT))
                .sorted(Comparator.comparing(StoredObject::modified).reversed().thenComparing(StoredObject::key))
                .toList());
        List<String> deleted = new ArrayList<>();
        for (int i = 0; i < results.size(); i++) {
            StoredObject result = results.get(i);
            boolean old = age != null && result.modified().isBefore(now.minus(age));
            String id = result.key().substring(0, result.key().length() - RESULT.length());
            if ((old || (count != null && i >= count)) && TaskIds.isId(id)) {
                objects.delete(result.key());
                objects.delete(id + TRAJECTORY);
                deleted.add(id);
            }
        }
        return deleted;
    }

    @Override
    public void close() {
        objects.close();
    }

    private static byte[] compressed(List<Entry> entries) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (Writer writer = new OutputStreamWriter(new GZIPOutputStream(bytes), StandardCharsets.UTF_8)) {
            Trajectory.write(entries, writer);
        } catch (IOException e) {
            throw new UncheckedIOException("Memory cannot be written.", e);
        }
        return bytes.toByteArray();
    }
}
