package dev.rlm.mcp.stateless;

import com.fasterxml.jackson.databind.node.ObjectNode;

/** A method of the protocol. Called on a virtual thread; may block. */
@FunctionalInterface
interface Method {

    /**
     * Does it.
     *
     * @return the result; {@code resultType} may be left out when it is complete
     * @throws ProtocolError if the request cannot be answered with a result
     */
    ObjectNode call(Call call) throws ProtocolError, InterruptedException;
}
