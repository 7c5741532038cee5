package dev.rlm.mcp.stateless;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;

/** How long clients may keep a result, and for whom. */
enum CacheHints {
    /** The same for everybody until the server is replaced by another version. */
    PUBLIC("public", Duration.ofMinutes(5)),
    /** Belongs to its caller, and may be different the next moment. */
    PRIVATE("private", Duration.ZERO);

    private final String scope;
    private final Duration time;

    CacheHints(String scope, Duration time) {
        this.scope = scope;
        this.time = time;
    }

    /** Adds the hints to a result. */
    ObjectNode on(ObjectNode result) {
        return result.put("ttlMs", time.toMillis()).put("cacheScope", scope);
    }
}
