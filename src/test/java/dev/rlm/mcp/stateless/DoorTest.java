package dev.rlm.mcp.stateless;

import static dev.rlm.mcp.stateless.StatelessClient.headers;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rlm.access.AccessPolicy;
import dev.rlm.access.http.Callers;
import dev.rlm.mcp.McpRoutes;
import dev.rlm.mcp.stateless.StatelessClient.Reply;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.handler.BodyHandler;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The protocol over HTTP, with methods that show what they are given. Behind it stands a library that says what it got. */
final class DoorTest {

    private static final CountDownLatch CANCELLED = new CountDownLatch(1);

    private static Vertx vertx;
    private static HttpServer server;
    private StatelessClient client;

    /** Methods of all kinds of behaviour. */
    private static final class Behaviours implements Feature {

        @Override
        public void declare(ObjectNode capabilities) {
            capabilities.putObject("tools");
        }

        @Override
        public Map<String, Method> methods() {
            return Map.of(
                    "tools/list", call -> result().put("caller", call.name()),
                    "tools/call", this::call,
                    "tasks/get",
                            call -> {
                                call.request().require(Protocol.TASKS_EXTENSION);
                                return result();
                            },
                    "broken",
                            _ -> {
                                throw new IllegalStateException("secret");
                            });
        }

        private ObjectNode call(Call call) throws ProtocolError, InterruptedException {
            switch (call.request().text("name")) {
                case "progress" -> {
                    call.progress(1, "begun");
                    call.progress(2, "half");
                }
                case "endless" -> {
                    call.progress(1, "begun");
                    while (!call.hasCancelled()) {
                        Thread.sleep(10);
                    }
                    CANCELLED.countDown();
                }
                default -> {}
            }
            return result().put(
                            "length",
                            call.request().object("arguments").toString().length());
        }

        private static ObjectNode result() {
            return JsonNodeFactory.instance.objectNode();
        }
    }

    @BeforeAll
    static void start() throws Exception {
        vertx = Vertx.vertx();
        ServerDescription description = new ServerDescription("test", "A test", "1.2.3", "Use it.");
        Answers answers = new Answers(new Methods(List.of(new Behaviours()), description), description);
        Router router = Router.router(vertx);
        router.post("/mcp")
                .order(McpRoutes.STATELESS - 1)
                .handler(BodyHandler.create(false).setBodyLimit(-1));
        new Door(answers, new Callers(new AccessPolicy.Open()), "/mcp").open(router);
        router.route("/mcp")
                .order(10_000)
                .handler(request -> request.response()
                        .putHeader("content-type", "application/json")
                        .end("{\"library\": \"" + request.request().method() + " "
                                + (request.body().length() < 0
                                        ? 0
                                        : request.body().length()) + "\"}"));
        server = vertx.createHttpServer()
                .requestHandler(router)
                .listen(0, "127.0.0.1")
                .toCompletionStage()
                .toCompletableFuture()
                .get(30, TimeUnit.SECONDS);
    }

    @AfterAll
    static void stop() throws Exception {
        vertx.close().toCompletionStage().toCompletableFuture().get(30, TimeUnit.SECONDS);
    }

    @BeforeEach
    void connect() {
        client = new StatelessClient(address());
    }

    @AfterEach
    void disconnect() {
        client.close();
    }

    private static String address() {
        return "http://127.0.0.1:" + server.actualPort() + "/mcp";
    }

    @Test
    void aServerTellsWhatItIs() {
        Reply reply = client.request("server/discover", "{}").send();
        assertThat(reply.status()).isEqualTo(200);
        assertThat(reply.type()).isEqualTo("application/json");
        assertThat(reply.response().path("id").asInt()).isEqualTo(1);
        assertThat(reply.result().path("resultType").asText()).isEqualTo("complete");
        assertThat(reply.result().path("supportedVersions").path(0).asText()).isEqualTo("2026-07-28");
        assertThat(reply.result().path("supportedVersions").path(1).asText()).isEqualTo("2025-11-25");
        assertThat(reply.result().path("capabilities").path("tools").isObject()).isTrue();
        assertThat(reply.result().path("instructions").asText()).isEqualTo("Use it.");
        assertThat(reply.result().path("cacheScope").asText()).isEqualTo("public");
        assertThat(reply.result().path("ttlMs").asLong()).isEqualTo(300_000);
        assertThat(reply.result()
                        .path("_meta")
                        .path(Protocol.SERVER_KEY)
                        .path("version")
                        .asText())
                .isEqualTo("1.2.3");
    }

    @Test
    void requestsOfOlderVersionsPassToTheLibraryWithTheirBodies() throws Exception {
        String old =
                "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/list\",\"params\":{\"_meta\":{\"a\":[1,{\"b\":2}]}}}";
        Reply withHeader = client.post(old, headers("MCP-Protocol-Version", "2025-11-25"));
        assertThat(withHeader.response().path("library").asText()).isEqualTo("POST " + old.length());
        assertThat(client.post(old, Map.of()).response().has("library")).isTrue();
        assertThat(client.post("no json", Map.of()).response().has("library")).isTrue();
        assertThat(client.post("", Map.of()).response().path("library").asText())
                .isEqualTo("POST 0");
        HttpRequest get = HttpRequest.newBuilder(URI.create(address()))
                .header("MCP-Protocol-Version", "2025-11-25")
                .build();
        try (HttpClient http = HttpClient.newHttpClient()) {
            assertThat(http.send(get, BodyHandlers.ofString()).body()).contains("GET");
        }
    }

    @Test
    void aRequestIsOfTheNewVersionByItsBodyAlone() {
        Reply reply = client.request("tools/list", "{}")
                .without(Protocol.VERSION_HEADER)
                .send();
        assertThat(reply.status()).isEqualTo(400);
        assertThat(reply.code()).isEqualTo(-32020);
        Reply older = client.request("tools/list", "{}")
                .header(Protocol.VERSION_HEADER, "2025-11-25")
                .send();
        assertThat(older.code()).isEqualTo(-32020);
    }

    @Test
    void headersMustSayTheSameAsTheBody() {
        Reply method = client.request("tools/list", "{}")
                .header(Protocol.METHOD_HEADER, "TOOLS/LIST")
                .send();
        assertThat(method.status()).isEqualTo(400);
        assertThat(method.code()).isEqualTo(-32020);
        assertThat(method.error().path("message").asText())
                .isEqualTo("Header mismatch: the header Mcp-Method is 'TOOLS/LIST', but the body says 'tools/list'.");
        assertThat(client.request("tools/list", "{}")
                        .without(Protocol.METHOD_HEADER)
                        .send()
                        .code())
                .isEqualTo(-32020);
        assertThat(client.tool("a", "{}")
                        .header(Protocol.NAME_HEADER, "b")
                        .send()
                        .code())
                .isEqualTo(-32020);
        assertThat(client.tool("a", "{}").without(Protocol.NAME_HEADER).send().code())
                .isEqualTo(-32020);
        assertThat(client.tool("a", "{}")
                        .header(Protocol.VERSION_HEADER, "v999")
                        .send()
                        .code())
                .isEqualTo(-32020);
    }

    @Test
    void namesThatHeadersCannotHoldAreEncoded() {
        String encoded = Base64.getEncoder().encodeToString("größe".getBytes(StandardCharsets.UTF_8));
        assertThat(client.tool("größe", "{}")
                        .header(Protocol.NAME_HEADER, "=?base64?" + encoded + "?=")
                        .send()
                        .result()
                        .path("length")
                        .asInt())
                .isEqualTo(2);
        assertThat(client.tool("größe", "{}")
                        .header(Protocol.NAME_HEADER, "=?base64?" + encoded.replace("=", "") + "?=")
                        .send()
                        .code())
                .isEqualTo(-32020);
        assertThat(client.tool("größe", "{}")
                        .header(Protocol.NAME_HEADER, "=?base64?!!!!?=")
                        .send()
                        .code())
                .isEqualTo(-32020);
    }

    @Test
    void everyRequestCarriesWhatItsClientIs() {
        var withoutVersion = client.request("tools/list", "{}");
        withoutVersion.meta().remove(Protocol.VERSION_KEY);
        assertThat(withoutVersion.send().code()).isEqualTo(-32602);
        var withoutCapabilities = client.request("tools/list", "{}");
        withoutCapabilities.meta().remove(Protocol.CAPABILITIES_KEY);
        Reply reply = withoutCapabilities.send();
        assertThat(reply.status()).isEqualTo(400);
        assertThat(reply.code()).isEqualTo(-32602);
        var without = client.request("tools/list", "{}");
        without.message().remove("params");
        assertThat(without.send().code()).isEqualTo(-32602);
    }

    @Test
    void anUnknownVersionIsToldWhichAreKnown() {
        var request = client.request("server/discover", "{}").header(Protocol.VERSION_HEADER, "2027-01-01");
        request.meta().put(Protocol.VERSION_KEY, "2027-01-01");
        Reply reply = request.send();
        assertThat(reply.status()).isEqualTo(400);
        assertThat(reply.code()).isEqualTo(-32022);
        assertThat(reply.error().path("data").path("requested").asText()).isEqualTo("2027-01-01");
        assertThat(reply.error().path("data").path("supported"))
                .hasSize(5)
                .first()
                .isEqualTo(JsonNodeFactory.instance.textNode("2026-07-28"));
        assertThat(client.post("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"x\"}", headers("MCP-Protocol-Version", "1"))
                        .code())
                .isEqualTo(-32022);
    }

    @Test
    void anUnknownMethodIsNotFound() {
        for (String method : List.of("initialize", "ping", "logging/setLevel", "tasks/list", "unknown/method")) {
            Reply reply = client.request(method, "{}").send();
            assertThat(reply.status()).as(method).isEqualTo(404);
            assertThat(reply.code()).as(method).isEqualTo(-32601);
        }
    }

    @Test
    void aMissingCapabilityIsNamed() {
        Reply reply = client.request("tasks/get", "{\"taskId\": \"t\"}").send();
        assertThat(reply.status()).isEqualTo(400);
        assertThat(reply.code()).isEqualTo(-32021);
        assertThat(reply.error()
                        .path("data")
                        .path("requiredCapabilities")
                        .path("extensions")
                        .has(Protocol.TASKS_EXTENSION))
                .isTrue();
        assertThat(client.request("tasks/get", "{\"taskId\": \"t\"}")
                        .withTasks()
                        .send()
                        .status())
                .isEqualTo(200);
    }

    @Test
    void whatIsNoRequestIsRefusedWithASentence() {
        assertThat(refused("{\"jsonrpc\"").code()).isEqualTo(-32700);
        assertThat(refused("").code()).isIn(-32600, -32700);
        assertThat(refused("{\"jsonrpc\":\"2.0\",\"id\":1,\"id\":2,\"method\":\"tools/list\"}")
                        .code())
                .isEqualTo(-32700);
        assertThat(refused("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"a\"} {}").code())
                .isEqualTo(-32700);
        assertThat(refused("[".repeat(5_000)).code()).isEqualTo(-32700);
        assertThat(refused("[{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/list\"}]")
                        .code())
                .isEqualTo(-32600);
        assertThat(refused("7").code()).isEqualTo(-32600);
        assertThat(refused("{\"id\":1,\"method\":\"tools/list\"}").code()).isEqualTo(-32600);
        assertThat(refused("{\"jsonrpc\":\"2.0\",\"id\":1}").code()).isEqualTo(-32600);
        assertThat(refused("{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{}}").code())
                .isEqualTo(-32600);
        assertThat(refused("{\"jsonrpc\":\"2.0\",\"id\":null,\"method\":\"tools/list\"}")
                        .code())
                .isEqualTo(-32600);
        assertThat(refused("{\"jsonrpc\":\"2.0\",\"id\":1.5,\"method\":\"tools/list\"}")
                        .code())
                .isEqualTo(-32600);
        Reply params = refused("{\"jsonrpc\":\"2.0\",\"id\":\"x\",\"method\":\"tools/list\",\"params\":[]}");
        assertThat(params.code()).isEqualTo(-32600);
        assertThat(params.response().path("id").asText()).isEqualTo("x");
    }

    private Reply refused(String body) {
        Reply reply = client.post(body, headers(Protocol.VERSION_HEADER, Protocol.VERSION));
        assertThat(reply.status()).as(body).isEqualTo(400);
        assertThat(reply.error().path("message").asText()).doesNotContain("Exception", "\n");
        return reply;
    }

    @Test
    void notificationsAreTakenInSilence() {
        Reply reply = client.post(
                "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/cancelled\"}",
                headers(Protocol.VERSION_HEADER, Protocol.VERSION));
        assertThat(reply.status()).isEqualTo(202);
        assertThat(reply.messages()).isEmpty();
    }

    @Test
    void aMistakeOfTheProgramTellsNothingOfIt() {
        Reply reply = client.request("broken", "{}").send();
        assertThat(reply.status()).isEqualTo(200);
        assertThat(reply.code()).isEqualTo(-32603);
        assertThat(reply.error().toString()).doesNotContain("secret", "Exception");
    }

    @Test
    void progressComesBeforeTheAnswerToThoseWhoWantIt() {
        Reply reply = client.tool("progress", "{}").withProgress("p1").send();
        assertThat(reply.type()).isEqualTo("text/event-stream");
        assertThat(reply.messages()).hasSize(3);
        assertThat(reply.messages().get(1))
                .isEqualTo(StatelessClient.read(
                        "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/progress\",\"params\":{\"progress\":2,\"message\":\"half\","
                                + "\"progressToken\":\"p1\"}}"));
        assertThat(reply.result().path("resultType").asText()).isEqualTo("complete");

        assertThat(client.tool("progress", "{}").send().type()).isEqualTo("application/json");
        Reply jsonOnly = client.tool("progress", "{}")
                .withProgress("p1")
                .header("Accept", "application/json")
                .send();
        assertThat(jsonOnly.messages()).hasSize(1);
        Reply eventsOnly =
                client.tool("other", "{}").header("Accept", "text/event-stream").send();
        assertThat(eventsOnly.type()).isEqualTo("text/event-stream");
        assertThat(eventsOnly.result().path("length").asInt()).isEqualTo(2);
    }

    @Test
    void closingTheResponseCancelsTheCall() throws Exception {
        var response = client.tool("endless", "{}").withProgress("p").open();
        try (BufferedReader reader =
                new BufferedReader(new InputStreamReader(response.body(), StandardCharsets.UTF_8))) {
            assertThat(reader.readLine()).isEqualTo("event: message");
        }
        assertThat(CANCELLED.await(30, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void whatCannotBeTakenOrAnsweredIsRefused() throws Exception {
        assertThat(client.request("tools/list", "{}")
                        .header("Content-Type", "text/plain")
                        .send()
                        .status())
                .isEqualTo(415);
        assertThat(client.request("tools/list", "{}")
                        .header("Accept", "text/html")
                        .send()
                        .status())
                .isEqualTo(406);
        try (HttpClient http = HttpClient.newHttpClient()) {
            for (String method : List.of("GET", "DELETE")) {
                HttpRequest request = HttpRequest.newBuilder(URI.create(address()))
                        .method(method, HttpRequest.BodyPublishers.noBody())
                        .header("MCP-Protocol-Version", "2026-07-28")
                        .build();
                var response = http.send(request, BodyHandlers.ofString());
                assertThat(response.statusCode()).isEqualTo(405);
                assertThat(response.headers().firstValue("allow")).contains("POST");
            }
        }
    }

    @Test
    void manyCallsAtOnceAllGetTheirOwnAnswers() throws Exception {
        List<Thread> threads = new ArrayList<>();
        List<Reply> replies = java.util.Collections.synchronizedList(new ArrayList<>());
        for (int i = 0; i < 64; i++) {
            String argument = "x".repeat(i);
            int length = i;
            threads.add(Thread.ofVirtual().start(() -> {
                try (StatelessClient own = new StatelessClient(address())) {
                    Reply reply = own.tool("progress", "{\"a\":\"" + argument + "\"}")
                            .withProgress("p" + length)
                            .send();
                    assertThat(reply.result().path("length").asInt()).isEqualTo(length + 8);
                    assertThat(reply.messages()
                                    .getFirst()
                                    .path("params")
                                    .path("progressToken")
                                    .asText())
                            .isEqualTo("p" + length);
                    replies.add(reply);
                }
            }));
        }
        for (Thread thread : threads) {
            thread.join();
        }
        await().atMost(Duration.ofSeconds(30)).until(() -> replies.size() == 64);
    }

    @Test
    void aBodyOf30MegabytesIsOneString() {
        int size = 30_000_000;
        var call = client.tool("other", "{}");
        call.message().withObject("/params/arguments").put("a", "x".repeat(size));
        Reply reply = call.send();
        assertThat(reply.result().path("length").asInt()).isEqualTo(size + 8);
    }

    @Test
    void aBodyInAnotherEncodingThanUtf8IsNoJson() throws Exception {
        byte[] body = client.request("tools/list", "{}").message().toString().getBytes(StandardCharsets.UTF_16);
        HttpRequest request = HttpRequest.newBuilder(URI.create(address()))
                .header("MCP-Protocol-Version", "2026-07-28")
                .header("Mcp-Method", "tools/list")
                .POST(HttpRequest.BodyPublishers.ofByteArray(body))
                .build();
        try (HttpClient http = HttpClient.newHttpClient()) {
            var answer = http.send(request, BodyHandlers.ofString());
            assertThat(answer.statusCode()).isEqualTo(400);
            assertThat(answer.body()).contains("-32700", "Parse error");
        }
    }
}
