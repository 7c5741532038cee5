package dev.rlm.access.http;

import dev.rlm.access.Caller;
import io.vertx.ext.web.RoutingContext;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Whose the sessions of the protocol are: who learns of another's session id must not listen to it. It remembers the
 * {@value #MOST} that were used last; of older ones nothing but that their ids are unguessable protects them. Thread-safe.
 */
final class SessionOwners {

    private static final String HEADER = "Mcp-Session-Id";
    private static final int MOST = 10_000;

    private final Map<String, String> owners = new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, String> eldest) {
            return size() > MOST;
        }
    };

    /** Whether a request is in a session of somebody else. */
    synchronized boolean isForeign(RoutingContext request, Caller caller) {
        String session = request.request().getHeader(HEADER);
        return session != null && !owners.getOrDefault(session, caller.name()).equals(caller.name());
    }

    /** Notes whose the session is that the answer of a request begins. */
    void noteNew(RoutingContext request, Caller caller) {
        request.addHeadersEndHandler(_ -> {
            String session = request.response().headers().get(HEADER);
            if (session != null) {
                note(session, caller);
            }
        });
    }

    private synchronized void note(String session, Caller caller) {
        owners.putIfAbsent(session, caller.name());
    }
}
