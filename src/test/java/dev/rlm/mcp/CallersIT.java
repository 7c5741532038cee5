package dev.rlm.mcp;

import static dev.rlm.mcp.ServerOfCallers.ANN;
import static dev.rlm.mcp.ServerOfCallers.BOB;
import static dev.rlm.mcp.ServerOfCallers.HASTY;
import static dev.rlm.mcp.ServerOfCallers.LOADER;
import static dev.rlm.mcp.ServerOfCallers.NOTHING;
import static dev.rlm.mcp.ServerOfCallers.UNKNOWN;
import static org.assertj.core.api.Assertions.assertThat;

import dev.rlm.access.ApiKey;
import dev.rlm.packaged.HttpDoor;
import io.vertx.core.json.JsonObject;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Who gets in at a server that listens on all interfaces, with an API key or without, and what each may do. */
final class CallersIT {

    private static ServerOfCallers server;
    private static HttpDoor door;

    private McpConversation ann;
    private McpConversation bob;

    @BeforeAll
    static void start() throws Exception {
        server = new ServerOfCallers();
        door = server.door();
    }

    private static String base() {
        return server.base();
    }

    @AfterAll
    static void stop() {
        assertThat(server.log()).contains("Many wrong credentials come from 127.0.0.1.");
        server.close();
    }

    @BeforeEach
    void connect() {
        ann = new McpConversation(base(), ANN);
        bob = new McpConversation(base(), BOB);
    }

    @AfterEach
    void disconnect() {
        ann.close();
        bob.close();
    }

    @Test
    void whoMaySeeTheWholeServerIsToldHowManyTasksThereAreOfAll() {
        String context = bob.load("ok\nERROR one\n");
        String task = bob.ask("count-errors", context, Map.of()).getString("task_id");
        bob.call("rlm_cancel", Map.of("task_id", task));
        long own = ann.call("rlm_list_tasks", Map.of("limit", 100))
                .getJsonArray("tasks")
                .size();
        assertThat(tasksSeenBy(ann)).isGreaterThan(own);
        assertThat(tasksSeenBy(bob))
                .isEqualTo(bob.call("rlm_list_tasks", Map.of("limit", 100))
                        .getJsonArray("tasks")
                        .size());
    }

    private static long tasksSeenBy(McpConversation caller) {
        JsonObject seen = caller.call("rlm_status", Map.of()).getJsonObject("server");
        return seen.getLong("tasks_queued") + seen.getLong("tasks_running") + seen.getLong("tasks_ended");
    }

    @Test
    void withoutACredentialOnlyHealthIsOpen() throws Exception {
        assertThat(door.get("/q/health").statusCode()).isEqualTo(200);
        assertThat(door.get("/q/health/live").statusCode()).isEqualTo(200);
        assertThat(door.get("/q/health", "Authorization", "Bearer nonsense").statusCode())
                .isEqualTo(200);

        HttpResponse<String> refused = door.initialize();
        assertThat(refused.statusCode()).isEqualTo(401);
        assertThat(refused.headers().firstValue("WWW-Authenticate"))
                .contains("Bearer realm=\"rlm\", scope=\"rlm:ask rlm:load\"");
        assertThat(refused.body())
                .isEqualTo("This server needs to know who calls: send an API key or a token as"
                        + " 'Authorization: Bearer ...'.");
        for (String path : List.of(
                "/mcp",
                "/mcp/",
                "/mcp/sse",
                "/",
                "/q",
                "/q/healthy",
                "/q/../mcp",
                "//mcp",
                "/contexts/a",
                "/.well-known/oauth-protected-resources",
                "/.well-known/oauth-protected-resource/../../mcp",
                "/.well-known/oauth-protected-resource/%2e%2e/%2e%2e/mcp")) {
            assertThat(door.get(path).statusCode()).as(path).isEqualTo(401);
        }
        for (String path :
                List.of("/.well-known/oauth-protected-resource", "/.well-known/oauth-protected-resource/other")) {
            assertThat(door.get(path).statusCode())
                    .as("there are no tokens to tell of")
                    .isEqualTo(404);
        }
    }

    @Test
    void whatIsNoKeyGetsNothing() throws Exception {
        for (String[] headers : List.of(
                HttpDoor.bearer(UNKNOWN),
                HttpDoor.bearer(ANN + "x"),
                HttpDoor.bearer(ANN.substring(0, ANN.length() - 1)),
                HttpDoor.bearer(ApiKey.Hash.of(ANN).toString()),
                HttpDoor.bearer(""),
                HttpDoor.bearer("a.b.c"),
                HttpDoor.bearer("ü"),
                new String[] {"Authorization", "Basic " + ANN},
                new String[] {"Authorization", ANN},
                new String[] {"Authorization", "Bearer " + ANN, "Authorization", "Bearer " + BOB},
                new String[] {"X-Api-Key", ANN})) {
            HttpResponse<String> refused = door.initialize(headers);
            assertThat(refused.statusCode()).as(List.of(headers).toString()).isEqualTo(401);
            assertThat(refused.body()).doesNotContain(ANN, BOB, UNKNOWN).hasSizeBetween(20, 200);
            assertThat(refused.headers().firstValue("WWW-Authenticate").orElseThrow())
                    .startsWith("Bearer realm=\"rlm\"");
        }
        assertThat(door.initialize("authorization", "bearer " + ANN).statusCode())
                .isEqualTo(200);

        int status = 401;
        for (int i = 0; i < 100 && status == 401; i++) {
            status = door.initialize(HttpDoor.bearer(UNKNOWN)).statusCode();
        }
        HttpResponse<String> refused = door.initialize(HttpDoor.bearer(UNKNOWN));
        assertThat(refused.statusCode()).isEqualTo(429);
        assertThat(refused.headers().firstValueAsLong("Retry-After").orElseThrow())
                .isBetween(1L, 2L);
        assertThat(refused.body()).startsWith("Too many credentials from this address were wrong: try again in");
        assertThat(door.initialize(HttpDoor.bearer(BOB)).statusCode())
                .as("a right one from the same address gets in")
                .isEqualTo(200);
    }

    @Test
    void aBodyIsNotReadBeforeItsSenderIsKnown() throws Exception {
        try (Socket socket =
                new Socket(InetAddress.getLoopbackAddress(), URI.create(base()).getPort())) {
            OutputStream out = socket.getOutputStream();
            out.write(("POST /mcp HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
                            + "Content-Length: 100000000\r\n\r\n{")
                    .getBytes(StandardCharsets.US_ASCII));
            out.flush();
            socket.setSoTimeout(60_000);
            InputStream in = socket.getInputStream();
            byte[] start = in.readNBytes(12);
            assertThat(new String(start, StandardCharsets.US_ASCII)).isEqualTo("HTTP/1.1 401");
        }
    }

    @Test
    void aSessionIsItsOwnersAlone() throws Exception {
        HttpResponse<String> begun = door.initialize(HttpDoor.bearer(ANN));
        Optional<String> session = begun.headers().firstValue("Mcp-Session-Id");
        assertThat(session).isPresent();
        String ping = "{\"jsonrpc\":\"2.0\",\"id\":2,\"method\":\"ping\"}";
        assertThat(door.post(ping, "Authorization", "Bearer " + BOB, "Mcp-Session-Id", session.get())
                        .statusCode())
                .isEqualTo(404);
        assertThat(door.get("/mcp", "Authorization", "Bearer " + BOB, "Mcp-Session-Id", session.get())
                        .statusCode())
                .isEqualTo(404);
        assertThat(door.post(ping, "Authorization", "Bearer " + ANN, "Mcp-Session-Id", session.get())
                        .statusCode())
                .isEqualTo(200);
    }

    @Test
    void aMissingScopeIsNamed() throws Exception {
        String ask =
                "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\",\"params\":{\"name\":\"rlm_ask\",\"arguments\":{}}}";
        for (String body : List.of(ask, "[" + ask + "]")) {
            HttpResponse<String> refused = door.post(body, HttpDoor.bearer(LOADER));
            assertThat(refused.statusCode()).isEqualTo(403);
            assertThat(refused.headers().firstValue("WWW-Authenticate"))
                    .contains("Bearer realm=\"rlm\", error=\"insufficient_scope\", scope=\"rlm:ask\"");
            assertThat(refused.body()).startsWith("Your credential does not have what this needs (rlm:ask)");
        }
        try (McpConversation loader = new McpConversation(base(), LOADER)) {
            String context = loader.load("x".repeat(1_000_000));
            assertThat(loader.call("rlm_delete_context", Map.of("context_id", context))
                            .getBoolean("deleted"))
                    .isTrue();
        }
        String load = ask.replace("rlm_ask", "rlm_load_context");
        assertThat(door.post(load, HttpDoor.bearer(NOTHING)).headers().firstValue("WWW-Authenticate"))
                .contains("Bearer realm=\"rlm\", error=\"insufficient_scope\", scope=\"rlm:load\"");
    }

    @Test
    void whoSendsTooManyRequestsIsToldToWait() throws Exception {
        HttpResponse<String> response = door.get("/nothing", HttpDoor.bearer(HASTY));
        for (int i = 0; i < 1_000 && response.statusCode() == 404; i++) {
            response = door.get("/nothing", HttpDoor.bearer(HASTY));
        }
        assertThat(response.statusCode()).isEqualTo(429);
        assertThat(response.headers().firstValueAsLong("Retry-After").orElseThrow())
                .isEqualTo(1);
        assertThat(response.body()).isEqualTo("You have sent too many requests: try again in 1 s.");
        assertThat(door.initialize(HttpDoor.bearer(BOB)).statusCode()).isEqualTo(200);
    }
}
