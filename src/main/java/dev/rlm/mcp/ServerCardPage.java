package dev.rlm.mcp;

import dev.rlm.journal.Payload;
import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.net.HostAndPort;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Serves the {@link ServerCard} beside the endpoint that it describes. Everybody may read it, pages of any origin too, as its
 * specification demands: it holds nothing but what the server is. So it comes before the checks of origins and callers.
 */
@Singleton
final class ServerCardPage {

    private static final String ENDPOINT = "/mcp";
    private static final String PATH = ENDPOINT + "/server-card";

    /** After the check of the host, before that of the origin. */
    private static final int BEFORE_ORIGINS = 900;

    private final ServerCard card;

    ServerCardPage(ServerCard card) {
        this.card = card;
    }

    void register(@Observes Filters filters) {
        filters.register(this::serve, BEFORE_ORIGINS);
    }

    private void serve(RoutingContext context) {
        HttpServerRequest request = context.request();
        if (!PATH.equals(request.path())) {
            context.next();
            return;
        }
        HttpServerResponse response = request.response()
                .putHeader("Access-Control-Allow-Origin", "*")
                .putHeader("Access-Control-Allow-Methods", "GET")
                .putHeader("Access-Control-Allow-Headers", "Content-Type, If-None-Match")
                .putHeader("Access-Control-Expose-Headers", "ETag");
        HttpMethod method = request.method();
        HostAndPort named = request.authority();
        if (HttpMethod.OPTIONS.equals(method)) {
            response.setStatusCode(204).end();
        } else if (!HttpMethod.GET.equals(method) && !HttpMethod.HEAD.equals(method)) {
            response.putHeader(HttpHeaders.ALLOW, "GET, HEAD, OPTIONS")
                    .setStatusCode(405)
                    .end();
        } else if (named == null) {
            response.setStatusCode(400).end("The request does not name the server: send a Host header.");
        } else {
            serve(card.json(request.scheme() + "://" + named + ENDPOINT).toString(), request, response);
        }
    }

    private static void serve(String json, HttpServerRequest request, HttpServerResponse response) {
        String tag = '"' + Payload.sha256(json).substring(0, 32) + '"';
        response.putHeader(HttpHeaders.CACHE_CONTROL, "public, max-age=3600").putHeader(HttpHeaders.ETAG, tag);
        if (isKnown(request.getHeader(HttpHeaders.IF_NONE_MATCH), tag)) {
            response.setStatusCode(304).end();
            return;
        }
        response.putHeader(HttpHeaders.CONTENT_TYPE, ServerCard.MEDIA_TYPE);
        if (HttpMethod.HEAD.equals(request.method())) {
            response.putHeader(HttpHeaders.CONTENT_LENGTH, String.valueOf(json.getBytes(StandardCharsets.UTF_8).length))
                    .end();
        } else {
            response.end(json);
        }
    }

    private static boolean isKnown(@Nullable String tags, String tag) {
        return tags != null && (tags.strip().equals("*") || tags.contains(tag));
    }
}
