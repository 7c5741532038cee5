package dev.rlm.web;

import io.quarkus.vertx.http.HttpServerOptionsCustomizer;
import io.vertx.core.http.HttpServerOptions;
import jakarta.enterprise.context.ApplicationScoped;

/**
 * Plain connections speak HTTP/1.1 only. A request that asks to go on in HTTP/2 (RFC 7540, 3.2) would have its body taken
 * into memory as fast as it comes, for Vert.x cannot hold that back, and an upload is larger than memory.
 */
@ApplicationScoped
final class PlainHttp implements HttpServerOptionsCustomizer {
    @Override
    public void customizeHttpServer(HttpServerOptions options) {
        options.setHttp2ClearTextEnabled(false);
    }
}
