package dev.rlm.mcp.stateless;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Checks that a message has what every request of this version must have, and that the headers, by which others route it, say
 * the same as the body.
 */
final class RequestCheck {

    /** What `Mcp-Name` repeats, for the methods that have a name. */
    private static final Map<String, String> NAMES = Map.of(
            "tools/call", "name",
            "prompts/get", "name",
            "resources/read", "uri",
            "tasks/get", "taskId",
            "tasks/update", "taskId",
            "tasks/cancel", "taskId");

    private static final String ENCODED_START = "=?base64?";
    private static final String ENCODED_END = "?=";

    /** The versions that are spoken at this address, the newest first. */
    static final List<String> VERSIONS = versions();

    private RequestCheck() {}

    private static List<String> versions() {
        List<String> versions = new ArrayList<>(List.of(Protocol.VERSION));
        versions.addAll(Protocol.OLDER_VERSIONS);
        return List.copyOf(versions);
    }

    /**
     * The request that a message is.
     *
     * @param id the message's id
     * @param headers gives the value of a header, or null
     */
    static Request check(JsonNode id, Message message, UnaryOperator<@Nullable String> headers) throws ProtocolError {
        String version = headers.apply(Protocol.VERSION_HEADER);
        JsonNode meta = message.params().path("_meta");
        if (version == null) {
            throw missing(Protocol.VERSION_HEADER);
        }
        if (!meta.has(Protocol.VERSION_KEY) && !VERSIONS.contains(version)) {
            throw ProtocolError.unsupportedVersion(version, VERSIONS);
        }
        String inBody = text(meta, Protocol.VERSION_KEY);
        if (!version.equals(inBody)) {
            throw mismatch(Protocol.VERSION_HEADER, version, inBody);
        }
        if (!version.equals(Protocol.VERSION)) {
            throw ProtocolError.unsupportedVersion(version, VERSIONS);
        }
        if (!(meta.path(Protocol.CAPABILITIES_KEY) instanceof ObjectNode capabilities)) {
            throw lacks(Protocol.CAPABILITIES_KEY, "an object");
        }
        require(Protocol.METHOD_HEADER, headers.apply(Protocol.METHOD_HEADER), message.method());
        String named = NAMES.get(message.method());
        if (named != null && message.params().path(named).isTextual()) {
            String header = headers.apply(Protocol.NAME_HEADER);
            require(
                    Protocol.NAME_HEADER,
                    header == null ? null : decoded(header),
                    message.params().path(named).textValue());
        }
        return new Request(id, message.method(), message.params(), capabilities);
    }

    private static String text(JsonNode meta, String key) throws ProtocolError {
        String text = meta.path(key).textValue();
        if (text == null) {
            throw lacks(key, "a string");
        }
        return text;
    }

    private static ProtocolError lacks(String key, String kind) {
        return ProtocolError.malformed(
                "Invalid params: each request must carry `_meta` with `" + key + "`, " + kind + ".");
    }

    private static void require(String header, @Nullable String value, String inBody) throws ProtocolError {
        if (value == null) {
            throw missing(header);
        }
        if (!value.equals(inBody)) {
            throw mismatch(header, value, inBody);
        }
    }

    private static ProtocolError missing(String header) {
        return ProtocolError.headerMismatch("each request must carry the header " + header + ".");
    }

    private static ProtocolError mismatch(String header, String value, String inBody) {
        return ProtocolError.headerMismatch(
                "the header " + header + " is '" + value + "', but the body says '" + inBody + "'.");
    }

    /** The value of a header that may be encoded because it holds what headers cannot. */
    private static String decoded(String value) throws ProtocolError {
        if (!value.startsWith(ENCODED_START)
                || !value.endsWith(ENCODED_END)
                || value.length() < ENCODED_START.length() + ENCODED_END.length()) {
            return value;
        }
        String encoded = value.substring(ENCODED_START.length(), value.length() - ENCODED_END.length());
        try {
            if (encoded.length() % 4 != 0) {
                throw new IllegalArgumentException("The padding is missing.");
            }
            return new String(Base64.getDecoder().decode(encoded), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw ProtocolError.headerMismatch("what stands between '=?base64?' and '?=' is not Base64.");
        }
    }
}
