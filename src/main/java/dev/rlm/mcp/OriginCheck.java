package dev.rlm.mcp;

import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.HostAndPort;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jspecify.annotations.Nullable;

/**
 * Refuses requests that a web page of another site makes: their origin must be this server's own, or one that its operator
 * allows. Compared are scheme, host and port as a whole, never a part of them. Programs name no origin and are not asked for
 * one.
 */
@Singleton
final class OriginCheck {

    private static final int AFTER_THE_HOST_CHECK = 900;
    private static final Map<String, Integer> STANDARD_PORTS = Map.of("http", 80, "https", 443);

    private final List<String> allowed;

    OriginCheck(@ConfigProperty(name = "quarkus.http.cors.origins") Optional<List<String>> allowed) {
        this.allowed = allowed.orElse(List.of());
    }

    void register(@Observes Filters filters) {
        filters.register(this::check, AFTER_THE_HOST_CHECK);
    }

    private void check(RoutingContext request) {
        String origin = request.request().getHeader(HttpHeaders.ORIGIN);
        if (origin == null
                || isOwn(origin, request.request())
                || allowed.stream().anyMatch(it -> fits(it, origin))) {
            request.next();
        } else {
            request.response()
                    .setStatusCode(403)
                    .end("Pages of other sites may not use this server; its operator can allow origins.");
        }
    }

    private static boolean isOwn(String origin, HttpServerRequest request) {
        URI page = parsed(origin);
        HostAndPort named = request.authority();
        if (page == null || page.getScheme() == null || page.getHost() == null || named == null) {
            return false;
        }
        Integer standard = STANDARD_PORTS.get(page.getScheme().toLowerCase(Locale.ROOT));
        return standard != null
                && page.getHost().equalsIgnoreCase(named.host())
                && orStandard(page.getPort(), standard) == orStandard(named.port(), standard);
    }

    private static int orStandard(int port, int standard) {
        return port < 0 ? standard : port;
    }

    /** An allowed origin is exact, or a regular expression between slashes, as Quarkus has it for CORS. */
    private static boolean fits(String allowed, String origin) {
        return allowed.equals("*")
                || allowed.equals(origin)
                || (allowed.length() > 2
                        && allowed.startsWith("/")
                        && allowed.endsWith("/")
                        && Pattern.matches(allowed.substring(1, allowed.length() - 1), origin));
    }

    private static @Nullable URI parsed(String origin) {
        try {
            return URI.create(origin);
        } catch (IllegalArgumentException e) {
            return null;
        }
    }
}
