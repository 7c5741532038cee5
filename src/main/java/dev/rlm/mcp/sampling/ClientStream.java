package dev.rlm.mcp.sampling;

import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;

/** A stream to a client that is open just now. Thread-safe. */
@FunctionalInterface
interface ClientStream {

    /** Sends a message; fails if the stream has ended. */
    Future<Void> send(JsonObject message);
}
