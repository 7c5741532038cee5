package dev.rlm.packaged.chaos;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An OpenAI-compatible endpoint that is slow, throttles, fails, drops connections, and counts every call. The root model
 * works through {@link ChaosTask#reply}; the sub-model answers a prompt by {@link ChaosTask#number}. Who asks is told by
 * the API key.
 */
final class CountingModels implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Pattern TASK = Pattern.compile("task (chaos-\\d+) of (\\d+) lines");

    private final HttpServer server;
    private final Random random;
    private final CallLog log = new CallLog();
    private final AtomicInteger refused = new AtomicInteger();

    /** What becomes of a call, and after what time. */
    private record Fate(Kind kind, Duration latency) {}

    private enum Kind {
        ANSWERED,
        THROTTLED,
        OUT_OF_ORDER,
        DROPPED
    }

    CountingModels(long seed) throws IOException {
        random = new Random(seed);
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 1_000);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/", this::handle);
        server.start();
    }

    URI baseUrl() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/v1");
    }

    CallLog log() {
        return log;
    }

    /** How many calls were not answered on purpose. */
    int refused() {
        return refused.get();
    }

    /** The key of the call that a root model's turn is. */
    static String turnKey(String task, int turn) {
        return task + " turn " + turn;
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            JsonNode request = JSON.readTree(exchange.getRequestBody());
            JsonNode messages = request.get("messages");
            String model = request.path("model").asText();
            String first = firstOfUser(messages);
            Matcher task = TASK.matcher(first);
            boolean isRoot = model.equals("root") && task.find();
            String key = isRoot ? turnKey(task.group(1), ChaosTask.turn(messages)) : first;
            String reply = isRoot
                    ? new ChaosTask(task.group(1), Integer.parseInt(task.group(2))).reply(messages)
                    : String.valueOf(ChaosTask.number(first));
            CallLog.Call call = log.begin(key, caller(exchange));
            try {
                answer(exchange, call, completion(model, reply, messages));
            } finally {
                log.ended(call);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void answer(HttpExchange exchange, CallLog.Call call, String body)
            throws IOException, InterruptedException {
        Fate fate = fate();
        Thread.sleep(fate.latency());
        switch (fate.kind()) {
            case ANSWERED -> {
                // Before it is sent: whoever dies after that may have got it.
                log.answered(call);
                send(exchange, 200, body);
            }
            case THROTTLED -> refuse(exchange, 429);
            case OUT_OF_ORDER -> refuse(exchange, 503);
            // Its connection is closed by the caller of this.
            case DROPPED -> refused.incrementAndGet();
        }
    }

    private synchronized Fate fate() {
        int percent = random.nextInt(100);
        Kind kind = percent < 6
                ? Kind.THROTTLED
                : percent < 10 ? Kind.OUT_OF_ORDER : percent < 12 ? Kind.DROPPED : Kind.ANSWERED;
        return new Fate(kind, Duration.ofMillis(5 + (long) Math.abs(random.nextGaussian() * 300)));
    }

    private void refuse(HttpExchange exchange, int status) throws IOException {
        refused.incrementAndGet();
        send(exchange, status, "{\"error\":{\"message\":\"not now\"}}");
    }

    static String caller(HttpExchange exchange) {
        return exchange.getRequestHeaders().getFirst("Authorization").replace("Bearer ", "");
    }

    private static void send(HttpExchange exchange, int status, String body) throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.sendResponseHeaders(status, bytes.length);
        exchange.getResponseBody().write(bytes);
    }

    /** A reply in the wire format. */
    static String completion(String model, String reply, JsonNode messages) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("id", "chaos").put("object", "chat.completion").put("model", model);
        ObjectNode choice = json.putArray("choices").addObject();
        choice.put("index", 0).put("finish_reason", "stop");
        choice.putObject("message").put("role", "assistant").put("content", reply);
        json.putObject("usage")
                .put("prompt_tokens", messages.toString().length() / 4)
                .put("completion_tokens", reply.length() / 4);
        return json.toString();
    }

    private static String firstOfUser(JsonNode messages) {
        for (JsonNode message : messages) {
            if (message.path("role").asText().equals("user")) {
                return message.path("content").asText();
            }
        }
        return "";
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
