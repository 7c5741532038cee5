package dev.rlm.functions.mcp;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/** An MCP server over real HTTP on the loopback interface, some of whose tools behave badly. */
public final class FakeMcpServer implements AutoCloseable {

    private static final ObjectMapper MAPPER = new ObjectMapper();

    private static final Map<String, String> TOOLS = Map.of(
            "echo", """
                    {"type": "object", "required": ["text"], "properties": {
                      "times": {"type": "integer", "minimum": 1, "maximum": 9, "default": 1, "description": "How often."},
                      "text": {"type": "string", "description": "What to say."}}}""",
            "count", """
                    {"type": "object", "properties": {"of": {"type": "string"}}}""",
            "fail", "{\"type\": \"object\"}",
            "hang", "{\"type\": \"object\"}",
            "huge", "{\"type\": \"object\"}",
            "nonsense", "{\"type\": \"object\"}",
            "cut", "{\"type\": \"object\"}",
            "stream", "{\"type\": \"object\"}",
            "flood", "{\"type\": \"object\"}");

    private final HttpServer server;
    private final CountDownLatch end = new CountDownLatch(1);
    private final AtomicInteger sessions = new AtomicInteger();
    private volatile int oldestSession = 1;

    /** Whether there is no handshake, as from 2026-07-28 on. */
    public volatile boolean stateless;

    /** What every request is answered instead, if it is not 0. */
    public volatile int status;

    /** The arguments of the calls, as they came, after the tool's name. */
    public final List<String> calls = new CopyOnWriteArrayList<>();

    /** What clients told without being asked, by its method. */
    public final List<String> told = new CopyOnWriteArrayList<>();

    /** The headers of the requests. */
    public final List<Map<String, List<String>>> headers = new CopyOnWriteArrayList<>();

    public FakeMcpServer() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/", this::handle);
        server.start();
    }

    /** Its address. */
    public URI url() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/mcp");
    }

    /** What it says of its own accord to whoever listens; empty if nobody can. */
    public volatile String announcement = "";

    /** Knows none of the sessions any more. */
    public void forgetSessions() {
        oldestSession = sessions.get() + 1;
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            headers.add(Map.copyOf(exchange.getRequestHeaders()));
            if (exchange.getRequestMethod().equals("DELETE")) {
                told.add("DELETE");
                exchange.sendResponseHeaders(204, -1);
                return;
            }
            if (exchange.getRequestMethod().equals("GET")) {
                announce(exchange);
                return;
            }
            if (status != 0) {
                exchange.getResponseHeaders().set("Location", "http://127.0.0.1:1/elsewhere");
                exchange.sendResponseHeaders(status, -1);
                return;
            }
            JsonNode request = MAPPER.readTree(exchange.getRequestBody());
            if (!request.has("id") || !request.has("method")) {
                told.add(request.path("method").asText("answer"));
                exchange.sendResponseHeaders(202, -1);
                return;
            }
            String session = exchange.getRequestHeaders().getFirst("Mcp-Session-Id");
            if (session != null && Integer.parseInt(session) < oldestSession) {
                exchange.sendResponseHeaders(404, -1);
                return;
            }
            answer(exchange, request);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void announce(HttpExchange exchange) throws IOException, InterruptedException {
        if (announcement.isEmpty()) {
            exchange.sendResponseHeaders(405, -1);
            return;
        }
        exchange.getResponseHeaders().set("Content-Type", "text/event-stream");
        exchange.sendResponseHeaders(200, 0);
        exchange.getResponseBody().write(("data: " + announcement + "\n\n").getBytes(StandardCharsets.UTF_8));
        exchange.getResponseBody().flush();
        end.await();
    }

    private void answer(HttpExchange exchange, JsonNode request) throws IOException, InterruptedException {
        switch (request.path("method").asText()) {
            case "initialize" -> {
                if (stateless) {
                    send(exchange, 400, error(request, -32601, "There is no handshake."));
                    return;
                }
                exchange.getResponseHeaders().set("Mcp-Session-Id", String.valueOf(sessions.incrementAndGet()));
                ObjectNode answer = result(request);
                answer.withObject("/result")
                        .put(
                                "protocolVersion",
                                request.at("/params/protocolVersion").asText())
                        .putObject("capabilities")
                        .putObject("tools");
                answer.withObject("/result")
                        .putObject("serverInfo")
                        .put("name", "fake")
                        .put("version", "1");
                send(exchange, 200, answer);
            }
            case "tools/list" -> list(exchange, request);
            case "tools/call" -> call(exchange, request);
            default -> send(exchange, 200, error(request, -32601, "Unknown method"));
        }
    }

    /** One tool a page. */
    private void list(HttpExchange exchange, JsonNode request) throws IOException {
        List<String> names = TOOLS.keySet().stream().sorted().toList();
        int page = Integer.parseInt(request.at("/params/cursor").asText("0"));
        ObjectNode answer = result(request);
        ObjectNode tool = answer.withObject("/result").putArray("tools").addObject();
        tool.put("name", names.get(page));
        tool.put("description", "The tool " + names.get(page) + ".\nIt is {{not}} a placeholder.");
        tool.set("inputSchema", MAPPER.readTree(TOOLS.get(names.get(page))));
        if (page + 1 < names.size()) {
            answer.withObject("/result").put("nextCursor", String.valueOf(page + 1));
        }
        send(exchange, 200, answer);
    }

    private void call(HttpExchange exchange, JsonNode request) throws IOException, InterruptedException {
        String tool = request.at("/params/name").asText();
        JsonNode arguments = request.at("/params/arguments");
        calls.add(tool + " " + arguments);
        switch (tool) {
            case "echo" ->
                send(
                        exchange,
                        200,
                        text(
                                request,
                                arguments
                                        .path("text")
                                        .asText()
                                        .repeat(arguments.path("times").asInt(1)),
                                false));
            case "count" -> {
                ObjectNode answer = text(request, "ignored", false);
                answer.withObject("/result/structuredContent")
                        .put("of", arguments.path("of").asText())
                        .put("calls", calls.size())
                        .putArray("parts")
                        .add(1)
                        .add(2.5)
                        .addNull();
                send(exchange, 200, answer);
            }
            case "fail" -> send(exchange, 200, text(request, "There is no such account.", true));
            case "hang" -> end.await();
            case "huge" -> send(exchange, 200, text(request, "x".repeat(3_000_000), false));
            case "nonsense" -> send(exchange, 200, "application/json", "}{ secret".getBytes(StandardCharsets.UTF_8));
            case "cut" -> {
                exchange.getResponseHeaders().set("Content-Type", "application/json");
                exchange.sendResponseHeaders(200, 1_000);
                exchange.getResponseBody().write('{');
            }
            case "stream" -> stream(exchange, request);
            case "flood" -> flood(exchange);
            default -> send(exchange, 200, error(request, -32602, "Unknown tool"));
        }
    }

    private void stream(HttpExchange exchange, JsonNode request) throws IOException {
        exchange.getResponseHeaders().set("Content-Type", "text/event-stream");
        exchange.sendResponseHeaders(200, 0);
        String events = """
                : a comment\r
                event: message\r
                data: {"jsonrpc":"2.0","method":"notifications/message","params":{"data":"hm"}}\r
                \r
                data:{"jsonrpc":"2.0","id":"p1","method":"ping"}

                id: 7
                data: {"jsonrpc":"2.0","id":%s,
                data: "result":{"content":[{"type":"text","text":"streamed"},{"type":"image","data":"AA"}]}}

                """.formatted(request.path("id"));
        exchange.getResponseBody().write(events.getBytes(StandardCharsets.UTF_8));
    }

    /** Events without an end. */
    private void flood(HttpExchange exchange) throws IOException {
        exchange.getResponseHeaders().set("Content-Type", "text/event-stream");
        exchange.sendResponseHeaders(200, 0);
        byte[] event = ("data: {\"method\":\"notifications/message\",\"params\":\"" + "x".repeat(10_000) + "\"}\n\n")
                .getBytes(StandardCharsets.UTF_8);
        OutputStream out = exchange.getResponseBody();
        while (end.getCount() > 0) {
            out.write(event);
        }
    }

    private static ObjectNode text(JsonNode request, String text, boolean isError) {
        ObjectNode answer = result(request);
        ObjectNode result = answer.withObject("/result");
        result.put("isError", isError)
                .putArray("content")
                .addObject()
                .put("type", "text")
                .put("text", text);
        return answer;
    }

    private static ObjectNode error(JsonNode request, int code, String message) {
        ObjectNode answer = JsonNodeFactory.instance.objectNode().put("jsonrpc", "2.0");
        answer.set("id", request.path("id"));
        answer.putObject("error").put("code", code).put("message", message);
        return answer;
    }

    private static ObjectNode result(JsonNode request) {
        ObjectNode answer = JsonNodeFactory.instance.objectNode().put("jsonrpc", "2.0");
        answer.set("id", request.path("id"));
        answer.putObject("result");
        return answer;
    }

    private static void send(HttpExchange exchange, int code, JsonNode answer) throws IOException {
        send(exchange, code, "application/json", MAPPER.writeValueAsBytes(answer));
    }

    private static void send(HttpExchange exchange, int code, String type, byte[] body) throws IOException {
        exchange.getResponseHeaders().set("Content-Type", type);
        exchange.sendResponseHeaders(code, body.length);
        exchange.getResponseBody().write(body);
    }

    @Override
    public void close() {
        end.countDown();
        server.stop(0);
    }
}
