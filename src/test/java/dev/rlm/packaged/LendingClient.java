package dev.rlm.packaged;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rlm.framing.EventStream;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A client of 2025-11-25 by hand, which opens no stream of its own: what the server asks it comes by the responses of its calls.
 */
final class LendingClient implements AutoCloseable {

    private static final ObjectMapper MAPPER = new ObjectMapper();

    private final HttpClient http = HttpClient.newHttpClient();
    private final AtomicInteger ids = new AtomicInteger();
    private final URI address;
    private final String session;

    /** Does something about a message of the server that is no response; called between the call and its response. */
    interface Listener {
        void heard(JsonNode message) throws Exception;
    }

    /**
     * Begins a session.
     *
     * @param capabilities the client's capabilities, as JSON
     */
    LendingClient(String address, String capabilities) throws Exception {
        this.address = URI.create(address);
        HttpResponse<String> begun = http.send(
                request()
                        .POST(BodyPublishers.ofString("""
                                {"jsonrpc": "2.0", "id": 0, "method": "initialize", "params": {"protocolVersion": "2025-11-25",
                                 "capabilities": %s, "clientInfo": {"name": "by-hand", "version": "1"}}}
                                """.formatted(capabilities)))
                        .build(),
                BodyHandlers.ofString());
        session = begun.headers().firstValue("Mcp-Session-Id").orElseThrow();
        assertThat(post("{\"jsonrpc\": \"2.0\", \"method\": \"notifications/initialized\"}"))
                .isEqualTo(202);
    }

    private HttpRequest.Builder request() {
        return HttpRequest.newBuilder(address)
                .header("Content-Type", "application/json")
                .header("Accept", "application/json, text/event-stream");
    }

    private HttpRequest.Builder inSession() {
        return request().header("Mcp-Session-Id", session).header("MCP-Protocol-Version", "2025-11-25");
    }

    /** Sends a message that needs no answer; returns the status. */
    int post(String message) throws IOException, InterruptedException {
        return http.send(inSession().POST(BodyPublishers.ofString(message)).build(), BodyHandlers.discarding())
                .statusCode();
    }

    /** Replies to a request of the server; {@code rest} is a result or an error. */
    int reply(JsonNode request, String rest) throws IOException, InterruptedException {
        return post("{\"jsonrpc\": \"2.0\", \"id\": " + request.path("id") + ", " + rest + "}");
    }

    /** The text of a reply to {@code sampling/createMessage}. */
    static String saying(String text) {
        ObjectNode result = MAPPER.createObjectNode().put("role", "assistant").put("model", "by-hand-1");
        result.put("stopReason", "endTurn");
        result.putObject("content").put("type", "text").put("text", text);
        return "\"result\": " + result;
    }

    /** Calls a tool, and hears what the server says meanwhile. */
    JsonNode call(String tool, Map<String, Object> arguments, Listener listener) throws Exception {
        ObjectNode message = MAPPER.createObjectNode().put("jsonrpc", "2.0").put("id", ids.incrementAndGet());
        ObjectNode parameters =
                message.put("method", "tools/call").putObject("params").put("name", tool);
        parameters.set("arguments", MAPPER.valueToTree(arguments));
        HttpResponse<InputStream> response = http.send(
                inSession().POST(BodyPublishers.ofString(message.toString())).build(), BodyHandlers.ofInputStream());
        try (InputStream body = response.body()) {
            InputStream events =
                    response.headers().firstValue("Content-Type").orElse("").startsWith("text/event-stream")
                            ? body
                            : new ByteArrayInputStream(
                                    ("data: " + new String(body.readAllBytes(), java.nio.charset.StandardCharsets.UTF_8)
                                                    + "\n\n")
                                            .getBytes(java.nio.charset.StandardCharsets.UTF_8));
            EventStream stream = new EventStream(events, 1 << 24, Long.MAX_VALUE);
            for (Optional<byte[]> event = stream.next(); event.isPresent(); event = stream.next()) {
                JsonNode heard = MAPPER.readTree(event.get());
                if (heard.has("method")) {
                    listener.heard(heard);
                } else if (heard.path("id").equals(message.get("id"))) {
                    return heard.path("result");
                }
            }
        }
        throw new AssertionError("The response ended without an answer.");
    }

    /** Calls a tool that has nothing to say meanwhile, and takes its structured result. */
    JsonNode call(String tool, Map<String, Object> arguments) throws Exception {
        JsonNode result = call(tool, arguments, message -> {
            throw new AssertionError(message.toString());
        });
        assertThat(result.path("isError").asBoolean()).as(result.toString()).isFalse();
        return result.path("structuredContent");
    }

    /** Ends its session. */
    void end() throws IOException, InterruptedException {
        var _ = http.send(inSession().DELETE().build(), BodyHandlers.discarding());
    }

    @Override
    public void close() {
        http.close();
    }
}
