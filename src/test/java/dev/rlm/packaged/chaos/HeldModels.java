package dev.rlm.packaged.chaos;

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
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A root model that asks many things at once, and a sub-model that holds its replies back until it is told, and sees who
 * does not wait for them. A reply that is held back sends a space from time to time, which JSON allows.
 */
final class HeldModels implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final long PULSE_MILLIS = 20;

    private final int calls;
    private final HttpServer server;
    private final AtomicInteger waiting = new AtomicInteger();
    private final AtomicInteger abandoned = new AtomicInteger();
    private final CountDownLatch released = new CountDownLatch(1);

    /** Models of which the root model asks so many things. */
    HeldModels(int calls) throws IOException {
        this.calls = calls;
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 1_000);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/", this::handle);
        server.start();
    }

    URI baseUrl() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/v1");
    }

    /** How many callers wait just now. */
    int waiting() {
        return waiting.get();
    }

    /** How many callers have gone before they had a reply. */
    int abandoned() {
        return abandoned.get();
    }

    /** Holds nothing back any more. */
    void release() {
        released.countDown();
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            JsonNode request = JSON.readTree(exchange.getRequestBody());
            JsonNode messages = request.get("messages");
            String model = request.path("model").asText();
            exchange.getResponseHeaders().set("Content-Type", "application/json");
            exchange.sendResponseHeaders(200, 0);
            OutputStream out = exchange.getResponseBody();
            String reply = "1";
            if (model.equals("root")) {
                reply = """
                        ```repl
                        replies = llm_query_batched([f"prompt {i}" for i in range(%d)])
                        FINAL(sum(int(reply) for reply in replies))
                        ```""".formatted(calls);
            } else {
                hold(out);
            }
            out.write(CountingModels.completion(model, reply, messages).getBytes(StandardCharsets.UTF_8));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void hold(OutputStream out) throws IOException, InterruptedException {
        waiting.incrementAndGet();
        try {
            while (released.getCount() > 0) {
                out.write(' ');
                out.flush();
                Thread.sleep(PULSE_MILLIS);
            }
        } catch (IOException e) {
            abandoned.incrementAndGet();
            throw e;
        } finally {
            waiting.decrementAndGet();
        }
    }

    @Override
    public void close() {
        release();
        server.stop(0);
    }
}
