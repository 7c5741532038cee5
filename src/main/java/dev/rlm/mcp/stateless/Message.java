package dev.rlm.mcp.stateless;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * A JSON-RPC message as it was sent.
 *
 * @param id its id, a string or an integer; null for a notification
 * @param method the method
 * @param params the parameters; empty if there are none
 */
record Message(@Nullable JsonNode id, String method, ObjectNode params) {

    /** The server limits bodies as a whole; a context may be one long string. Members that come twice are refused. */
    private static final JsonMapper MAPPER = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxStringLength(Integer.MAX_VALUE)
                            .maxNestingDepth(200)
                            .build())
                    .build())
            .enable(DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    /** Reads JSON; missing for nothing at all. */
    static JsonNode json(InputStream body) throws ProtocolError {
        // A parser of bytes would take other encodings, too.
        try (Reader text = new InputStreamReader(body, StandardCharsets.UTF_8.newDecoder())) {
            return MAPPER.readTree(text);
        } catch (JacksonException e) {
            throw ProtocolError.notJson("Parse error: the body is no JSON: " + e.getOriginalMessage());
        } catch (IOException e) {
            throw ProtocolError.notJson("Parse error: the body is no UTF-8.");
        }
    }

    /** The id of what may be a request, so that errors can name it; null if it has none. */
    static @Nullable JsonNode id(JsonNode json) {
        JsonNode id = json.path("id");
        return id.isTextual() || id.isIntegralNumber() ? id : null;
    }

    /** Takes JSON for a request or a notification. */
    static Message of(JsonNode json) throws ProtocolError {
        if (json.isArray()) {
            throw ProtocolError.invalidRequest(
                    "Batches are no part of this version of the protocol: send each message in a request of its own.");
        }
        if (!json.isObject()) {
            throw ProtocolError.invalidRequest("The body must be one JSON-RPC message, which is an object.");
        }
        if (!"2.0".equals(json.path("jsonrpc").textValue())) {
            throw ProtocolError.invalidRequest("The member `jsonrpc` must be \"2.0\".");
        }
        String method = json.path("method").textValue();
        if (method == null) {
            throw ProtocolError.invalidRequest(
                    json.has("result") || json.has("error")
                            ? "Clients send requests and notifications only, no responses."
                            : "The member `method` must be a string.");
        }
        JsonNode id = id(json);
        if (json.has("id") && id == null) {
            throw ProtocolError.invalidRequest("The member `id` must be a string or an integer.");
        }
        return switch (json.path("params")) {
            case ObjectNode params -> new Message(id, method, params);
            case MissingNode _ -> new Message(id, method, JsonNodeFactory.instance.objectNode());
            default -> throw ProtocolError.invalidRequest("The member `params` must be an object.");
        };
    }
}
