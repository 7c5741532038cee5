package dev.rlm.access.http;

import dev.rlm.access.AccessPolicy;
import io.quarkus.security.identity.SecurityIdentity;
import io.quarkus.vertx.http.runtime.security.HttpSecurityPolicy;
import io.smallrye.mutiny.Uni;
import io.vertx.ext.web.RoutingContext;
import jakarta.inject.Singleton;

/**
 * Which addresses are open to all: those of health, of the ping, of the server card, of the viewer's page and its
 * files, and of the metadata about tokens. Everything else is for callers.
 */
@Singleton
final class Doors implements HttpSecurityPolicy {

    private static final String HEALTH = "/q/health";

    /** Whether the server works on something, for the platform that it runs on. */
    private static final String PING = "/ping";

    /** What the server is, for clients that do not know it yet. */
    private static final String SERVER_CARD = "/mcp/server-card";

    /** The viewer's page, and one level below it its files; what it shows of tasks is a level deeper, and for callers. */
    private static final String VIEWER = "/viewer";

    private final AccessPolicy policy;

    Doors(AccessPolicy policy) {
        this.policy = policy;
    }

    @Override
    public Uni<CheckResult> checkPermission(
            RoutingContext request, Uni<SecurityIdentity> identity, AuthorizationRequestContext context) {
        if (policy instanceof AccessPolicy.Open || isOpen(request)) {
            return CheckResult.permit();
        }
        return identity.map(known -> known.isAnonymous() ? CheckResult.DENY : CheckResult.PERMIT);
    }

    /** Whether a request needs no caller. */
    static boolean isOpen(RoutingContext request) {
        String path = request.normalizedPath();
        return path.equals(HEALTH)
                || path.startsWith(HEALTH + "/")
                || path.equals(PING)
                || path.equals(SERVER_CARD)
                || isOfViewer(path)
                || ResourceMetadata.mayBeAt(path);
    }

    private static boolean isOfViewer(String path) {
        String below = VIEWER + "/";
        return path.equals(VIEWER) || (path.startsWith(below) && path.indexOf('/', below.length()) < 0);
    }
}
