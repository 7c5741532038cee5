package dev.rlm.mcp.stateless;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rlm.mcp.Tools;

/** What tool calls came to, in the protocol's form. */
final class ToolResults {

    private ToolResults() {}

    /**
     * The result of {@code tools/call}: a failure of the tool is a result too, for the calling model to read. It says what kind it
     * is, also where it stands within a task.
     */
    static ObjectNode json(Tools.Result result) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("resultType", "complete");
        json.putArray("content").addObject().put("type", "text").put("text", result.text());
        if (result.structured() != null) {
            json.set("structuredContent", result.structured());
        }
        json.put("isError", result.isError());
        return json;
    }
}
