package dev.rlm.mcp;

import com.fasterxml.jackson.databind.JsonNode;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.RoutingContext;
import java.io.InputStream;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What handlers want to know of a body before whoever answers it reads it. It is found in one walk that keeps nothing else, for a
 * body may be large.
 *
 * @param fault what is wrong with its form by the older versions of the protocol; empty if nothing is
 * @param tools the names of the tools that it may call, as far as it could be read
 * @param version the version of the protocol that its parameters name, as far as it could be read; null if they name none, or it
 *     is a batch
 * @param isNotification whether it is one message, without a fault, that wants no answer
 */
public record MessageOutline(
        Optional<Fault> fault, Set<String> tools, @Nullable String version, boolean isNotification) {

    /** The member of {@code _meta} that names the version. */
    public static final String VERSION_KEY = "io.modelcontextprotocol/protocolVersion";

    private static final String KEPT = "rlm.message";

    /** Up to so many bytes are read within microseconds, sooner than another thread has begun. */
    private static final int SHORT = 16 * 1024;

    /**
     * What is wrong with a body.
     *
     * @param id that of the message at fault, null in JSON if it has none
     * @param code of JSON-RPC
     * @param sentence what is wrong
     */
    public record Fault(JsonNode id, int code, String sentence) {}

    /** Walks through a body. */
    static MessageOutline of(InputStream body) {
        return MessageWalk.outline(body);
    }

    /**
     * Walks through the body of a request, unless that has been done, and hands over what it found, on the event loop of the
     * request, on which this must be called.
     */
    public static void take(RoutingContext request, Consumer<MessageOutline> next) {
        MessageOutline kept = request.get(KEPT);
        Buffer body = body(request);
        if (kept != null) {
            next.accept(kept);
        } else if (body.length() <= SHORT) {
            hand(of(new BodyStream(body)), request, next);
        } else {
            Context context = Vertx.currentContext();
            Thread.ofVirtual().name("mcp-outline").start(() -> {
                MessageOutline outline = of(new BodyStream(body));
                context.runOnContext(_ -> hand(outline, request, next));
            });
        }
    }

    private static void hand(MessageOutline outline, RoutingContext request, Consumer<MessageOutline> next) {
        request.put(KEPT, outline);
        try {
            next.accept(outline);
        } catch (RuntimeException e) {
            // Nobody else would answer the request.
            request.fail(e);
        }
    }

    /** The body of a request; empty if it has none. */
    public static Buffer body(RoutingContext request) {
        Buffer body = request.body().buffer();
        return body == null ? Buffer.buffer() : body;
    }
}
