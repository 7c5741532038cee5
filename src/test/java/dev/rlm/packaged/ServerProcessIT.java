package dev.rlm.packaged;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.rlm.packaged.PackagedRlm.Finished;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The server as a process and as an HTTP endpoint. */
final class ServerProcessIT {

    private static final String INITIALIZE = """
            {"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-11-25","capabilities":{},\
            "clientInfo":{"name":"test","version":"1"}}}""";

    @Test
    @EnabledOnOs(OS.LINUX)
    void isHealthyAndRefusesForeignPages() throws Exception {
        try (HttpClient client = HttpClient.newHttpClient();
                PackagedRlm.Server server = new PackagedRlm.Server(Map.of())) {
            HttpResponse<String> health = client.send(
                    HttpRequest.newBuilder(URI.create(server.base() + "/q/health"))
                            .build(),
                    BodyHandlers.ofString());
            assertThat(health.statusCode()).isEqualTo(200);
            assertThat(health.body()).contains("\"UP\"");

            HttpResponse<String> ping = client.send(
                    HttpRequest.newBuilder(URI.create(server.base() + "/ping")).build(), BodyHandlers.ofString());
            assertThat(ping.statusCode()).isEqualTo(200);
            assertThat(ping.body()).matches("\\{\"status\":\"Healthy\",\"time_of_last_update\":\\d+}");

            assertThat(initialize(client, server, null)).isEqualTo(200);
            assertThat(initialize(client, server, "http://evil.example")).isEqualTo(403);
            assertThat(initialize(client, server, "http://localhost.evil.example"))
                    .isEqualTo(403);

            assertThat(statusForHost(server, "evil.example:80")).startsWith("HTTP/1.1 403");
            assertThat(statusForHost(server, "localhost")).startsWith("HTTP/1.1 200");

            int port = URI.create(server.base()).getPort();
            Finished second = PackagedRlm.run(
                    Map.of(), "", Path.of("").toAbsolutePath(), "serve", "--port", String.valueOf(port));
            assertThat(second.exitCode()).isEqualTo(2);
            assertThat(second.err())
                    .contains("rlm: The server cannot listen there")
                    .doesNotContain("\tat ");

            assertThat(server.log()).contains("sandboxes: ");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"auto", "none"})
    @EnabledOnOs(OS.LINUX)
    void workersEndWithAServerThatIsKilled(String isolation) throws Exception {
        try (PackagedRlm.Server server = new PackagedRlm.Server(Map.of("RLM_SANDBOX_ISOLATION", isolation))) {
            await().atMost(Duration.ofMinutes(3))
                    .until(() -> server.workers().stream().anyMatch(ServerProcessIT::isJava));
            List<ProcessHandle> workers = server.workers();
            if (isolation.equals("none")) {
                assertThat(server.log()).contains("sandboxes: NOT isolated by the operating system; WARNING");
            }
            server.kill();
            await().atMost(Duration.ofMinutes(1))
                    .untilAsserted(() -> assertThat(workers).noneMatch(ProcessHandle::isAlive));
        }
    }

    private static boolean isJava(ProcessHandle process) {
        return process.info().command().orElse("").endsWith("/java");
    }

    /** By hand, because Java's client does not let callers choose the Host header. */
    private static String statusForHost(PackagedRlm.Server server, String host) throws IOException {
        try (Socket socket = new Socket(
                InetAddress.getLoopbackAddress(), URI.create(server.base()).getPort())) {
            String request = "GET /q/health HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n\r\n";
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
        }
    }

    private static int initialize(HttpClient client, PackagedRlm.Server server, String origin) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(server.address()))
                .header("Content-Type", "application/json")
                .header("Accept", "application/json, text/event-stream")
                .POST(HttpRequest.BodyPublishers.ofString(INITIALIZE));
        if (origin != null) {
            request.header("Origin", origin);
        }
        return client.send(request.build(), BodyHandlers.ofString()).statusCode();
    }
}
