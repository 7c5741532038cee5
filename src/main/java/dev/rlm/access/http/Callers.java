package dev.rlm.access.http;

import dev.rlm.access.AccessPolicy;
import dev.rlm.access.Caller;
import dev.rlm.access.Scope;
import io.quarkus.security.identity.SecurityIdentity;
import io.quarkus.security.runtime.QuarkusPrincipal;
import io.quarkus.security.runtime.QuarkusSecurityIdentity;
import io.quarkus.vertx.http.runtime.security.QuarkusHttpUser;
import io.vertx.ext.web.RoutingContext;
import jakarta.inject.Singleton;
import java.util.stream.Collectors;

/** Who calls: the one place that says so, for every door. Thread-safe. */
@Singleton
public final class Callers {

    private static final String CALLER = "rlm.caller";

    private final AccessPolicy policy;

    /** The callers of a server with this policy. */
    public Callers(AccessPolicy policy) {
        this.policy = policy;
    }

    /** The caller behind an identity. */
    public Caller of(SecurityIdentity identity) {
        Caller caller = identity.getAttribute(CALLER);
        if (caller != null) {
            return caller;
        }
        if (policy instanceof AccessPolicy.Open) {
            return Caller.LOCAL;
        }
        throw new IllegalStateException("A request got in without a caller.");
    }

    /** The caller of a request that was let in. */
    public Caller of(RoutingContext request) {
        if (request.user() instanceof QuarkusHttpUser user) {
            return of(user.getSecurityIdentity());
        }
        if (policy instanceof AccessPolicy.Open) {
            return Caller.LOCAL;
        }
        throw new IllegalStateException("A request got in without a caller.");
    }

    /** The identity of a caller. */
    static SecurityIdentity identity(Caller caller) {
        return QuarkusSecurityIdentity.builder()
                .setPrincipal(new QuarkusPrincipal(caller.name()))
                .addRoles(caller.scopes().stream().map(Scope::label).collect(Collectors.toSet()))
                .addAttribute(CALLER, caller)
                .build();
    }
}
