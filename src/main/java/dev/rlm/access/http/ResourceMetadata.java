package dev.rlm.access.http;

import dev.rlm.access.AccessPolicy;
import dev.rlm.access.Scope;
import dev.rlm.access.TokenRules;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.core.net.HostAndPort;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.net.URI;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** Where clients learn which provider issues tokens for this server (RFC 9728). Not there while no tokens are accepted. */
@Singleton
final class ResourceMetadata {

    private static final String PATH = "/.well-known/oauth-protected-resource";
    private static final String MCP = "/mcp";

    /** What a request may name as its host, to be repeated to it. */
    private static final Pattern AUTHORITY =
            Pattern.compile("[A-Za-z0-9.-]+(:[0-9]{1,5})?|\\[[0-9A-Fa-f:.]+](:[0-9]{1,5})?");

    private final AccessPolicy policy;

    ResourceMetadata(AccessPolicy policy) {
        this.policy = policy;
    }

    void register(@Observes Router router) {
        if (policy instanceof AccessPolicy.Checked checked) {
            checked.tokens()
                    .ifPresent(tokens -> paths(tokens)
                            .forEach(path -> router.get(path).handler(request -> answer(request, tokens))));
        }
    }

    /** That of the MCP endpoint, here and as clients know it, and that of the host, where clients look second. */
    private static Set<String> paths(TokenRules tokens) {
        Set<String> paths = new LinkedHashSet<>(List.of(PATH, PATH + MCP));
        tokens.resource().ifPresent(resource -> paths.add(PATH + resource.getRawPath()));
        return paths;
    }

    /** Whether metadata could be at a path. */
    static boolean mayBeAt(String path) {
        return path.equals(PATH) || path.startsWith(PATH + "/");
    }

    private void answer(RoutingContext request, TokenRules tokens) {
        Optional<String> resource = resource(request, tokens);
        if (resource.isEmpty()) {
            request.response().setStatusCode(400).end("The Host header does not name a host.");
            return;
        }
        JsonArray scopes = new JsonArray();
        Arrays.stream(Scope.values()).map(Scope::label).forEach(scopes::add);
        JsonObject metadata = new JsonObject()
                .put("resource", resource.get())
                .put("resource_name", "rlm")
                .put(
                        "authorization_servers",
                        new JsonArray().add(tokens.issuer().toString()))
                .put("scopes_supported", scopes)
                .put("bearer_methods_supported", new JsonArray().add("header"));
        request.response()
                .putHeader("Content-Type", "application/json")
                .putHeader("Cache-Control", "no-store")
                .putHeader("Access-Control-Allow-Origin", "*")
                .end(metadata.encode());
    }

    /** Where the metadata of the MCP endpoint are for the client of this request; empty if it does not name a host. */
    Optional<String> address(RoutingContext request) {
        if (!(policy instanceof AccessPolicy.Checked checked)
                || checked.tokens().isEmpty()) {
            return Optional.empty();
        }
        return resource(request, checked.tokens().get())
                .map(URI::create)
                .map(resource ->
                        resource.getScheme() + "://" + resource.getRawAuthority() + PATH + resource.getRawPath());
    }

    private static Optional<String> resource(RoutingContext request, TokenRules tokens) {
        HostAndPort named = request.request().authority();
        return tokens.resource()
                .map(URI::toString)
                .or(() -> Optional.ofNullable(named)
                        .map(HostAndPort::toString)
                        .filter(authority -> AUTHORITY.matcher(authority).matches())
                        .map(authority -> request.request().scheme() + "://" + authority + MCP));
    }
}
