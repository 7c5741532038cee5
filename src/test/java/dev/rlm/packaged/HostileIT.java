package dev.rlm.packaged;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.rlm.packaged.HostileRequests.Request;
import dev.rlm.packaged.PackagedRlm.Finished;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What hostile requests do to the packaged server: nothing. Other seeds by {@code -Drlm.hostile.seed=N}. */
final class HostileIT {

    private static final long SEED = Long.getLong("rlm.hostile.seed", 20_260_728L);
    private static final int THREADS = 8;
    private static final int REQUESTS_OF_EACH = 625;
    private static final int LINES = 500;

    /** Only ends what hangs. A stream that is open, such as that of `GET /mcp`, is no hang. */
    private static final int PATIENCE_MILLIS = 60_000;

    @TempDir
    private Path folder;

    /** By hand, because no client library sends this. Returns the start of what comes back. */
    private static String send(URI server, Request request) throws Exception {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.getPort())) {
            socket.setSoTimeout(PATIENCE_MILLIS);
            StringBuilder head =
                    new StringBuilder(request.method() + " " + request.path() + " HTTP/1.1\r\nHost: localhost\r\n");
            request.headers()
                    .forEach((name, value) ->
                            head.append(name).append(": ").append(value).append("\r\n"));
            head.append("Content-Length: ").append(request.body().length).append("\r\nConnection: close\r\n\r\n");
            OutputStream out = socket.getOutputStream();
            out.write(head.toString().getBytes(StandardCharsets.ISO_8859_1));
            out.write(request.body());
            out.flush();
            return read(socket.getInputStream());
        }
    }

    private static String read(InputStream in) throws Exception {
        ByteArrayOutputStream read = new ByteArrayOutputStream();
        byte[] buffer = new byte[8_192];
        try {
            for (int count = in.read(buffer); count >= 0 && read.size() < 100_000; count = in.read(buffer)) {
                read.write(buffer, 0, count);
                if (read.toString(StandardCharsets.UTF_8).contains("text/event-stream")) {
                    break;
                }
            }
        } catch (SocketTimeoutException e) {
            throw new AssertionError("Nothing came.", e);
        }
        return read.toString(StandardCharsets.UTF_8);
    }

    private static void check(Request request, String response) {
        assertThat(response)
                .as("the response to %s", request)
                .startsWith("HTTP/1.1 ")
                .doesNotContain("Exception", "\tat ", "java.lang");
        assertThat(response.charAt("HTTP/1.1 ".length()))
                .as("the response to %s: %s", request, response.substring(0, Math.min(300, response.length())))
                .isIn('1', '2', '3', '4');
    }

    @Test
    void thousandsOfHostileRequestsLeaveTheServerAsItWas() throws Exception {
        try (PackagedRlm.Server server = new PackagedRlm.Server(Map.of(
                        "JAVA_TOOL_OPTIONS",
                        "-Xmx256m",
                        "RLM_SANDBOX_WARM_WORKERS",
                        "0",
                        "RLM_TASK_STORE",
                        "temporary",
                        "XDG_CACHE_HOME",
                        folder.toString()));
                ExecutorService threads = Executors.newFixedThreadPool(THREADS);
                HttpClient client = HttpClient.newHttpClient()) {
            URI address = URI.create(server.base());
            List<Future<?>> running = new ArrayList<>();
            for (int thread = 0; thread < THREADS; thread++) {
                HostileRequests requests = new HostileRequests(SEED + thread);
                running.add(threads.submit(() -> {
                    for (int i = 0; i < REQUESTS_OF_EACH; i++) {
                        Request request = requests.next();
                        check(request, send(address, request));
                        if (i % 10 == 0) {
                            // The same once more.
                            check(request, send(address, request));
                        }
                    }
                    return null;
                }));
            }
            for (Future<?> each : running) {
                each.get();
            }
            var list = client.send(
                    HttpRequest.newBuilder(URI.create(server.address()))
                            .header("Content-Type", "application/json")
                            .header("Accept", "application/json, text/event-stream")
                            .POST(HttpRequest.BodyPublishers.ofString(
                                    "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/list\"}"))
                            .build(),
                    BodyHandlers.ofString());
            assertThat(list.body()).contains("rlm_ask");
            assertThat(server.log()).doesNotContain("Exception", "\tat ", "OutOfMemory", "error of the program");
        }
    }

    @Test
    void hostileLinesLeaveStandardOutputToTheProtocol() throws Exception {
        HostileRequests requests = new HostileRequests(SEED);
        StringBuilder lines = new StringBuilder();
        for (int i = 0; i < LINES; i++) {
            lines.append(new String(requests.message(), StandardCharsets.UTF_8).replace("\n", " "))
                    .append('\n');
        }
        Finished finished = PackagedRlm.run(
                Map.of(
                        "XDG_DATA_HOME",
                        folder.toString(),
                        "XDG_CACHE_HOME",
                        folder.toString(),
                        "RLM_SANDBOX_WARM_WORKERS",
                        "0"),
                lines.toString(),
                folder,
                "stdio");
        assertThat(finished.exitCode()).as(finished.err()).isZero();
        ObjectMapper mapper = new ObjectMapper();
        List<String> answers = finished.out().lines().toList();
        assertThat(answers).hasSizeGreaterThan(LINES / 4);
        for (String answer : answers) {
            assertThat(mapper.readTree(answer).isContainerNode()).as(answer).isTrue();
            assertThat(answer).doesNotContain("Exception", "java.lang");
        }
        assertThat(finished.err()).doesNotContain("Exception", "\tat ");
    }
}
