package dev.rlm.context;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rlm.storage.ObjectStore;
import dev.rlm.storage.StorageException;
import dev.rlm.storage.StoredObject;
import dev.rlm.storage.Upload;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What is known of loads for whose end nobody waits, kept beside the contexts so that every process of the store can go on
 * with one and tell what came of it. A load has a first object, which says what is to be loaded and is renewed by whoever does
 * it, and in the end a second one, which is written once. Thread-safe.
 */
public final class LoadRecords {
    /** At least so long a record is kept after it was last written. */
    public static final Duration KEPT = Duration.ofDays(1);

    private static final String END = "-end";

    private final ObjectStore objects;
    private final String prefix;

    /** Records below a prefix of a store's keys. */
    LoadRecords(ObjectStore objects, String prefix) {
        this.objects = objects;
        this.prefix = prefix;
    }

    /** How a load stands. */
    public enum State {
        WORKING,
        ENDED,
        CANCELLED
    }

    /**
     * A load.
     *
     * @param id names it; safe as the key of an object
     * @param owner whose it is
     * @param state how it stands
     * @param created when it began
     * @param updated when it was last written
     * @param request what is to be loaded; null once it has ended
     * @param outcome what came of it; null unless it has ended
     */
    public record LoadRecord(
            String id,
            String owner,
            State state,
            Instant created,
            Instant updated,
            @Nullable ObjectNode request,
            @Nullable ObjectNode outcome) {

        /** A load that begins now. */
        public static LoadRecord begun(String id, String owner, ObjectNode request, Instant now) {
            return new LoadRecord(id, owner, State.WORKING, now, now, request, null);
        }

        /** The same load, on which somebody works now, or at a time when somebody did so last. */
        public LoadRecord at(Instant time) {
            return new LoadRecord(id, owner, state, created, time, request, outcome);
        }

        /** The same load at its end. */
        public LoadRecord ended(State end, @Nullable ObjectNode result, Instant now) {
            return new LoadRecord(id, owner, end, created, now.isBefore(created) ? created : now, null, result);
        }
    }

    /**
     * Keeps how a load stands that has not ended.
     *
     * @throws ContextException if the store fails
     */
    public void renew(LoadRecord load) throws ContextException, InterruptedException {
        during(() -> {
            objects.put(prefix + load.id(), Upload.of(bytes(load)));
            return true;
        });
    }

    /**
     * Keeps the end of a load, and forgets what was to be loaded: it may hold secrets, such as in the query of an address.
     *
     * @return whether this is its end; false if it had ended before, and nothing has changed
     * @throws ContextException if the store fails
     */
    public boolean end(LoadRecord load) throws ContextException, InterruptedException {
        return during(() -> {
            boolean first = objects.putIfAbsent(prefix + load.id() + END, Upload.of(bytes(load)));
            objects.delete(prefix + load.id());
            return first;
        });
    }

    /**
     * The record with an id; empty if there is none, or none that can be read.
     *
     * @throws ContextException if the store fails
     */
    public Optional<LoadRecord> find(String id) throws ContextException, InterruptedException {
        return during(() -> {
            Optional<LoadRecord> begun = read(id, prefix + id);
            // In this order: what has just ended has no first object any more.
            Optional<LoadRecord> end = read(id, prefix + id + END);
            return end.isPresent() ? end : begun;
        });
    }

    private interface Work<T> {
        T run() throws StorageException, InterruptedException;
    }

    private static <T> T during(Work<T> work) throws ContextException, InterruptedException {
        try {
            return work.run();
        } catch (StorageException e) {
            throw new ContextException(e.getMessage(), e);
        }
    }

    private static byte[] bytes(LoadRecord load) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("owner", load.owner());
        json.put("state", load.state().name());
        json.put("created", load.created().toString());
        json.put("updated", load.updated().toString());
        json.set("request", load.request());
        json.set("outcome", load.outcome());
        return json.toString().getBytes(StandardCharsets.UTF_8);
    }

    private Optional<LoadRecord> read(String id, String object) throws StorageException, InterruptedException {
        return JsonObject.read(objects, object, "A load", json -> read(id, json));
    }

    private static LoadRecord read(String id, JsonNode json) {
        return new LoadRecord(
                id,
                json.path("owner").asText(),
                State.valueOf(json.path("state").asText()),
                Instant.parse(json.path("created").asText()),
                Instant.parse(json.path("updated").asText()),
                json.path("request") instanceof ObjectNode request ? request : null,
                json.path("outcome") instanceof ObjectNode outcome ? outcome : null);
    }

    /** Forgets what is older than {@link #KEPT}; tells how many objects there were. */
    int clear(Instant now) throws StorageException, InterruptedException {
        int cleared = 0;
        for (StoredObject load : objects.listAll(prefix)) {
            if (load.modified().isBefore(now.minus(KEPT))) {
                objects.delete(load.key());
                cleared++;
            }
        }
        return cleared;
    }
}
