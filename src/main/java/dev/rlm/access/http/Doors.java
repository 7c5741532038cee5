package dev.rlm.access.http;

import dev.rlm.access.AccessPolicy;
import io.quarkus.security.identity.SecurityIdentity;
import io.quarkus.vertx.http.runtime.security.HttpSecurityPolicy;
import io.smallrye.mutiny.Uni;
import io.vertx.ext.web.RoutingContext;
import jakarta.inject.Singleton;

/** Which addresses are open to all: those of health, of the ping, of the server card, and of the metadata about tokens. Everything else is for callers. */
@Singleton
final class Doors implements HttpSecurityPolicy {

    private static final String HEALTH = "/q/health";

    /** Whether the server works on something, for the platform that it runs on. */
    private static final String PING = "/ping";

    /** What the server is, for clients that do not know it yet. */
    private static final String SERVER_CARD = "/mcp/server-card";

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
                || ResourceMetadata.mayBeAt(path);
    }
}
