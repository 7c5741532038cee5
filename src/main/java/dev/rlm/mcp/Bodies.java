package dev.rlm.mcp;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vertx.core.Handler;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.impl.RoutingContextInternal;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Reads the bodies of requests into memory, for all that look at them. A body lies there until its request is answered, so not
 * only each of them is bounded but what all of them take together: else a few large ones at a time would be the end of the
 * server. Thread-safe.
 */
final class Bodies implements Handler<RoutingContext> {

    private static final int TOO_LARGE = 413;
    private static final int TOO_MANY = 429;
    private static final int BAD_REQUEST = 400;

    /** JSON-RPC: the request is invalid. */
    private static final int INVALID = -32600;

    /** A body that has come takes up to twice its size while it grows, and about as much again while it is read. */
    private static final int PART_OF_HEAP = 4;

    private final long longest;
    private final AtomicLong room;
    private final Duration patience;

    /**
     * Bodies of a length at most, with all the room that a heap leaves for them.
     *
     * @param longest how many bytes one may have; less if the heap is too small for that
     * @param heap the largest size of the heap, in bytes
     * @param patience after so long in which nothing of a body comes, its client counts as gone
     */
    Bodies(long longest, long heap, Duration patience) {
        this.longest = Math.min(longest, heap / PART_OF_HEAP);
        this.room = new AtomicLong(heap / PART_OF_HEAP);
        this.patience = patience;
    }

    /** How many bytes of bodies would find room now. */
    long room() {
        return room.get();
    }

    @Override
    public void handle(RoutingContext context) {
        HttpServerRequest request = context.request();
        // Tells the router's own classes that there is a body to ask for.
        RoutingContextInternal answered =
                ((RoutingContextInternal) context).visitHandler(RoutingContextInternal.BODY_HANDLER);
        Reading reading = new Reading(answered);
        if (announced(request) > longest) {
            reading.refuseAsTooLarge();
        } else if ("100-continue".equalsIgnoreCase(request.getHeader(HttpHeaders.EXPECT))) {
            var _ = request.response().writeContinue();
        }
        reading.begin();
    }

    /** What the client says of the length of its body; 0 if it says nothing, or nonsense. */
    private static long announced(HttpServerRequest request) {
        String length = request.getHeader(HttpHeaders.CONTENT_LENGTH);
        try {
            return length == null ? 0 : Long.parseLong(length);
        } catch (NumberFormatException _) {
            return 0;
        }
    }

    /** One body. Of the event loop of its request. */
    private final class Reading {

        private final RoutingContextInternal context;
        private Buffer body = Buffer.buffer();
        private boolean refused;
        private boolean moved;
        private long timer = -1;

        private Reading(RoutingContextInternal context) {
            this.context = context;
        }

        private void begin() {
            HttpServerRequest request = context.request();
            context.addEndHandler(_ -> free());
            // Its client may send the next one as soon as it has the answer to this one.
            context.addHeadersEndHandler(_ -> freeUnlessStreamed());
            if (request.isEnded()) {
                end();
                return;
            }
            timer = context.vertx().setPeriodic(patience.toMillis(), _ -> look());
            request.exceptionHandler(_ -> breakOff());
            request.handler(this::take);
            request.endHandler(_ -> end());
            request.resume();
        }

        /** What comes after a refusal is read and forgotten, so that the client gets to read why. */
        private void take(Buffer piece) {
            moved = true;
            if (refused) {
                return;
            }
            if (body.length() + piece.length() > longest) {
                refuseAsTooLarge();
            } else if (room.addAndGet(-piece.length()) < 0) {
                room.addAndGet(piece.length());
                context.response().putHeader(HttpHeaders.RETRY_AFTER, "1");
                refuse(
                        TOO_MANY,
                        "As many large requests are read or answered as the memory of this server allows: try again in a moment.");
            } else {
                body.appendBuffer(piece);
            }
        }

        private void end() {
            stopLooking();
            if (!refused) {
                context.setBody(body);
                context.next();
            }
        }

        private void look() {
            if (!moved || refused) {
                var _ = context.request().connection().close();
            }
            moved = false;
        }

        private void stopLooking() {
            var _ = context.vertx().cancelTimer(timer);
        }

        /** The client has gone, or what it sends is no HTTP. */
        private void breakOff() {
            stopLooking();
            if (!refused && !context.response().ended() && !context.response().closed()) {
                refuse(BAD_REQUEST, "The body broke off.");
            }
            free();
        }

        private void freeUnlessStreamed() {
            if (!context.response().isChunked()) {
                free();
            }
        }

        private void free() {
            room.addAndGet(body.length());
            body = Buffer.buffer();
        }

        private void refuseAsTooLarge() {
            refuse(
                    TOO_LARGE,
                    "The body is larger than " + longest
                            + " bytes, the most that this server takes in one request: send what is to be loaded with"
                            + " PUT /contexts/NAME, or give rlm_load_context its path or address.");
        }

        private void refuse(int status, String sentence) {
            refused = true;
            free();
            ObjectNode response = JsonNodeFactory.instance.objectNode().put("jsonrpc", "2.0");
            response.putObject("error").put("code", INVALID).put("message", sentence);
            context.response()
                    .setStatusCode(status)
                    .putHeader(HttpHeaders.CONTENT_TYPE, "application/json")
                    .end(response.toString());
        }
    }
}
