package dev.rlm.access.http;

import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import java.util.Optional;

/**
 * Why a request is refused, and what the client is told. The sentences never repeat what the client sent.
 *
 * @param status the HTTP status
 * @param error the error code of RFC 6750 for the challenge, if there is one
 * @param sentence what was wrong, and what to do
 * @param retryAfter after how many seconds it may try again
 */
record Refusal(int status, Optional<String> error, String sentence, Optional<Long> retryAfter) {

    private static final String KEPT = "rlm.refusal";

    /** A credential is missing. */
    static final Refusal NO_CREDENTIAL = new Refusal(
            401,
            Optional.empty(),
            "This server needs to know who calls: send an API key or a token as 'Authorization: Bearer ...'.",
            Optional.empty());

    /** A credential is of no use. */
    static Refusal invalid(String sentence) {
        return new Refusal(401, Optional.of("invalid_token"), sentence, Optional.empty());
    }

    /** It comes by a way on which nobody may come so. */
    static Refusal forbidden(String sentence) {
        return new Refusal(403, Optional.empty(), sentence, Optional.empty());
    }

    /** It comes too often. */
    static Refusal tooMany(String what, long seconds) {
        return new Refusal(429, Optional.empty(), what + ": try again in " + seconds + " s.", Optional.of(seconds));
    }

    /** Remembers why this request is refused, for whoever answers it. */
    void keep(RoutingContext request) {
        request.put(KEPT, this);
    }

    /** Why this request is refused. */
    static Refusal of(RoutingContext request) {
        Refusal kept = request.get(KEPT);
        return kept == null ? NO_CREDENTIAL : kept;
    }

    /** Answers the request. */
    void answer(RoutingContext request, Optional<String> challenge) {
        HttpServerResponse response = request.response();
        response.setStatusCode(status)
                .putHeader("Content-Type", "text/plain; charset=utf-8")
                .putHeader("Cache-Control", "no-store");
        challenge.ifPresent(value -> response.putHeader("WWW-Authenticate", value));
        retryAfter.ifPresent(seconds -> response.putHeader("Retry-After", String.valueOf(seconds)));
        response.end(sentence);
    }
}
