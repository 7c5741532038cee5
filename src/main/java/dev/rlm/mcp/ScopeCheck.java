package dev.rlm.mcp;

import dev.rlm.access.Caller;
import dev.rlm.access.Scope;
import dev.rlm.access.http.Callers;
import dev.rlm.access.http.Challenges;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.util.EnumSet;
import java.util.Set;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * Answers calls of tools that the caller lacks a scope for with 403 and the challenge that names it, as the authorization
 * specification of the protocol wants. The tools check again, so a call that comes by another way is refused, too. Only the requests
 * of callers that do not have all scopes are looked into.
 */
@Singleton
final class ScopeCheck {

    private final Callers callers;
    private final Challenges challenges;
    private final Tools tools;
    private final String path;
    private final Set<Scope> ofTools;

    ScopeCheck(
            Callers callers,
            Challenges challenges,
            Tools tools,
            @ConfigProperty(name = McpRoutes.PATH_PROPERTY) String path) {
        this.path = path;
        this.callers = callers;
        this.challenges = challenges;
        this.tools = tools;
        this.ofTools = EnumSet.noneOf(Scope.class);
        for (ToolDefinition tool : tools.definitions()) {
            if (tool.scope() != null) {
                ofTools.add(tool.scope());
            }
        }
    }

    void register(@Observes Router router) {
        router.post(path).order(McpRoutes.SCOPES).handler(request -> {
            Caller caller = callers.of(request);
            if (caller.scopes().containsAll(ofTools)) {
                request.next();
            } else {
                MessageOutline.take(request, outline -> check(request, caller, outline.tools()));
            }
        });
    }

    private void check(RoutingContext request, Caller caller, Set<String> called) {
        Set<Scope> missing = EnumSet.noneOf(Scope.class);
        for (ToolDefinition tool : tools.definitions()) {
            if (called.contains(tool.name()) && tool.scope() != null && !caller.may(tool.scope())) {
                missing.add(tool.scope());
            }
        }
        if (missing.isEmpty()) {
            request.next();
        } else {
            challenges.answerInsufficientScope(request, missing);
        }
    }
}
