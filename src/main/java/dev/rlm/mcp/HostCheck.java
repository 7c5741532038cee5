package dev.rlm.mcp;

import dev.rlm.access.Loopback;
import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.core.net.HostAndPort;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * Refuses requests to a server on the loopback interface that name another host. A web page that has its own name
 * resolved to 127.0.0.1 (DNS rebinding) is of the same origin as this server to a browser, but it names its own host.
 */
@Singleton
final class HostCheck {

    private static final int BEFORE_OTHERS = 1_000;

    private final boolean onLoopback;

    HostCheck(@ConfigProperty(name = "quarkus.http.host") String listensOn) {
        this.onLoopback = Loopback.isLoopback(listensOn);
    }

    void register(@Observes Filters filters) {
        filters.register(this::check, BEFORE_OTHERS);
    }

    private void check(RoutingContext request) {
        HostAndPort named = request.request().authority();
        if (onLoopback && (named == null || !Loopback.isLoopback(named.host()))) {
            request.response().setStatusCode(403).end("This server is reached as localhost or 127.0.0.1 only.");
        } else {
            request.next();
        }
    }
}
