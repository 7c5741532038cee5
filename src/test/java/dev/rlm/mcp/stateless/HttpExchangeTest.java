package dev.rlm.mcp.stateless;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Streams to clients that read them, and to one that does not. */
final class HttpExchangeTest {

    private static final Duration KEEP_ALIVE = Duration.ofMillis(50);

    private final Vertx vertx = Vertx.vertx();
    private final BlockingQueue<HttpExchange> exchanges = new LinkedBlockingQueue<>();
    private HttpServer server;

    @BeforeEach
    void start() throws Exception {
        Router router = Router.router(vertx);
        router.route().handler(this::take);
        server = vertx.createHttpServer()
                .requestHandler(router)
                .listen(0, "127.0.0.1")
                .toCompletionStage()
                .toCompletableFuture()
                .get(30, TimeUnit.SECONDS);
    }

    @AfterEach
    void stop() throws Exception {
        vertx.close().toCompletionStage().toCompletableFuture().get(30, TimeUnit.SECONDS);
    }

    private void take(RoutingContext request) {
        exchanges.add(new HttpExchange(request, Vertx.currentContext(), new Accepted(true, true), KEEP_ALIVE));
    }

    private Socket client() throws Exception {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.actualPort());
        socket.getOutputStream().write("GET / HTTP/1.1\r\nHost: test\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        return socket;
    }

    private static void tell(HttpExchange exchange, int characters) {
        exchange.notify("news", JsonNodeFactory.instance.objectNode().put("text", "x".repeat(characters)));
    }

    @Test
    void aClientThatDoesNotReadCountsAsGone() throws Exception {
        try (Socket _ = client()) {
            HttpExchange exchange = exchanges.take();
            CountDownLatch closed = new CountDownLatch(1);
            exchange.onClose(closed::countDown);
            // More than what sockets hold.
            for (int i = 0; i < 64; i++) {
                tell(exchange, 1 << 20);
            }
            assertThat(closed.await(60, TimeUnit.SECONDS)).isTrue();
            assertThat(exchange.isClosed()).isTrue();
        }
    }

    @Test
    void aClientThatReadsIsKeptHoweverLongNothingIsTold() throws Exception {
        try (Socket client = client()) {
            HttpExchange exchange = exchanges.take();
            tell(exchange, 10);
            byte[] wanted = ":\n\n".getBytes(StandardCharsets.US_ASCII);
            int signs = 0;
            int matched = 0;
            while (signs < 5) {
                int next = client.getInputStream().read();
                assertThat(next).as("the end").isNotNegative();
                matched = next == wanted[matched] ? matched + 1 : next == wanted[0] ? 1 : 0;
                if (matched == wanted.length) {
                    signs++;
                    matched = 0;
                }
            }
            assertThat(exchange.isClosed()).isFalse();
        }
    }
}
