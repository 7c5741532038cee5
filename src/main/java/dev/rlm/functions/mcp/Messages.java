package dev.rlm.functions.mcp;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** JSON-RPC messages, made and read. */
final class Messages {

    private static final int LONGEST_STRING = 64 << 20;
    private static final int METHOD_NOT_FOUND = -32601;
    private static final int LONGEST_SENTENCE = 4_000;

    /** Half a surrogate pair, which code may send, has no UTF-8. */
    private static final ObjectMapper MAPPER = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxStringLength(LONGEST_STRING)
                            .build())
                    .build())
            .enable(JsonWriteFeature.ESCAPE_NON_ASCII)
            .build();

    private Messages() {}

    static ObjectNode request(long id, String method, ObjectNode params) {
        ObjectNode request = notification(method, params);
        request.put("id", id);
        return request;
    }

    static ObjectNode notification(String method, ObjectNode params) {
        ObjectNode message = object();
        message.put("jsonrpc", "2.0");
        message.put("method", method);
        if (!params.isEmpty()) {
            message.set("params", params);
        }
        return message;
    }

    /** What a server is answered that asks something of its client: only pings. */
    static ObjectNode answerTo(JsonNode request) {
        ObjectNode answer = object();
        answer.put("jsonrpc", "2.0");
        answer.set("id", request.path("id"));
        if (request.path("method").asText().equals("ping")) {
            answer.putObject("result");
        } else {
            answer.putObject("error").put("code", METHOD_NOT_FOUND).put("message", "This client does not answer that.");
        }
        return answer;
    }

    static boolean isRequest(JsonNode message) {
        return message.path("method").isTextual() && message.hasNonNull("id");
    }

    static boolean isResponseTo(JsonNode message, long id) {
        return !message.has("method")
                && message.path("id").isIntegralNumber()
                && message.path("id").longValue() == id;
    }

    static byte[] bytes(JsonNode message) {
        try {
            return MAPPER.writeValueAsBytes(message);
        } catch (IOException e) {
            throw new IllegalStateException("A message cannot be written as JSON.", e);
        }
    }

    /** A message that came; what is no JSON object makes no sense. */
    static JsonNode parse(byte[] bytes) throws McpException {
        try {
            JsonNode message = MAPPER.readTree(bytes);
            if (message != null && message.isObject()) {
                return message;
            }
        } catch (IOException | RuntimeException e) {
            // Told below, without what it was.
        }
        throw new McpException("sent something that is no message of the protocol");
    }

    /** A JSON object as text, which the caller has made; what is none is refused. */
    static ObjectNode object(String json) throws McpException {
        return (ObjectNode) parse(json.getBytes(StandardCharsets.UTF_8));
    }

    static ObjectNode object() {
        return JsonNodeFactory.instance.objectNode();
    }

    /** What a server says, as a sentence of bounded length that can be shown. */
    static String sentence(String text) {
        String shown = text.strip().replaceAll("[\\p{Cc}&&[^\n\t]]", " ");
        return shown.length() <= LONGEST_SENTENCE ? shown : shown.substring(0, LONGEST_SENTENCE) + "...";
    }
}
