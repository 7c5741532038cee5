package dev.rlm.context;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.rlm.storage.ObjectStore;
import dev.rlm.storage.StorageException;
import dev.rlm.storage.StoredObject;
import dev.rlm.storage.Upload;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Loads once for each client key, among all processes that share a store. Thread-safe.
 *
 * <p>A claim is an object that says which context a key stands for, written before that context is loaded and only if
 * nobody else wrote it. Whoever finds one waits for its context to appear. While the context is loaded the claim is
 * renewed; one that is not, or has come to nothing, or is a day old, is followed by another with the next number.
 */
final class LoadKeys {
    /** How long a key stands for the same context. */
    static final Duration VALID = Duration.ofDays(1);

    /** Between two looks at a load that another process does: soon at first, then less and less often. */
    private static final Duration FIRST_PAUSE = Duration.ofMillis(100);

    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(2);
    private static final Duration KEPT = VALID.multipliedBy(2);
    private static final int NUMBER_DIGITS = 6;

    private final ObjectStore objects;
    private final String prefix;
    private final Clock clock;

    /** Claims below a prefix of a store's keys. */
    LoadKeys(ObjectStore objects, String prefix, Clock clock) {
        this.objects = objects;
        this.prefix = prefix;
        this.clock = clock;
    }

    /** Loads a context under an id. */
    interface Load {
        Context run() throws ContextException, InterruptedException;
    }

    /** Finds a context. */
    interface Find {
        Optional<Context> byId(String id) throws ContextException;
    }

    private record Claim(String contextId, Instant since, Instant renewed, boolean ended) {}

    /**
     * The context that a key stands for, loaded if there is none.
     *
     * @param id the id that it gets when it is loaded
     */
    Context once(LoadKey key, String id, Find find, Load load) throws ContextException, InterruptedException {
        String claims = prefix + key.hash() + "-";
        Duration pause = FIRST_PAUSE;
        try {
            while (true) {
                List<StoredObject> known = objects.listAll(claims);
                String last = known.isEmpty() ? null : known.getLast().key();
                Optional<Claim> claim = last == null ? Optional.empty() : read(last);
                if (claim.isPresent()
                        && clock.instant().isBefore(claim.get().since().plus(VALID))) {
                    Optional<Context> loaded = find.byId(claim.get().contextId());
                    if (loaded.isPresent()) {
                        return loaded.get();
                    }
                    if (!claim.get().ended() && !Lease.isOver(claim.get().renewed(), clock.instant())) {
                        Thread.sleep(pause);
                        pause = pause.multipliedBy(3).dividedBy(2);
                        pause = pause.compareTo(LONGEST_PAUSE) < 0 ? pause : LONGEST_PAUSE;
                        continue;
                    }
                }
                String next = claims + ("%0" + NUMBER_DIGITS + "d").formatted(number(last, claims) + 1);
                if (claim(next, id)) {
                    return run(next, id, load);
                }
            }
        } catch (StorageException e) {
            throw new ContextException(e.getMessage(), e);
        }
    }

    /** Forgets keys that hold no longer; tells how many claims there were. */
    int clear(Instant now) throws StorageException, InterruptedException {
        int cleared = 0;
        for (StoredObject claim : objects.listAll(prefix)) {
            if (claim.modified().isBefore(now.minus(KEPT))) {
                objects.delete(claim.key());
                cleared++;
            }
        }
        return cleared;
    }

    private static int number(@Nullable String claim, String claims) {
        return claim == null ? 0 : Integer.parseInt(claim.substring(claims.length()));
    }

    private boolean claim(String object, String id) throws StorageException, InterruptedException {
        Instant now = clock.instant();
        return objects.putIfAbsent(object, Upload.of(json(new Claim(id, now, now, false))))
                // The reply that it was stored may have been lost.
                || read(object).map(claim -> claim.contextId().equals(id)).orElse(false);
    }

    private Context run(String object, String id, Load load) throws ContextException, InterruptedException {
        Instant since = clock.instant();
        Thread renewal = Thread.ofVirtual().name("load-key").start(() -> renew(object, id, since));
        try {
            return load.run();
        } finally {
            end(renewal, object, new Claim(id, since, clock.instant(), true));
        }
    }

    private void renew(String object, String id, Instant since) {
        try {
            while (true) {
                Thread.sleep(Lease.RENEWAL);
                try {
                    objects.put(object, Upload.of(json(new Claim(id, since, clock.instant(), false))));
                } catch (StorageException _) {
                    // The next renewal may succeed before the lease has passed.
                }
            }
        } catch (InterruptedException _) {
            // The load has ended.
        }
    }

    /** Says at once that the load has ended; if that fails, others see it when the lease has passed. */
    private void end(Thread renewal, String object, Claim ended) {
        boolean interrupted = Thread.interrupted();
        renewal.interrupt();
        try {
            renewal.join();
            objects.put(object, Upload.of(json(ended)));
        } catch (InterruptedException _) {
            interrupted = true;
        } catch (StorageException _) {
            // See above.
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private Optional<Claim> read(String object) throws StorageException, InterruptedException {
        return JsonObject.read(objects, object, "A client key", json -> {
            String id = json.path("context_id").asText();
            if (!ContextIds.isId(id)) {
                throw new IllegalArgumentException("No id of a context: " + id);
            }
            return new Claim(
                    id,
                    Instant.parse(json.path("since").asText()),
                    Instant.parse(json.path("renewed").asText()),
                    json.path("ended").asBoolean());
        });
    }

    private static byte[] json(Claim claim) {
        return JsonNodeFactory.instance
                .objectNode()
                .put("context_id", claim.contextId())
                .put("since", claim.since().toString())
                .put("renewed", claim.renewed().toString())
                .put("ended", claim.ended())
                .toString()
                .getBytes(StandardCharsets.UTF_8);
    }
}
