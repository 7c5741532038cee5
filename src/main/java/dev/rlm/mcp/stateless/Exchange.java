package dev.rlm.mcp.stateless;

import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * The way back to the client of one request: one JSON object, or a stream of events that ends with it. It becomes a stream with
 * the first notification. Thread-safe.
 */
interface Exchange {

    /** Whether the client takes notifications. */
    boolean takesNotifications();

    /** Sends a notification; nothing happens if the client takes no streams, has gone, or has its answer. */
    void notify(String method, ObjectNode params);

    /** Whether the client has gone before it had its answer. */
    boolean isClosed();

    /** Calls this once when the client goes, or at once if it has gone. */
    void onClose(Runnable action);

    /** Sends the response; after a notification the status is 200 whatever it is here. */
    void answer(int status, ObjectNode response);
}
