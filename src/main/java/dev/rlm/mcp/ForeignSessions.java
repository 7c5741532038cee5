package dev.rlm.mcp;

import io.quarkiverse.mcp.server.runtime.ConnectionManager;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jspecify.annotations.Nullable;

/**
 * Lets requests of the older versions of the protocol go without a session of ours: platforms such as AgentCore send session
 * ids of their own, and a session may have been on another replica, or before a restart. What such a request needs of a session
 * the library makes for it alone; only cancelling another request, and notifications beside a response, need a real one.
 */
@Singleton
final class ForeignSessions {

    private static final String SESSION_HEADER = "Mcp-Session-Id";

    /** So many sessions that their clients have ended are remembered, to tell that they are gone. */
    private static final int ENDED_SESSIONS = 1_000;

    private final Map<String, Boolean> ended = Collections.synchronizedMap(new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Boolean> eldest) {
            return size() > ENDED_SESSIONS;
        }
    });

    private final ConnectionManager sessions;
    private final String path;

    ForeignSessions(ConnectionManager sessions, @ConfigProperty(name = McpRoutes.PATH_PROPERTY) String path) {
        this.sessions = sessions;
        this.path = path;
    }

    void register(@Observes Router router) {
        router.route(path).order(McpRoutes.OLDER_VERSIONS).handler(this::check);
    }

    private void check(RoutingContext request) {
        String session = request.request().getHeader(SESSION_HEADER);
        HttpMethod method = request.request().method();
        if (session != null && sessions.has(session)) {
            if (method.equals(HttpMethod.DELETE)) {
                ended.put(session, true);
            }
            request.next();
        } else if (session != null && ended.containsKey(session)) {
            request.response().setStatusCode(404).end();
        } else if (method.equals(HttpMethod.POST)) {
            MessageOutline.take(request, outline -> takeWithoutSession(request, session, outline));
        } else if (session == null) {
            request.next();
        } else {
            // There is no stream to open, and nothing to end.
            request.response()
                    .setStatusCode(405)
                    .putHeader(HttpHeaders.ALLOW, "POST")
                    .end();
        }
    }

    private static void takeWithoutSession(RoutingContext request, @Nullable String session, MessageOutline message) {
        if (message.isNotification()) {
            // There is nothing that it could be about; the library would answer it with an error.
            request.response().setStatusCode(202).end();
            return;
        }
        if (session != null) {
            request.request().headers().remove(SESSION_HEADER);
            // The platform's id stays the client's.
            request.addHeadersEndHandler(_ -> request.response().headers().remove(SESSION_HEADER));
        }
        request.next();
    }
}
