package dev.rlm.mcp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rlm.packaged.PackagedRlm;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What platforms, browsers and careless clients send over the versions with sessions. */
final class OlderVersionsIT {

    private static final String SESSION = "Mcp-Session-Id";

    /** As AgentCore makes them up. */
    private static final String FOREIGN = "f3b0c9d2-6a1e-4a6a-9f57-0b7f1f0f2f11-agentcore-session";

    private static final String INITIALIZE = """
            {"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-11-25","capabilities":{},\
            "clientInfo":{"name":"test","version":"1"}}}""";
    private static final String INITIALIZED = "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/initialized\"}";
    private static final String STATUS = """
            {"jsonrpc":"2.0","id":2,"method":"tools/call","params":{"name":"rlm_status","arguments":{}}}""";

    private static PackagedRlm.Server server;
    private static HttpClient http;

    @BeforeAll
    static void start() throws Exception {
        server = new PackagedRlm.Server(Map.of("RLM_TASK_STORE", "temporary"));
        http = HttpClient.newHttpClient();
    }

    @AfterAll
    static void stop() {
        http.close();
        server.close();
        assertThat(server.log()).doesNotContain("Exception");
    }

    private static HttpResponse<String> send(String method, String body, String... headers) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(server.address()))
                .method(method, HttpRequest.BodyPublishers.ofString(body))
                .header("Content-Type", "application/json")
                .header("Accept", "application/json, text/event-stream");
        if (headers.length > 0) {
            request.headers(headers);
        }
        return http.send(request.build(), BodyHandlers.ofString());
    }

    private static String version(HttpResponse<String> status) {
        assertThat(status.statusCode()).isEqualTo(200);
        return new JsonObject(status.body())
                .getJsonObject("result")
                .getJsonObject("structuredContent")
                .getJsonObject("server")
                .getString("version");
    }

    @Test
    void repliesToNothingDoNoHarm() throws Exception {
        String session = send("POST", INITIALIZE).headers().firstValue(SESSION).orElseThrow();
        String reply = "{\"jsonrpc\":\"2.0\",\"id\":%s,\"result\":{}}";
        HttpResponse<String> refused = send("POST", reply.formatted("\"mine\""), SESSION, session);
        assertThat(refused.statusCode()).isEqualTo(400);
        assertThat(refused.body()).contains("The server has made no request with this `id`.");
        assertThat(send("POST", reply.formatted(1_000_000_000), SESSION, session)
                        .statusCode())
                .isEqualTo(202);
    }

    @Test
    void aSessionOfThePlatformGoesThroughAWholeConversation() throws Exception {
        HttpResponse<String> initialized = send("POST", INITIALIZE, SESSION, FOREIGN);
        assertThat(initialized.statusCode()).isEqualTo(200);
        assertThat(new JsonObject(initialized.body()).getJsonObject("result").getString("protocolVersion"))
                .isEqualTo("2025-11-25");
        // The client goes on with the platform's id.
        assertThat(initialized.headers().firstValue(SESSION)).isEmpty();
        HttpResponse<String> notified = send("POST", INITIALIZED, SESSION, FOREIGN);
        assertThat(notified.statusCode()).isEqualTo(202);
        assertThat(notified.body()).isEmpty();
        assertThat(version(send("POST", STATUS, SESSION, FOREIGN, "MCP-Protocol-Version", "2025-11-25")))
                .isNotBlank();
        assertThat(version(send("POST", STATUS))).isNotBlank();
        assertThat(send("GET", "", SESSION, FOREIGN).statusCode()).isEqualTo(405);
        assertThat(send("DELETE", "", SESSION, FOREIGN).statusCode()).isEqualTo(405);
    }

    @Test
    void aSessionOfOursIsOneUntilItIsEnded() throws Exception {
        String session = send("POST", INITIALIZE).headers().firstValue(SESSION).orElseThrow();
        assertThat(send("POST", INITIALIZED, SESSION, session).statusCode()).isEqualTo(202);
        assertThat(version(send("POST", STATUS, SESSION, session))).isNotBlank();
        assertThat(send("DELETE", "", SESSION, session).statusCode()).isEqualTo(200);
        assertThat(send("POST", STATUS, SESSION, session).statusCode()).isEqualTo(404);
    }

    @Test
    void pagesOfOtherSitesAreRefusedByTheirWholeOrigin() throws Exception {
        int port = URI.create(server.base()).getPort();
        assertThat(send("POST", STATUS, "Origin", server.base()).statusCode()).isEqualTo(200);
        for (String origin : new String[] {
            "http://localhost.evil.example",
            "http://localhost.evil.example:" + port,
            "http://evil.example",
            "http://127.0.0.1:" + (port + 1),
            "http://127.0.0.1",
            server.base() + ".evil.example",
            "http://127.0.0.1:" + String.valueOf(port).substring(0, 2),
            "https://user@127.0.0.1@evil.example:" + port,
            "file://",
            "null",
            "%%"
        }) {
            assertThat(send("POST", STATUS, "Origin", origin).statusCode())
                    .as(origin)
                    .isEqualTo(403);
        }
    }
}
