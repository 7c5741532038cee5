package dev.rlm.mcp.stateless;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;

/** Methods that belong together, and what clients are told of them. Every bean of this type is offered. */
interface Feature {

    /** Adds what the server can to the capabilities that it tells. */
    void declare(ObjectNode capabilities);

    /** The methods by their names. */
    Map<String, Method> methods();
}
