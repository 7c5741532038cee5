package dev.rlm.stdio;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A message of the client: its bytes, which go on as they are, and what must be known of it to send them.
 *
 * @param id the id as JSON, or null if it has none
 * @param method the method, or null for a response
 * @param version the version of the protocol that the message itself names, which those without sessions do; else null
 * @param name what its method is about: the name of a tool or prompt, the address of a resource, the id of a task;
 *     else null
 * @param cancelled for a cancellation the id as JSON of what is cancelled; else null
 */
@SuppressWarnings("ArrayRecordComponent") // Handed from reader to sender and never compared.
record ClientMessage(
        byte[] bytes,
        @Nullable JsonNode id,
        @Nullable String method,
        @Nullable String version,
        @Nullable String name,
        @Nullable JsonNode cancelled) {

    /** The member of {@code _meta} that names the version, since 2026-07-28. */
    private static final String VERSION = "io.modelcontextprotocol/protocolVersion";

    private static final ObjectMapper MAPPER = new ObjectMapper();

    /** The message in a line; empty if the line is no JSON. */
    static Optional<ClientMessage> of(byte[] line) {
        JsonNode json;
        try {
            json = MAPPER.readTree(line);
        } catch (IOException e) {
            return Optional.empty();
        }
        if (json == null || json.isMissingNode()) {
            return Optional.empty();
        }
        JsonNode params = json.path("params");
        String method = json.path("method").textValue();
        return Optional.of(new ClientMessage(
                line,
                json.get("id"),
                method,
                params.path("_meta").path(VERSION).textValue(),
                firstText(params.path("name"), params.path("uri"), params.path("taskId")),
                "notifications/cancelled".equals(method) ? params.get("requestId") : null));
    }

    private static @Nullable String firstText(JsonNode... values) {
        for (JsonNode value : values) {
            if (value.isTextual()) {
                return value.textValue();
            }
        }
        return null;
    }

    /** Whether it must be answered. */
    boolean isRequest() {
        return method != null && id != null && !id.isNull();
    }

    boolean is(String someMethod) {
        return someMethod.equals(method);
    }
}
