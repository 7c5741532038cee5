package dev.rlm.context;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.rlm.storage.ObjectStore;
import dev.rlm.storage.StorageException;
import java.io.IOException;
import java.io.InputStream;
import java.time.DateTimeException;
import java.util.Optional;
import java.util.function.Function;

/** Small objects of JSON in a store, such as claims and records. */
final class JsonObject {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private JsonObject() {}

    /**
     * What an object says; empty if there is none, or none that can be read, for then it says nothing.
     *
     * @param what it is, for the sentence if the store fails: "A load"
     * @param reading makes a value of it; fails with a {@link DateTimeException} or an {@link IllegalArgumentException} if
     *     that cannot be done
     */
    static <T> Optional<T> read(ObjectStore objects, String key, String what, Function<JsonNode, T> reading)
            throws StorageException, InterruptedException {
        Optional<InputStream> found = objects.get(key);
        if (found.isEmpty()) {
            return Optional.empty();
        }
        try (InputStream in = found.get()) {
            return Optional.of(reading.apply(MAPPER.readTree(in)));
        } catch (JacksonException | DateTimeException | IllegalArgumentException _) {
            return Optional.empty();
        } catch (IOException e) {
            throw new StorageException(what + " cannot be read (" + Reasons.of(e) + "): try again.", e);
        }
    }
}
