package dev.rlm.packaged;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A client that does not give up: a call that fails because nobody listens, a connection breaks or the server says that it
 * cannot just now is made again, to whichever replica listens then. Thread-safe.
 */
public final class PatientClient implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration PATIENCE = Duration.ofMinutes(5);
    private static final Duration PAUSE = Duration.ofMillis(100);
    private static final Duration CALL = Duration.ofMinutes(1);

    private final List<Replica> replicas;
    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final Map<String, String> sessions = new ConcurrentHashMap<>();
    private final AtomicInteger next = new AtomicInteger();

    public PatientClient(List<Replica> replicas) {
        this.replicas = replicas;
    }

    /** Loads a text, as often as it takes, and returns the context's id. */
    public String load(String key, String text) throws InterruptedException {
        return call("rlm_load_context", Map.of("text", text, "key", key))
                .path("context")
                .path("context_id")
                .asText();
    }

    /** Asks, as often as it takes, and returns the task's id. */
    public String ask(String key, String contextId, String question) throws InterruptedException {
        return call(
                        "rlm_ask",
                        Map.of("context_ids", List.of(contextId), "question", question, "key", key, "wait_seconds", 0))
                .path("task")
                .path("task_id")
                .asText();
    }

    /** Whether a task has ended that stands so. */
    public static boolean hasEnded(JsonNode status) {
        return !List.of("queued", "running").contains(status.path("state").asText());
    }

    /** How a task stands; empty if no replica tells at the first attempt. */
    public Optional<JsonNode> status(String task) throws InterruptedException {
        try {
            return once("rlm_status", Map.of("task_id", task)).map(result -> result.path("task"));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /** Calls a tool until a replica does what it is asked. */
    public JsonNode call(String tool, Map<String, Object> arguments) throws InterruptedException {
        long end = System.nanoTime() + PATIENCE.toNanos();
        String failure = "no replica listens";
        while (System.nanoTime() < end) {
            try {
                Optional<JsonNode> result = once(tool, arguments);
                if (result.isPresent()) {
                    return result.get();
                }
            } catch (IOException e) {
                failure = String.valueOf(e.getMessage());
            }
            Thread.sleep(PAUSE);
        }
        throw new AssertionError(tool + " cannot be called: " + failure);
    }

    private Optional<JsonNode> once(String tool, Map<String, Object> arguments)
            throws IOException, InterruptedException {
        String address = replicas.get(Math.floorMod(next.getAndIncrement(), replicas.size()))
                .address();
        if (address == null) {
            return Optional.empty();
        }
        ObjectNode parameters = JSON.createObjectNode().put("name", tool);
        parameters.set("arguments", JSON.valueToTree(arguments));
        try {
            JsonNode result = request(address, session(address), "tools/call", parameters)
                    .orElseThrow(() -> new IOException("no answer"));
            if (result.path("isError").asBoolean()) {
                throw new IOException(
                        result.path("content").path(0).path("text").asText());
            }
            return Optional.of(result.path("structuredContent"));
        } catch (IOException e) {
            sessions.remove(address);
            throw e;
        }
    }

    private String session(String address) throws IOException, InterruptedException {
        String known = sessions.get(address);
        if (known != null) {
            return known;
        }
        ObjectNode parameters = JSON.createObjectNode().put("protocolVersion", "2025-11-25");
        parameters.putObject("capabilities");
        parameters.putObject("clientInfo").put("name", "test").put("version", "1");
        HttpResponse<String> response = send(address, null, message("initialize", parameters));
        String session = response.headers()
                .firstValue("Mcp-Session-Id")
                .orElseThrow(() -> new IOException(
                        "The server opened no session: " + response.statusCode() + " " + response.body()));
        ObjectNode initialized =
                JSON.createObjectNode().put("jsonrpc", "2.0").put("method", "notifications/initialized");
        send(address, session, initialized);
        sessions.put(address, session);
        return session;
    }

    private Optional<JsonNode> request(String address, String session, String method, ObjectNode parameters)
            throws IOException, InterruptedException {
        ObjectNode message = message(method, parameters);
        HttpResponse<String> response = send(address, session, message);
        if (response.statusCode() != 200) {
            throw new IOException("HTTP " + response.statusCode() + ": " + response.body());
        }
        String body = response.body();
        if (body.startsWith("{")) {
            return result(JSON.readTree(body), message);
        }
        for (String line : body.lines().filter(it -> it.startsWith("data:")).toList()) {
            Optional<JsonNode> result = result(JSON.readTree(line.substring("data:".length())), message);
            if (result.isPresent()) {
                return result;
            }
        }
        return Optional.empty();
    }

    private static Optional<JsonNode> result(JsonNode answer, ObjectNode message) throws IOException {
        if (answer.has("error")) {
            throw new IOException(answer.get("error").toString());
        }
        return answer.path("id").equals(message.get("id")) ? Optional.of(answer.path("result")) : Optional.empty();
    }

    private ObjectNode message(String method, ObjectNode parameters) {
        ObjectNode message = JSON.createObjectNode()
                .put("jsonrpc", "2.0")
                .put("id", next.get())
                .put("method", method);
        message.set("params", parameters);
        return message;
    }

    private HttpResponse<String> send(String address, String session, ObjectNode message)
            throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(address))
                .timeout(CALL)
                .header("Content-Type", "application/json")
                .header("Accept", "application/json, text/event-stream")
                .header("MCP-Protocol-Version", "2025-11-25")
                .POST(HttpRequest.BodyPublishers.ofString(message.toString()));
        if (session != null) {
            request.header("Mcp-Session-Id", session);
        }
        return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    @Override
    public void close() {
        http.shutdownNow();
    }
}
