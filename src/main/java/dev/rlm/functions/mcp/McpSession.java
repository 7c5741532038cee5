package dev.rlm.functions.mcp;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A conversation with a server: in a session that begins with a handshake or, with servers that have none any more, in
 * requests that each stand for themselves. Thread-safe.
 */
final class McpSession implements AutoCloseable {

    private static final String NEWEST_WITH_HANDSHAKE = "2025-11-25";
    private static final Set<String> WITH_HANDSHAKE =
            Set.of("2024-11-05", "2025-03-26", "2025-06-18", NEWEST_WITH_HANDSHAKE);

    /** "Method not found", "unsupported version", "invalid request". */
    private static final Set<Integer> WITHOUT_HANDSHAKE = Set.of(-32601, -32022, -32600);

    private static final String META = "io.modelcontextprotocol/";
    private static final int LIST_BYTES = 4 << 20;
    private static final int MOST_PAGES = 100;
    private static final Duration CANCEL_TIME = Duration.ofSeconds(2);

    private final Transport transport;
    private final String clientVersion;

    /** Unlikely in texts, so that a message that is too long to be read can be told by it. */
    private final AtomicLong lastId = new AtomicLong(1_000_000 + new SecureRandom().nextInt(1_000_000_000));

    private volatile boolean stateless;

    private McpSession(Transport transport, String clientVersion) {
        this.transport = transport;
        this.clientVersion = clientVersion;
    }

    /** Begins a conversation; closes the transport if there comes none. */
    static McpSession open(Transport transport, String clientVersion) throws McpException, InterruptedException {
        McpSession session = new McpSession(transport, clientVersion);
        boolean begun = false;
        try {
            session.begin();
            begun = true;
            return session;
        } finally {
            if (!begun) {
                transport.close();
            }
        }
    }

    private void begin() throws McpException, InterruptedException {
        ObjectNode params = Messages.object();
        params.put("protocolVersion", NEWEST_WITH_HANDSHAKE);
        params.putObject("capabilities");
        params.set("clientInfo", client());
        JsonNode answer = transport.exchange(request("initialize", params), LIST_BYTES);
        if (WITHOUT_HANDSHAKE.contains(answer.path("error").path("code").asInt())) {
            stateless = true;
            transport.agreed(HttpTransport.STATELESS);
            return;
        }
        String version = result(answer).path("protocolVersion").asText();
        if (!WITH_HANDSHAKE.contains(version)) {
            throw new McpException("speaks no version of the protocol that is known here");
        }
        transport.agreed(version);
        transport.tell(Messages.notification("notifications/initialized", Messages.object()));
    }

    private ObjectNode client() {
        return Messages.object().put("name", "rlm").put("version", clientVersion);
    }

    /** The tools of the server, as it describes them. */
    List<JsonNode> tools() throws McpException, InterruptedException {
        List<JsonNode> tools = new ArrayList<>();
        String cursor = "";
        for (int page = 0; page < MOST_PAGES; page++) {
            ObjectNode params = Messages.object();
            if (!cursor.isEmpty()) {
                params.put("cursor", cursor);
            }
            JsonNode result = result(transport.exchange(request("tools/list", params), LIST_BYTES));
            result.path("tools").forEach(tools::add);
            cursor = result.path("nextCursor").asText("");
            if (cursor.isEmpty()) {
                return tools;
            }
        }
        throw new McpException("lists its tools without an end");
    }

    /** Calls a tool; the result as it comes. */
    JsonNode call(String tool, ObjectNode arguments, int mostBytes) throws McpException, InterruptedException {
        ObjectNode params = Messages.object().put("name", tool);
        params.set("arguments", arguments);
        ObjectNode request = request("tools/call", params);
        try {
            return result(transport.exchange(request, mostBytes));
        } catch (InterruptedException e) {
            cancel(request);
            throw e;
        }
    }

    /** Tells the server that nobody waits for a call any more, if it listens. */
    private void cancel(ObjectNode request) {
        if (stateless || !transport.alive()) {
            return;
        }
        ObjectNode params = Messages.object();
        params.set("requestId", request.path("id"));
        Thread.ofVirtual().name("function-cancel").start(() -> {
            try {
                Limited.run(CANCEL_TIME, () -> {
                    transport.tell(Messages.notification("notifications/cancelled", params));
                    return true;
                });
            } catch (McpException | InterruptedException e) {
                // It goes on then, and nobody hears of it.
            }
        });
    }

    private ObjectNode request(String method, ObjectNode params) {
        if (stateless) {
            ObjectNode meta = params.putObject("_meta");
            meta.put(META + "protocolVersion", HttpTransport.STATELESS);
            meta.set(META + "clientInfo", client());
            meta.putObject(META + "clientCapabilities");
        }
        return Messages.request(lastId.incrementAndGet(), method, params);
    }

    private static JsonNode result(JsonNode answer) throws McpException {
        JsonNode error = answer.path("error");
        if (error.isObject()) {
            String message = Messages.sentence(error.path("message").asText(""));
            throw new McpException(message.isEmpty() ? "refused, and does not say why" : "refused: " + message);
        }
        JsonNode result = answer.path("result");
        if (!result.isObject()) {
            throw new McpException("sent an answer without a result");
        }
        return result;
    }

    boolean alive() {
        return transport.alive();
    }

    @Override
    public void close() {
        transport.close();
    }
}
