package dev.rlm.mcp.stateless;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A request that is answered with a JSON-RPC error. The message is a sentence for whoever wrote the client. */
final class ProtocolError extends Exception {

    static final int INVALID_PARAMS = -32602;
    static final int INTERNAL = -32603;

    private static final int PARSE = -32700;
    private static final int INVALID_REQUEST = -32600;
    private static final int METHOD_NOT_FOUND = -32601;
    private static final int HEADER_MISMATCH = -32020;
    private static final int MISSING_CAPABILITY = -32021;
    private static final int UNSUPPORTED_VERSION = -32022;

    private static final int OK = 200;
    private static final int BAD_REQUEST = 400;
    private static final int NOT_FOUND = 404;

    private final int code;
    private final int status;
    private final transient @Nullable ObjectNode data;

    private ProtocolError(int code, int status, String message, @Nullable ObjectNode data) {
        super(message);
        this.code = code;
        this.status = status;
        this.data = data;
    }

    /** What was sent is no JSON. */
    static ProtocolError notJson(String message) {
        return new ProtocolError(PARSE, BAD_REQUEST, message, null);
    }

    /** It is JSON, but no message of the protocol. */
    static ProtocolError invalidRequest(String message) {
        return new ProtocolError(INVALID_REQUEST, BAD_REQUEST, message, null);
    }

    /** The request lacks what every request must have. */
    static ProtocolError malformed(String message) {
        return new ProtocolError(INVALID_PARAMS, BAD_REQUEST, message, null);
    }

    static ProtocolError methodNotFound(String method) {
        return new ProtocolError(
                METHOD_NOT_FOUND, NOT_FOUND, "Method not found: this server has no method '" + method + "'.", null);
    }

    /** The method cannot do anything with these parameters. */
    static ProtocolError invalidParams(String message) {
        return new ProtocolError(INVALID_PARAMS, OK, message, null);
    }

    /** The same, with details for programs. */
    static ProtocolError invalidParams(String message, ObjectNode data) {
        return new ProtocolError(INVALID_PARAMS, OK, message, data);
    }

    static ProtocolError headerMismatch(String message) {
        return new ProtocolError(HEADER_MISMATCH, BAD_REQUEST, "Header mismatch: " + message, null);
    }

    /**
     * The client has not said that it can what the request needs.
     *
     * @param required the capabilities, in the form in which clients declare them
     */
    static ProtocolError missingCapability(String message, ObjectNode required) {
        ObjectNode data = JsonNodeFactory.instance.objectNode();
        data.set("requiredCapabilities", required);
        return new ProtocolError(MISSING_CAPABILITY, BAD_REQUEST, message, data);
    }

    static ProtocolError unsupportedVersion(String requested, List<String> supported) {
        ObjectNode data = JsonNodeFactory.instance.objectNode();
        supported.forEach(data.putArray("supported")::add);
        data.put("requested", requested);
        return new ProtocolError(
                UNSUPPORTED_VERSION,
                BAD_REQUEST,
                "Unsupported protocol version: this server speaks " + String.join(", ", supported) + ".",
                data);
    }

    /** Something is wrong with the server. */
    static ProtocolError internal(String message) {
        return new ProtocolError(INTERNAL, OK, message, null);
    }

    /** The status of the HTTP response. */
    int status() {
        return status;
    }

    /** The member {@code error} of the response. */
    ObjectNode json() {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("code", code);
        json.put("message", getMessage());
        if (data != null) {
            json.set("data", data);
        }
        return json;
    }

    @Override
    public String getMessage() {
        return Objects.requireNonNull(super.getMessage());
    }
}
