package dev.rlm.mcp.sampling;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.rlm.mcp.BodyStream;
import dev.rlm.mcp.McpRoutes;
import io.quarkiverse.mcp.server.runtime.ConnectionManager;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * Where clients come in that are asked for something: notes which streams they open, and takes their replies. The library would
 * take a reply for that of any session, and an error for none.
 */
@Singleton
final class ClientDoor {

    private static final String SESSION_HEADER = "Mcp-Session-Id";
    private static final int ACCEPTED = 202;

    /** Larger bodies are no replies that anybody would wait for. */
    private static final int LONGEST_REPLY = 32 << 20;

    private static final ObjectMapper MAPPER = new ObjectMapper();

    private final ClientSessions sessions;
    private final ConnectionManager connections;
    private final String path;

    ClientDoor(
            ClientSessions sessions,
            ConnectionManager connections,
            @ConfigProperty(name = McpRoutes.PATH_PROPERTY) String path) {
        this.sessions = sessions;
        this.connections = connections;
        this.path = path;
    }

    void register(@Observes Router router) {
        router.get(path).order(McpRoutes.SESSIONS).handler(this::listen);
        router.post(path).order(McpRoutes.SESSIONS).handler(this::take);
    }

    private Optional<ClientSession> session(RoutingContext request) {
        return Optional.ofNullable(request.request().getHeader(SESSION_HEADER)).flatMap(sessions::find);
    }

    private void listen(RoutingContext request) {
        session(request).ifPresent(session -> {
            var connection = connections.get(request.request().getHeader(SESSION_HEADER));
            ClientStream stream = connection::send;
            // The library has the stream by then.
            request.addHeadersEndHandler(_ -> session.listens(stream));
            request.addEndHandler(_ -> session.closed(stream));
        });
        request.next();
    }

    private void take(RoutingContext request) {
        Optional<ClientSession> session = session(request).filter(ClientSession::awaitsReply);
        Buffer body = request.body().buffer();
        if (session.isEmpty() || body == null || body.length() > LONGEST_REPLY) {
            request.next();
            return;
        }
        Context context = Vertx.currentContext();
        // It may be large.
        Thread.ofVirtual().name("mcp-reply").start(() -> {
            boolean taken = take(session.get(), body);
            context.runOnContext(_ -> {
                if (taken) {
                    request.response().setStatusCode(ACCEPTED).end();
                } else {
                    request.next();
                }
            });
        });
    }

    /** Takes a reply, or several; what else a body may be is left to others. */
    private static boolean take(ClientSession session, Buffer body) {
        JsonNode message;
        try (InputStream in = new BodyStream(body)) {
            message = MAPPER.readTree(in);
        } catch (IOException e) {
            return false;
        }
        if (!message.isArray()) {
            return take(session, message);
        }
        // The library ignores those that it does not know.
        boolean all = !message.isEmpty();
        for (JsonNode one : message) {
            all &= take(session, one);
        }
        return all;
    }

    private static boolean take(ClientSession session, JsonNode message) {
        return !message.has("method")
                && (message.has("result") || message.has("error"))
                && session.replied(message.path("id").asLong(), message);
    }
}
