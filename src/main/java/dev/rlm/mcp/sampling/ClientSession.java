package dev.rlm.mcp.sampling;

import com.fasterxml.jackson.databind.JsonNode;
import dev.rlm.model.ModelException;
import dev.rlm.model.ModelException.Kind;
import io.quarkiverse.mcp.server.runtime.Messages;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A session with a client that answers requests. A request goes out by a call of the client that is being answered, else by the
 * stream that the client listens to; while there is neither, it waits for one. The reply comes by a request of the client's own,
 * so no stream need be open then. Thread-safe.
 */
final class ClientSession {

    /** Above those of the library, which counts its own requests from 1, and takes what comes too late for none of its own. */
    private static final long FIRST_ID = 1_000_000_000;

    /** How often it is looked whether the session still lasts. */
    private static final Duration LOOK = Duration.ofMillis(500);

    /** A client that does not read for so long may still come to it. */
    private static final Duration SENDING = Duration.ofSeconds(10);

    private static final AtomicLong IDS = new AtomicLong(FIRST_ID);

    private final BooleanSupplier lasts;
    private final Duration absence;
    private final InstantSource clock;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition opened = lock.newCondition();
    private final Deque<ClientStream> streams = new ArrayDeque<>();
    private final Map<Long, CompletableFuture<JsonNode>> asked = new ConcurrentHashMap<>();
    private Instant present;

    /**
     * A session without streams.
     *
     * @param lasts whether the library knows it
     * @param absence how long its client may have no stream open and say nothing
     */
    ClientSession(BooleanSupplier lasts, Duration absence, InstantSource clock) {
        this.lasts = lasts;
        this.absence = absence;
        this.clock = clock;
        this.present = clock.instant();
    }

    /** A call is being answered: its stream comes before all others. */
    void called(ClientStream stream) {
        showsUp(() -> streams.addFirst(stream));
    }

    /** The client listens. */
    void listens(ClientStream stream) {
        showsUp(() -> streams.addLast(stream));
    }

    private void showsUp(Runnable what) {
        lock.lock();
        try {
            what.run();
            present = clock.instant();
            opened.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** A stream has ended; does nothing if that is known. */
    void closed(ClientStream stream) {
        lock.lock();
        try {
            if (streams.remove(stream)) {
                present = clock.instant();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Whether the client has been asked for something that it has not answered. */
    boolean awaitsReply() {
        return !asked.isEmpty();
    }

    /** Takes a reply of the client; false if it is to nothing that was asked here. */
    boolean replied(long id, JsonNode message) {
        CompletableFuture<JsonNode> reply = asked.remove(id);
        if (reply == null) {
            return false;
        }
        showsUp(() -> reply.complete(message));
        return true;
    }

    /**
     * Asks the client and waits for its reply. A request that nobody waits for any more is cancelled.
     *
     * @return the reply: a message with a result or an error
     * @throws ModelException if the client is gone, or the time has passed
     */
    JsonNode ask(String method, JsonObject parameters, Instant until) throws ModelException, InterruptedException {
        long id = IDS.getAndIncrement();
        CompletableFuture<JsonNode> reply = new CompletableFuture<>();
        asked.put(id, reply);
        try {
            send(Messages.newRequest(id, method, parameters), until);
            return await(reply, until);
        } finally {
            asked.remove(id);
            if (!reply.isDone()) {
                cancel(id);
            }
        }
    }

    private void send(JsonObject message, Instant until) throws ModelException, InterruptedException {
        ClientStream stream = awaitStream(until);
        while (!takes(stream, message)) {
            closed(stream);
            stream = awaitStream(until);
        }
    }

    private ClientStream awaitStream(Instant until) throws ModelException, InterruptedException {
        lock.lockInterruptibly();
        try {
            while (streams.isEmpty()) {
                requirePresence(until);
                var _ = opened.await(LOOK.toNanos(), TimeUnit.NANOSECONDS);
            }
            return streams.getFirst();
        } finally {
            lock.unlock();
        }
    }

    private static boolean takes(ClientStream stream, JsonObject message) throws InterruptedException {
        try {
            stream.send(message).toCompletionStage().toCompletableFuture().get(SENDING.toSeconds(), TimeUnit.SECONDS);
            return true;
        } catch (TimeoutException e) {
            return true;
        } catch (ExecutionException | IllegalStateException e) {
            // Its response has ended meanwhile.
            return false;
        }
    }

    private JsonNode await(CompletableFuture<JsonNode> reply, Instant until)
            throws ModelException, InterruptedException {
        while (true) {
            try {
                return reply.get(LOOK.toNanos(), TimeUnit.NANOSECONDS);
            } catch (TimeoutException e) {
                requirePresence(until);
            } catch (ExecutionException e) {
                throw new IllegalStateException("Replies never fail.", e);
            }
        }
    }

    private void requirePresence(Instant until) throws ModelException {
        if (!lasts.getAsBoolean()) {
            throw gone("its session has ended");
        }
        Instant now = clock.instant();
        if (!now.isBefore(until)) {
            throw new ModelException(
                    Kind.TIMEOUT,
                    "The client that lends its model did not answer in time. Its user may have to allow each request;"
                            + " rlm.model.client.call-time is how long that may take.");
        }
        if (isAbsent(now)) {
            throw gone("it has had no stream open for " + absence.toSeconds()
                    + " s, by which it could be asked: let it wait for the task with rlm_status and wait_seconds");
        }
    }

    private boolean isAbsent(Instant now) {
        lock.lock();
        try {
            return streams.isEmpty() && present.plus(absence).isBefore(now);
        } finally {
            lock.unlock();
        }
    }

    private static ModelException gone(String how) {
        return new ModelException(
                Kind.REFUSED,
                "The client that lends its model to this task is gone: " + how
                        + ". Ask again with `session` set to this task's id, to go on from where it ended.");
    }

    /** The client may be busy with the request, or show it to a person. */
    private void cancel(long id) {
        ClientStream stream = first();
        if (stream == null) {
            return;
        }
        JsonObject parameters =
                new JsonObject().put("requestId", id).put("reason", "The task does not need the reply any more.");
        try {
            var _ = stream.send(Messages.newNotification("notifications/cancelled", parameters));
        } catch (IllegalStateException e) {
            // Its response has ended meanwhile, and the client will answer in vain.
        }
    }

    private @Nullable ClientStream first() {
        lock.lock();
        try {
            return streams.peekFirst();
        } finally {
            lock.unlock();
        }
    }
}
