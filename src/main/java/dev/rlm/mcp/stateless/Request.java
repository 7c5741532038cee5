package dev.rlm.mcp.stateless;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.jspecify.annotations.Nullable;

/**
 * A request of this version of the protocol, with what it says about its client.
 *
 * @param id its id, a string or an integer
 * @param method the method
 * @param params the parameters
 * @param capabilities what the client can, as it declares it
 */
record Request(JsonNode id, String method, ObjectNode params, ObjectNode capabilities) {

    /** A parameter that must be a text. */
    String text(String name) throws ProtocolError {
        JsonNode value = params.path(name);
        if (!value.isTextual()) {
            throw ProtocolError.invalidParams("The parameter `" + name + "` of " + method + " must be a string.");
        }
        return value.textValue();
    }

    /** A parameter that is an object or left out; empty if it is left out. */
    ObjectNode object(String name) throws ProtocolError {
        JsonNode value = params.path(name);
        if (value instanceof ObjectNode object) {
            return object;
        }
        if (!value.isMissingNode()) {
            throw ProtocolError.invalidParams("The parameter `" + name + "` of " + method + " must be an object.");
        }
        return JsonNodeFactory.instance.objectNode();
    }

    /** What the client wants progress notifications to carry; null if it wants none. */
    @Nullable
    JsonNode progressToken() {
        JsonNode token = params.path("_meta").path(Protocol.PROGRESS_KEY);
        return token.isTextual() || token.isIntegralNumber() ? token : null;
    }

    /** Whether the client understands an extension of the protocol. */
    boolean declares(String extension) {
        return capabilities.path("extensions").path(extension).isObject();
    }

    /** Refuses the request unless its client understands an extension. */
    void require(String extension) throws ProtocolError {
        if (!declares(extension)) {
            ObjectNode required = JsonNodeFactory.instance.objectNode();
            required.putObject("extensions").putObject(extension);
            throw ProtocolError.missingCapability(
                    "Missing required client capability: declare the extension '" + extension + "' to use " + method
                            + ".",
                    required);
        }
    }
}
