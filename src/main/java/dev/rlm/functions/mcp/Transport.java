package dev.rlm.functions.mcp;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** Carries JSON-RPC messages to a server and back. Thread-safe; several exchanges may be under way. */
interface Transport extends AutoCloseable {

    /**
     * Sends a request and waits for its response, however long that takes.
     *
     * @param mostBytes how large the response may be
     * @return the response, an object with the request's id
     * @throws InterruptedException if the calling thread was interrupted; the response is not waited for any more
     */
    JsonNode exchange(ObjectNode request, int mostBytes) throws McpException, InterruptedException;

    /** Sends a message that has no response. */
    void tell(ObjectNode message) throws McpException, InterruptedException;

    /** Client and server have agreed on a version of the protocol. */
    void agreed(String protocolVersion);

    /** Whether something can still be exchanged, as far as is known. */
    boolean alive();

    /** Ends the connection, and what it needs. Idempotent. */
    @Override
    void close();
}
