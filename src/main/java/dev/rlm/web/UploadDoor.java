package dev.rlm.web;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rlm.access.CallRates;
import dev.rlm.access.Caller;
import dev.rlm.access.Scope;
import dev.rlm.access.http.Callers;
import dev.rlm.access.http.Challenges;
import dev.rlm.context.Context;
import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.impl.RoutingContextInternal;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Provider;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * {@code PUT /contexts/NAME}: takes a file of any size in as a context, and tells its id. {@code HEAD} tells how much of a
 * file has come whose upload broke off.
 */
@Singleton
final class UploadDoor {

    private static final System.Logger LOG = System.getLogger(UploadDoor.class.getName());
    private static final String PATH = "/contexts/";
    private static final int LONGEST_NAME = 200;
    private static final int LONGEST_KEY = 200;

    /** Behind everything that lets requests in, and before the limit on bodies that are read into memory. */
    private static final int AFTER_AUTHORIZATION = 50;

    /** So long a client may go on sending what is not read, so that it can read why. */
    private static final Duration DRAIN = Duration.ofSeconds(5);

    private final Provider<Uploads> uploads;
    private final Callers callers;
    private final Challenges challenges;
    private final CallRates rates;

    UploadDoor(Provider<Uploads> uploads, Callers callers, Challenges challenges, CallRates rates) {
        this.uploads = uploads;
        this.callers = callers;
        this.challenges = challenges;
        this.rates = rates;
    }

    /** Keeps the bodies of uploads from being read into memory, as all others are before any filter sees them. */
    void leaveUnread(@Observes Router router) {
        router.route(PATH + "*").order(Integer.MIN_VALUE).handler(request -> {
            request.request().pause();
            ((RoutingContextInternal) request).visitHandler(RoutingContextInternal.BODY_HANDLER);
            request.next();
        });
    }

    void register(@Observes Filters filters) {
        filters.register(this::take, AFTER_AUTHORIZATION);
    }

    private void take(RoutingContext routed) {
        HttpServerRequest request = routed.request();
        if (!request.path().startsWith(PATH)) {
            routed.next();
            return;
        }
        Caller caller = callers.of(routed);
        if (!caller.may(Scope.LOAD)) {
            challenges.answerInsufficientScope(routed, EnumSet.of(Scope.LOAD));
            return;
        }
        io.vertx.core.Context context = Vertx.currentContext();
        RequestBody body = new RequestBody(request, context);
        Thread.ofVirtual().name("upload").start(() -> {
            Reply reply = reply(routed, caller, context, body);
            context.runOnContext(_ -> send(request, reply, body));
        });
    }

    private record Reply(int status, Map<String, String> headers, ObjectNode json) {
        static Reply error(int status, String sentence, Map<String, String> headers) {
            return new Reply(
                    status, headers, JsonNodeFactory.instance.objectNode().put("error", sentence));
        }
    }

    private Reply reply(RoutingContext routed, Caller caller, io.vertx.core.Context context, RequestBody body) {
        try {
            HttpServerRequest request = routed.request();
            String name = name(request.path().substring(PATH.length()));
            if (request.method().equals(HttpMethod.HEAD)) {
                return progress(caller.name(), name);
            }
            if (!request.method().equals(HttpMethod.PUT)) {
                return Reply.error(405, "Send the file with PUT.", Map.of("Allow", "PUT, HEAD"));
            }
            Upload upload = new Upload(
                    caller.name(),
                    name,
                    Part.of(
                            request.getHeader(HttpHeaders.CONTENT_RANGE),
                            request.getHeader(HttpHeaders.CONTENT_LENGTH)),
                    Digest.of(request.getHeader(Digest.HEADER)),
                    key(request.getHeader("Idempotency-Key")));
            uploads.get().require(upload);
            requireRate(caller, upload.part());
            if ("100-continue".equalsIgnoreCase(request.getHeader(HttpHeaders.EXPECT))) {
                context.runOnContext(_ -> routed.response().writeContinue());
            }
            Optional<Context> loaded = uploads.get().take(upload, body);
            return loaded.map(UploadDoor::created)
                    .orElseGet(() -> new Reply(
                            202,
                            Map.of(Uploads.OFFSET, String.valueOf(upload.part().end())),
                            JsonNodeFactory.instance
                                    .objectNode()
                                    .put("received", upload.part().end())
                                    .put("total", upload.part().total())));
        } catch (UploadException e) {
            return Reply.error(e.status(), e.getMessage(), e.headers());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Reply.error(503, "The server is shutting down; send the file again when it is back.", Map.of());
        } catch (IOException e) {
            LOG.log(System.Logger.Level.WARNING, "An upload broke off: " + e.getMessage());
            return Reply.error(
                    500,
                    "The upload broke off; HEAD tells how many bytes have come, and PUT goes on from there.",
                    Map.of());
        } catch (RuntimeException e) {
            LOG.log(System.Logger.Level.ERROR, "An upload failed with an error of the program.", e);
            return Reply.error(
                    500, "The upload failed with an error of the program; the server's log has the details.", Map.of());
        }
    }

    private Reply progress(String caller, String name) throws IOException, UploadException {
        long received = uploads.get()
                .received(caller, name)
                .orElseThrow(() -> new UploadException(404, "Nothing is kept of an upload of this name."));
        return new Reply(204, Map.of(Uploads.OFFSET, String.valueOf(received)), JsonNodeFactory.instance.objectNode());
    }

    private static Reply created(Context context) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("context_id", context.id());
        json.put("name", context.name());
        json.put("characters", context.characters());
        json.put("tokens", context.tokens());
        json.put("document_count", context.documents().size());
        context.skipped().forEach(json.putArray("skipped")::add);
        return new Reply(201, Map.of(), json);
    }

    /** A file counts as one load, however many parts it comes in. */
    private void requireRate(Caller caller, Part part) throws UploadException {
        Optional<Duration> wait = part.start() > 0 ? Optional.empty() : rates.take(CallRates.Kind.LOAD, caller);
        if (wait.isPresent()) {
            String seconds = String.valueOf(CallRates.seconds(wait.get()));
            throw new UploadException(
                    429,
                    "You have loaded too many contexts: send the file again in " + seconds + " s.",
                    Map.of("Retry-After", seconds));
        }
    }

    private static String name(String encoded) throws UploadException {
        try {
            // A plus sign is itself in a path.
            String name = URLDecoder.decode(encoded.replace("+", "%2B"), StandardCharsets.UTF_8)
                    .strip();
            if (!name.isEmpty() && name.length() <= LONGEST_NAME && name.chars().noneMatch(Character::isISOControl)) {
                return name;
            }
        } catch (IllegalArgumentException e) {
            // Told below.
        }
        throw new UploadException(
                400,
                "Name the context in the path, as in /contexts/logs.tar.gz, in 1 to " + LONGEST_NAME
                        + " characters without control characters.");
    }

    private static @Nullable String key(@Nullable String header) throws UploadException {
        if (header != null && (header.isBlank() || header.length() > LONGEST_KEY)) {
            throw new UploadException(400, "Idempotency-Key must have 1 to " + LONGEST_KEY + " characters.");
        }
        return header;
    }

    private static void send(HttpServerRequest request, Reply reply, RequestBody body) {
        HttpServerResponse response = request.response();
        if (response.closed() || response.ended()) {
            return;
        }
        response.setStatusCode(reply.status());
        reply.headers().forEach(response::putHeader);
        if (reply.status() == 204 || request.method().equals(HttpMethod.HEAD)) {
            response.end();
        } else {
            response.putHeader(HttpHeaders.CONTENT_TYPE, "application/json");
            response.end(reply.json().toPrettyString() + "\n");
        }
        if (!body.ended()) {
            request.handler(_ -> {});
            request.resume();
            Vertx.currentContext().owner().setTimer(DRAIN.toMillis(), _ -> {
                if (!request.isEnded()) {
                    request.connection().close();
                }
            });
        }
    }
}
