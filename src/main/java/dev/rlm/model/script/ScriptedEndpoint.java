package dev.rlm.model.script;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

/**
 * Serves a {@link Script} as an OpenAI-compatible endpoint on the loopback address, in pieces where a request wants that.
 *
 * <p>Tokens are counted as a quarter of the characters, rounded up. Requests are kept for assertions: the latest
 * {@value #KEPT_REQUESTS}, and of them only as many as hold {@value #KEPT_CHARACTERS} characters together. Made for
 * hundreds of calls at the same time: each runs on a virtual thread of its own. Thread-safe.
 */
public final class ScriptedEndpoint implements AutoCloseable {

    static final int KEPT_REQUESTS = 2_000;
    static final long KEPT_CHARACTERS = 64_000_000;
    private static final int MAX_REQUEST_BYTES = 256 << 20;
    private static final int BACKLOG = 4_096;
    private static final int SHOWN_CHARACTERS = 80;

    private final HttpServer server;
    private final ExecutorService threads;
    private final Map<String, List<PreparedRule>> rules = new TreeMap<>();
    private final ObjectMapper json = new ObjectMapper();
    private final Map<String, LongAdder> calls = new ConcurrentHashMap<>();
    private final AtomicInteger inFlight = new AtomicInteger();
    private final AtomicInteger mostInFlight = new AtomicInteger();
    private final Deque<ScriptedRequest> requests = new ArrayDeque<>();
    private long keptCharacters;

    private ScriptedEndpoint(Script script, HttpServer server, ExecutorService threads) {
        script.models()
                .forEach((model, list) ->
                        rules.put(model, list.stream().map(PreparedRule::new).toList()));
        this.server = server;
        this.threads = threads;
    }

    /** Starts an endpoint on a free port. */
    public static ScriptedEndpoint start(Script script) throws IOException {
        return start(script, 0);
    }

    /**
     * Starts an endpoint.
     *
     * @param port the port, or 0 for a free one
     * @throws IOException if the port is taken
     */
    public static ScriptedEndpoint start(Script script, int port) throws IOException {
        // Read once by the JDK's server when it is first loaded: without them small replies wait for delayed
        // acknowledgements, and connections beyond 200 are closed while clients still mean to use them.
        setUnlessSet("sun.net.httpserver.nodelay", "true");
        setUnlessSet("sun.net.httpserver.maxIdleConnections", "4096");
        setUnlessSet("sun.net.httpserver.idleInterval", "300");
        HttpServer server = HttpServer.create(
                new InetSocketAddress(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), port), BACKLOG);
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
        ScriptedEndpoint endpoint = new ScriptedEndpoint(script, server, threads);
        server.setExecutor(threads);
        server.createContext("/", endpoint::handle);
        server.start();
        return endpoint;
    }

    /** The base URL for an OpenAI client, {@code http://127.0.0.1:PORT/v1}. */
    public URI baseUrl() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/v1");
    }

    /** How many calls a model received, failed ones included. */
    public long calls(String model) {
        LongAdder count = calls.get(model);
        return count == null ? 0 : count.sum();
    }

    /** How many calls were under way at the same time at most. */
    public int mostInFlight() {
        return mostInFlight.get();
    }

    /** The latest requests, oldest first. */
    public List<ScriptedRequest> requests() {
        synchronized (requests) {
            return List.copyOf(requests);
        }
    }

    /** Stops at once; calls under way are cut off. */
    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            String operation =
                    exchange.getRequestMethod() + " " + exchange.getRequestURI().getPath();
            switch (operation) {
                case "POST /v1/chat/completions" -> complete(exchange);
                case "GET /v1/models" -> send(exchange, 200, ChatCompletions.models(rules.keySet()));
                default -> fail(exchange, 404, "There is no " + operation + " here.");
            }
        }
    }

    private void complete(HttpExchange exchange) throws IOException {
        byte[] bytes = exchange.getRequestBody().readNBytes(MAX_REQUEST_BYTES + 1);
        if (bytes.length > MAX_REQUEST_BYTES) {
            fail(exchange, 413, "The request is larger than " + MAX_REQUEST_BYTES + " bytes.");
            return;
        }
        JsonNode body;
        try {
            body = json.readTree(bytes);
        } catch (IOException e) {
            fail(exchange, 400, "The request is not JSON.");
            return;
        }
        ScriptedRequest request = ScriptedRequest.of(body);
        calls.computeIfAbsent(request.model(), ignored -> new LongAdder()).increment();
        keep(request);
        mostInFlight.accumulateAndGet(inFlight.incrementAndGet(), Math::max);
        try {
            answer(exchange, request);
        } finally {
            inFlight.decrementAndGet();
        }
    }

    private void answer(HttpExchange exchange, ScriptedRequest request) throws IOException {
        List<PreparedRule> candidates = rules.getOrDefault(request.model(), rules.get(Script.ANY_MODEL));
        if (candidates == null) {
            fail(exchange, 404, "The script has no model '" + request.model() + "'; it has " + rules.keySet() + ".");
            return;
        }
        for (PreparedRule candidate : candidates) {
            Optional<Reaction> reaction;
            try {
                reaction = candidate.apply(request.turn(), request.lastMessage());
            } catch (StackOverflowError e) {
                fail(exchange, 500, "The pattern " + candidate.rule().match() + " is too complex for this message.");
                return;
            }
            if (reaction.isPresent()) {
                pause(candidate.rule().latency());
                send(exchange, request, reaction.get(), candidate.rule().pieceLatency());
                return;
            }
        }
        String last = request.lastMessage();
        fail(
                exchange,
                400,
                "No rule of the scripted model '" + request.model() + "' matches turn " + request.turn()
                        + " with the last message: " + last.substring(0, Math.min(SHOWN_CHARACTERS, last.length())));
    }

    private void send(HttpExchange exchange, ScriptedRequest request, Reaction reaction, Duration pieceLatency)
            throws IOException {
        switch (reaction) {
            case Reaction.Reply reply -> send(exchange, request, ChatCompletions.reply(request, reply), pieceLatency);
            case Reaction.CallTool call ->
                send(exchange, request, ChatCompletions.toolCall(request, call), pieceLatency);
            case Reaction.Fail failure -> {
                if (failure.retryAfter() != null) {
                    long seconds = failure.retryAfter().plusMillis(999).toSeconds();
                    exchange.getResponseHeaders().set("Retry-After", Long.toString(seconds));
                }
                fail(exchange, failure.status(), failure.message());
            }
        }
    }

    private static void send(HttpExchange exchange, ScriptedRequest request, JsonNode completion, Duration pieceLatency)
            throws IOException {
        if (!request.wantsPieces()) {
            send(exchange, 200, completion);
            return;
        }
        exchange.getResponseHeaders().set("Content-Type", "text/event-stream");
        exchange.sendResponseHeaders(200, 0);
        OutputStream out = exchange.getResponseBody();
        List<JsonNode> chunks = ChatChunks.of(completion, request.wantsCount());
        for (int i = 0; i < chunks.size(); i++) {
            // The role and the first piece come together.
            pause(i < 2 ? Duration.ZERO : pieceLatency);
            sendEvent(out, chunks.get(i).toString());
        }
        sendEvent(out, "[DONE]");
    }

    private static void sendEvent(OutputStream out, String data) throws IOException {
        out.write(("data: " + data + "\n\n").getBytes(StandardCharsets.UTF_8));
        out.flush();
    }

    private static void fail(HttpExchange exchange, int status, String message) throws IOException {
        send(exchange, status, ChatCompletions.error(status, message));
    }

    private static void send(HttpExchange exchange, int status, JsonNode body) throws IOException {
        byte[] bytes = body.toString().getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.sendResponseHeaders(status, bytes.length);
        exchange.getResponseBody().write(bytes);
    }

    private void keep(ScriptedRequest request) {
        synchronized (requests) {
            requests.addLast(request);
            keptCharacters += request.characters();
            while (requests.size() > KEPT_REQUESTS || (keptCharacters > KEPT_CHARACTERS && requests.size() > 1)) {
                keptCharacters -= requests.removeFirst().characters();
            }
        }
    }

    private static void pause(Duration latency) throws IOException {
        try {
            Thread.sleep(latency);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("The scripted endpoint was closed.", e);
        }
    }

    private static void setUnlessSet(String property, String value) {
        if (System.getProperty(property) == null) {
            System.setProperty(property, value);
        }
    }
}
