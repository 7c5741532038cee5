package dev.rlm.stdio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.rlm.functions.mcp.FakeMcpServer;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.URI;
import java.nio.channels.Channels;
import java.nio.channels.Pipe;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A client's streams on one side, a server over real HTTP on the other. */
final class BridgeTest {

    private static final ObjectMapper MAPPER = new ObjectMapper();

    private final BlockingQueue<String> heard = new LinkedBlockingQueue<>();
    private final List<String> log = new CopyOnWriteArrayList<>();
    private FakeMcpServer server;
    private OutputStream toBridge;
    private Thread bridge;

    @BeforeEach
    void start() throws Exception {
        server = new FakeMcpServer();
        start(server.url(), "secret-token");
    }

    private void start(URI address, String token) throws Exception {
        Pipe in = Pipe.open();
        Pipe out = Pipe.open();
        toBridge = Channels.newOutputStream(in.sink());
        bridge = Thread.ofPlatform().start(() -> {
            try (Endpoint endpoint = new Endpoint(address, token)) {
                new Bridge(endpoint, Channels.newOutputStream(out.sink()), log::add, Duration.ofSeconds(1))
                        .run(Channels.newInputStream(in.source()));
            } catch (Exception e) {
                log.add("ended by " + e);
            }
        });
        BufferedReader lines = new BufferedReader(
                new InputStreamReader(Channels.newInputStream(out.source()), StandardCharsets.UTF_8));
        Thread.ofPlatform().daemon().start(() -> lines.lines().forEach(heard::add));
    }

    @AfterEach
    void stop() throws Exception {
        toBridge.close();
        bridge.join(60_000);
        assertThat(bridge.isAlive()).as("it ends with its input").isFalse();
        server.close();
    }

    private void say(String message) throws Exception {
        toBridge.write((message + "\n").getBytes(StandardCharsets.UTF_8));
    }

    private JsonNode hear() throws Exception {
        String line = heard.poll(20, TimeUnit.SECONDS);
        assertThat(line).as("an answer; the log: %s", log).isNotNull();
        return MAPPER.readTree(line);
    }

    private void call(Object id, String tool, String arguments) throws Exception {
        say("{\"jsonrpc\":\"2.0\",\"id\":" + id + ",\"method\":\"tools/call\",\"params\":{\"name\":\"" + tool
                + "\",\"arguments\":" + arguments + "}}");
    }

    private void callStateless(int id, String tool, String arguments) throws Exception {
        say("{\"jsonrpc\":\"2.0\",\"id\":" + id + ",\"method\":\"tools/call\",\"params\":{\"name\":\"" + tool
                + "\",\"arguments\":" + arguments
                + ",\"_meta\":{\"io.modelcontextprotocol/protocolVersion\":\"2026-07-28\"}}}");
    }

    private void initialize() throws Exception {
        say(
                "{\"jsonrpc\":\"2.0\",\"id\":\"first\",\"method\":\"initialize\",\"params\":{\"protocolVersion\":\"2025-11-25\"}}");
        assertThat(hear().at("/result/protocolVersion").textValue()).isEqualTo("2025-11-25");
        say("{\"jsonrpc\":\"2.0\",\"method\":\"notifications/initialized\"}");
    }

    private String header(Map<String, List<String>> headers, String name) {
        return headers.getOrDefault(name, List.of("none")).getFirst();
    }

    @Test
    void aSessionIsCarriedWithItsHeadersAndEndedInTheEnd() throws Exception {
        initialize();
        call(7, "echo", "{\"text\":\"grüße 😀\"}");
        JsonNode answer = hear();
        assertThat(answer.path("id").intValue()).isEqualTo(7);
        assertThat(answer.at("/result/content/0/text").textValue()).isEqualTo("grüße 😀");
        assertThat(server.told).contains("notifications/initialized");
        Map<String, List<String>> last = server.headers.getLast();
        assertThat(header(last, "Mcp-protocol-version")).isEqualTo("2025-11-25");
        assertThat(header(last, "Mcp-session-id")).isEqualTo("1");
        assertThat(header(last, "Authorization")).isEqualTo("Bearer secret-token");
        assertThat(header(last, "Mcp-method")).isEqualTo("none");
        toBridge.close();
        bridge.join(60_000);
        assertThat(server.told).contains("DELETE");
        assertThat(log).isEmpty();
    }

    @Test
    void aMessageWithoutSessionHasTheHeadersThatRepeatIt() throws Exception {
        server.stateless = true;
        callStateless(1, "echo", "{\"text\":\"a\"}");
        assertThat(hear().at("/result/content/0/text").textValue()).isEqualTo("a");
        Map<String, List<String>> headers = server.headers.getLast();
        assertThat(header(headers, "Mcp-protocol-version")).isEqualTo("2026-07-28");
        assertThat(header(headers, "Mcp-method")).isEqualTo("tools/call");
        assertThat(header(headers, "Mcp-name")).isEqualTo("echo");
        assertThat(header(headers, "Mcp-session-id")).isEqualTo("none");
        assertThat(Endpoint.headerValue("größe")).isEqualTo("=?base64?Z3LDtsOfZQ==?=");
        assertThat(Endpoint.headerValue("a\r\nb: c")).doesNotContain("\n");
    }

    @Test
    void answersComeAsTheyAreReadyAndStreamsAreHandedOnWhole() throws Exception {
        initialize();
        call(1, "hang", "{}");
        call("\"two\"", "stream", "{}");
        assertThat(hear().path("method").textValue()).isEqualTo("notifications/message");
        assertThat(hear().path("method").textValue()).isEqualTo("ping");
        JsonNode answer = hear();
        assertThat(answer.path("id").textValue()).isEqualTo("two");
        assertThat(answer.at("/result/content/0/text").textValue()).isEqualTo("streamed");
    }

    @Test
    void whereThereAreNoSessionsACancelledRequestIsClosedAndNotAnswered() throws Exception {
        server.stateless = true;
        callStateless(5, "hang", "{}");
        await().until(() -> !server.calls.isEmpty());
        say("{\"jsonrpc\":\"2.0\",\"method\":\"notifications/cancelled\",\"params\":{\"requestId\":5}}");
        callStateless(6, "echo", "{\"text\":\"next\"}");
        assertThat(hear().path("id").intValue()).isEqualTo(6);
        assertThat(server.told).doesNotContain("notifications/cancelled");
        assertThat(heard).isEmpty();
    }

    @Test
    void inASessionACancellationIsCarried() throws Exception {
        initialize();
        call(5, "hang", "{}");
        await().until(() -> !server.calls.isEmpty());
        say("{\"jsonrpc\":\"2.0\",\"method\":\"notifications/cancelled\",\"params\":{\"requestId\":5}}");
        await().until(() -> server.told.contains("notifications/cancelled"));
    }

    @Test
    void aSessionThatTheServerHasForgottenIsBegunAnew() throws Exception {
        initialize();
        server.forgetSessions();
        call(2, "echo", "{\"text\":\"again\"}");
        assertThat(hear().at("/result/content/0/text").textValue()).isEqualTo("again");
        assertThat(header(server.headers.getLast(), "Mcp-session-id")).isEqualTo("2");
        assertThat(server.told).containsSubsequence("notifications/initialized", "notifications/initialized");
    }

    @Test
    void whatTheServerSaysOfItsOwnAccordArrives() throws Exception {
        server.announcement = "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/resources/updated\"}";
        initialize();
        assertThat(hear().path("method").textValue()).isEqualTo("notifications/resources/updated");
    }

    @Test
    void everyFailureIsAnAnswerWithASentence() throws Exception {
        initialize();
        call(1, "nonsense", "{}");
        assertThat(hear().at("/error/message").textValue())
                .isEqualTo("The server has ended its response without an answer.");
        call(2, "cut", "{}");
        assertThat(hear().at("/error/message").textValue()).contains("broke the connection");
        server.status = 401;
        call(3, "echo", "{}");
        JsonNode refused = hear();
        assertThat(refused.at("/error/message").textValue()).contains("HTTP 401", "RLM_STDIO_TOKEN");
        assertThat(refused.path("id").intValue()).isEqualTo(3);
        server.status = 302;
        call(4, "echo", "{}");
        assertThat(hear().at("/error/message").textValue()).contains("HTTP 302");
        assertThat(String.join("\n", log)).doesNotContain("secret");
    }

    @Test
    void linesThatAreNoMessagesAreAnsweredAndDoNotEndIt() throws Exception {
        say("no json");
        JsonNode answer = hear();
        assertThat(answer.at("/error/code").intValue()).isEqualTo(-32700);
        assertThat(answer.path("id").isNull()).isTrue();
        say("");
        say("\r");
        say("[]");
        say("7");
        say("{\"id\":null,\"method\":null}");
        initialize();
    }

    @Test
    void aServerThatIsNotThereIsAnAnswerToo() throws Exception {
        stop();
        start(URI.create("http://127.0.0.1:9/mcp"), null);
        call(1, "echo", "{}");
        assertThat(hear().at("/error/message").textValue()).contains("cannot be reached");
    }
}
