package dev.rlm.mcp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Bodies of at most 100 bytes, and 150 of all together, which a handler answers at once or holds until it is told. */
final class BodiesTest {

    private static final int LONGEST = 100;
    private static final int HEAP = 600;
    private static final Duration PATIENCE = Duration.ofMillis(300);

    private final Queue<RoutingContext> held = new ConcurrentLinkedQueue<>();
    private Vertx vertx;
    private HttpServer server;
    private Bodies bodies;

    @BeforeEach
    void start() throws Exception {
        vertx = Vertx.vertx();
        bodies = new Bodies(LONGEST, HEAP, PATIENCE);
        Router router = Router.router(vertx);
        router.post("/small").handler(new Bodies(LONGEST, 200, PATIENCE));
        router.post().handler(bodies);
        router.post("/held").handler(held::add);
        router.post()
                .handler(request -> request.response()
                        .end("length " + request.body().buffer().length()));
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

    /** A connection on which a test writes by hand. */
    private final class Connection implements AutoCloseable {

        private final Socket socket;

        private Connection() throws IOException {
            socket = new Socket(InetAddress.getLoopbackAddress(), server.actualPort());
            socket.setSoTimeout(30_000);
        }

        private Connection write(String text) throws IOException {
            OutputStream out = socket.getOutputStream();
            out.write(text.getBytes(StandardCharsets.US_ASCII));
            out.flush();
            return this;
        }

        private Connection post(String path, int length) throws IOException {
            return write("POST " + path + " HTTP/1.1\r\nHost: localhost\r\nContent-Length: " + length + "\r\n\r\n");
        }

        private Connection postInChunks(String path) throws IOException {
            return write("POST " + path + " HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n");
        }

        private Connection chunk(int length) throws IOException {
            return write(Integer.toHexString(length) + "\r\n" + "x".repeat(length) + "\r\n");
        }

        /** What comes, until this is in it, or the connection is closed. */
        private String read(String end) throws IOException {
            StringBuilder read = new StringBuilder();
            InputStream in = socket.getInputStream();
            for (int next = in.read(); next >= 0; next = in.read()) {
                read.append((char) next);
                if (read.toString().endsWith(end)) {
                    break;
                }
            }
            return read.toString();
        }

        private void breakOff() throws IOException {
            socket.close();
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }

    @Test
    void aBodyIsReadHoweverItComes() throws Exception {
        try (Connection connection = new Connection()) {
            assertThat(connection.post("/", 0).read("length 0")).startsWith("HTTP/1.1 200");
            assertThat(connection
                            .post("/", 100)
                            .write("x".repeat(60))
                            .write("y".repeat(40))
                            .read("length 100"))
                    .startsWith("HTTP/1.1 200");
            assertThat(connection.postInChunks("/").chunk(30).chunk(70).chunk(0).read("length 100"))
                    .startsWith("HTTP/1.1 200");
            assertThat(connection
                            .write(
                                    "POST / HTTP/1.1\r\nHost: localhost\r\nExpect: 100-continue\r\nContent-Length: 1\r\n\r\n")
                            .read("\r\n\r\n"))
                    .startsWith("HTTP/1.1 100");
            assertThat(connection.write("x").read("length 1")).startsWith("HTTP/1.1 200");
        }
        assertThat(bodies.room()).isEqualTo(HEAP / 4);
    }

    @Test
    void aLongerBodyIsRefusedWithASentenceAndTheConnectionIsOfUseAfterwards() throws Exception {
        try (Connection connection = new Connection()) {
            assertThat(connection.post("/", 101).read("}}"))
                    .as("before any of it has come")
                    .startsWith("HTTP/1.1 413")
                    .contains("larger than 100 bytes", "PUT /contexts/NAME");
            assertThat(connection.write("x".repeat(101)).post("/", 1).write("x").read("length 1"))
                    .startsWith("HTTP/1.1 200");
            assertThat(connection.postInChunks("/").chunk(60).chunk(41).read("}}"))
                    .startsWith("HTTP/1.1 413")
                    .contains("larger than 100 bytes");
            assertThat(connection.chunk(0).post("/", 1).write("x").read("length 1"))
                    .startsWith("HTTP/1.1 200");
        }
        assertThat(bodies.room()).isEqualTo(HEAP / 4);
    }

    @Test
    void allBodiesTogetherAreBoundedUntilTheirRequestsAreAnswered() throws Exception {
        try (Connection first = new Connection();
                Connection second = new Connection();
                Connection third = new Connection()) {
            first.post("/held", 90).write("x".repeat(90));
            await().until(() -> held.size() == 1);
            assertThat(second.post("/", 90).write("x".repeat(90)).read("}}"))
                    .startsWith("HTTP/1.1 429")
                    .containsIgnoringCase("retry-after: 1")
                    .contains("try again");
            assertThat(third.post("/", 50).write("x".repeat(50)).read("length 50"))
                    .startsWith("HTTP/1.1 200");
            held.remove().response().end("done");
            assertThat(first.read("done")).startsWith("HTTP/1.1 200");
            assertThat(second.post("/", 90).write("x".repeat(90)).read("length 90"))
                    .startsWith("HTTP/1.1 200");
        }
        assertThat(bodies.room()).isEqualTo(HEAP / 4);
    }

    @Test
    void whatBreaksOffOrStopsComingLeavesItsRoom() throws Exception {
        try (Connection breaking = new Connection();
                Connection silent = new Connection();
                Connection nonsense = new Connection();
                Connection gone = new Connection()) {
            breaking.post("/", 90).write("x".repeat(10));
            silent.post("/", 90).write("x".repeat(10));
            gone.post("/held", 90).write("x".repeat(90));
            await().until(() -> bodies.room() == HEAP / 4 - 110);
            breaking.breakOff();
            gone.breakOff();
            assertThat(silent.read("never")).as("its client counts as gone").isEmpty();
            assertThat(nonsense.postInChunks("/").write("no length\r\nx").read("never"))
                    .doesNotStartWith("HTTP/1.1 5");
            await().until(() -> bodies.room() == HEAP / 4);
        }
    }

    @Test
    void aSmallHeapTakesSmallerBodies() throws Exception {
        try (Connection connection = new Connection()) {
            assertThat(connection.post("/small", 51).read("}}"))
                    .startsWith("HTTP/1.1 413")
                    .contains("larger than 50 bytes");
        }
    }
}
