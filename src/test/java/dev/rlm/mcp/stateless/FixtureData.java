package dev.rlm.mcp.stateless;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rlm.mcp.conformance.Fixtures;

/** What the fixtures are made of. */
final class FixtureData {

    static final JsonNode ALL = Fixtures.ALL;

    private FixtureData() {}

    static ObjectNode object() {
        return JsonNodeFactory.instance.objectNode();
    }

    /** A result of one text. */
    static ObjectNode text(String text) {
        ObjectNode result = object();
        result.putArray("content").addObject().put("type", "text").put("text", text);
        return result;
    }
}
