package dev.rlm.mcp.stateless;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rlm.access.Caller;
import dev.rlm.mcp.RlmTool;

/**
 * A request that is being answered.
 *
 * @param request what is asked
 * @param who who asks
 * @param exchange the way back
 */
record Call(Request request, Caller who, Exchange exchange) implements RlmTool.Caller {

    @Override
    public void progress(long progress, String message) {
        progress(JsonNodeFactory.instance.objectNode().put("progress", progress).put("message", message));
    }

    /** Tells about progress in the protocol's own words, if the client asked for that. */
    void progress(ObjectNode progress) {
        JsonNode token = request.progressToken();
        if (token != null) {
            progress.set(Protocol.PROGRESS_KEY, token);
            exchange.notify("notifications/progress", progress);
        }
    }

    /** A client of this version cancels a call by closing its connection, or the stream of its response. */
    @Override
    public boolean hasCancelled() {
        return exchange.isClosed();
    }
}
