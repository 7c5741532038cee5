package dev.rlm.mcp.stateless;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vertx.core.Context;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The way back over HTTP: JSON, or server-sent events where the client takes them. A client that stops reading its stream counts as
 * gone after a while, so that what it does not read does not pile up.
 */
final class HttpExchange implements Exchange {

    /** So often a stream shows that it lives, for proxies that close silent ones. */
    private static final Duration KEEP_ALIVE = Duration.ofSeconds(15);

    private static final ObjectMapper MAPPER = new ObjectMapper();

    private final HttpServerResponse response;
    private final HttpConnection connection;
    private final Context context;
    private final Duration keepAliveTime;
    private final boolean takesEvents;
    private final boolean takesJson;
    private final List<Runnable> closeActions = new ArrayList<>();
    private boolean closed;

    /** Of the event loop alone. */
    private boolean streams;

    private @Nullable Long keepAlive;

    /** Whether the client had read nothing for a while the last time that somebody looked. Of the event loop alone. */
    private boolean stalled;

    /** Called on the event loop of the request. */
    HttpExchange(RoutingContext request, Context context, Accepted accepted) {
        this(request, context, accepted, KEEP_ALIVE);
    }

    HttpExchange(RoutingContext request, Context context, Accepted accepted, Duration keepAliveTime) {
        this.response = request.response();
        this.connection = request.request().connection();
        this.context = context;
        this.keepAliveTime = keepAliveTime;
        this.takesEvents = accepted.events();
        this.takesJson = accepted.json();
        request.addEndHandler(ended -> {
            stopKeepAlive();
            if (ended.failed()) {
                close();
            }
        });
    }

    @Override
    public boolean takesNotifications() {
        return takesEvents;
    }

    @Override
    public void notify(String method, ObjectNode params) {
        if (takesEvents) {
            ObjectNode notification = JsonNodeFactory.instance.objectNode();
            notification.put("jsonrpc", "2.0").put("method", method).set("params", params);
            Buffer event = event(bytes(notification));
            onEventLoop(() -> {
                startStream();
                response.write(event);
            });
        }
    }

    @Override
    public void answer(int status, ObjectNode message) {
        byte[] json = bytes(message);
        onEventLoop(() -> {
            if (!takesJson && status < 300) {
                startStream();
            }
            if (streams) {
                response.end(event(json));
            } else {
                response.setStatusCode(status);
                response.putHeader(HttpHeaders.CONTENT_TYPE, "application/json");
                response.end(Buffer.buffer(json));
            }
        });
    }

    /** Answers what needs no message. */
    void answer(int status) {
        onEventLoop(() -> response.setStatusCode(status).end());
    }

    @Override
    public synchronized boolean isClosed() {
        return closed;
    }

    @Override
    public void onClose(Runnable action) {
        synchronized (this) {
            if (!closed) {
                closeActions.add(action);
                return;
            }
        }
        action.run();
    }

    private void close() {
        List<Runnable> actions;
        synchronized (this) {
            closed = true;
            actions = List.copyOf(closeActions);
            closeActions.clear();
        }
        actions.forEach(Runnable::run);
    }

    /** What is sent is sent in the order of the calls. */
    private void onEventLoop(Runnable action) {
        context.runOnContext(_ -> {
            if (!isClosed() && !response.ended() && !response.closed()) {
                action.run();
            }
        });
    }

    private void startStream() {
        if (!streams) {
            streams = true;
            response.setChunked(true);
            response.putHeader(HttpHeaders.CONTENT_TYPE, "text/event-stream");
            response.putHeader(HttpHeaders.CACHE_CONTROL, "no-cache");
            // Asks proxies not to hold events back.
            response.putHeader("X-Accel-Buffering", "no");
            response.drainHandler(_ -> stalled = false);
            keepAlive = context.owner().setPeriodic(keepAliveTime.toMillis(), _ -> onEventLoop(this::keepAlive));
        }
    }

    private void keepAlive() {
        if (!response.writeQueueFull()) {
            response.write(":\n\n");
        } else if (stalled) {
            close();
            // It waits for what is written already, as long as the network lets it.
            var _ = connection.close();
        } else {
            stalled = true;
        }
    }

    private void stopKeepAlive() {
        if (keepAlive != null) {
            context.owner().cancelTimer(keepAlive);
        }
    }

    private static Buffer event(byte[] json) {
        return Buffer.buffer(json.length + 32)
                .appendString("event: message\ndata: ")
                .appendBytes(json)
                .appendString("\n\n");
    }

    private static byte[] bytes(ObjectNode message) {
        try {
            return MAPPER.writeValueAsBytes(message);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("A message could not be written as JSON.", e);
        }
    }
}
