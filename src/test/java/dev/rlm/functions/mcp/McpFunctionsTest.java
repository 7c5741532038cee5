package dev.rlm.functions.mcp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.rlm.functions.CallOutcome;
import dev.rlm.functions.CallOutcome.Failure;
import dev.rlm.functions.CallOutcome.Value;
import dev.rlm.functions.ForeignFunction;
import dev.rlm.functions.FunctionLimits;
import dev.rlm.functions.Offer;
import dev.rlm.functions.mcp.McpServerSettings.Place;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is made of MCP servers over HTTP, good and bad ones. */
final class McpFunctionsTest {

    private static final Duration LONG = Duration.ofMinutes(2);
    private static final List<String> TOOLS =
            List.of("echo", "count", "fail", "hang", "huge", "nonsense", "cut", "stream", "flood");

    private FakeMcpServer server;
    private McpFunctions functions;

    @BeforeEach
    void start() throws Exception {
        server = new FakeMcpServer();
        functions = functions(LONG, TOOLS);
    }

    @AfterEach
    void stop() {
        functions.close();
        server.close();
    }

    private McpFunctions functions(Duration callTime, List<String> tools) {
        return functions(new McpServerSettings(
                "bank",
                new Place.Address(server.url(), Map.of("Authorization", "Bearer s3cret")),
                tools,
                Duration.ofSeconds(30),
                callTime,
                1_000_000));
    }

    private static McpFunctions functions(McpServerSettings... settings) {
        return new McpFunctions(List.of(settings), new FunctionLimits(10, 4), "1.2.3");
    }

    private CallOutcome call(String function, String arguments) throws InterruptedException {
        return functions.call(function, arguments, LONG);
    }

    @Test
    void nothingIsConnectedBeforeItIsNeeded() {
        assertThat(server.headers).isEmpty();
        assertThat(functions.servers().getFirst().state()).isEqualTo("not connected yet");
    }

    @Test
    void allowedToolsAreOfferedInTheirOrderFromAllPages() throws Exception {
        Offer offer = functions.offer();
        assertThat(offer.functions())
                .extracting(ForeignFunction::name)
                .containsExactlyElementsOf(
                        TOOLS.stream().map(tool -> "bank_" + tool).toList());
        assertThat(offer.problems()).isEmpty();
        assertThat(offer.functions().getFirst().description()).startsWith("The tool echo.");
        assertThat(offer.functions().getFirst().schema()).contains("\"times\"");
        assertThat(functions.servers().getFirst().state()).isEqualTo("connected");
    }

    @Test
    void onlyAllowedToolsAreOfferedAndCalled() throws Exception {
        try (McpFunctions few = functions(LONG, List.of("echo", "pay"))) {
            Offer offer = few.offer();
            assertThat(offer.functions()).extracting(ForeignFunction::name).containsExactly("bank_echo");
            assertThat(offer.problems()).containsExactly("The server bank has no tool named pay.");
            assertThat(few.call("bank_count", "{}", LONG))
                    .isEqualTo(new Failure("The function bank_count is not allowed here any more."));
        }
        assertThat(server.calls).isEmpty();
    }

    @Test
    void textComesBackAsAStringAndStructureAsItIs() throws Exception {
        assertThat(call("bank_echo", "{\"text\":\"hä \\ud83d\\ude00\",\"times\":2}"))
                .isEqualTo(new Value("\"hä 😀hä 😀\""));
        assertThat(call("bank_count", "{\"of\":\"x\"}"))
                .isEqualTo(new Value("{\"of\":\"x\",\"calls\":2,\"parts\":[1,2.5,null]}"));
    }

    @Test
    void aStreamOfEventsIsReadToTheResponseAndPingsAreAnswered() throws Exception {
        assertThat(call("bank_stream", "{}"))
                .isEqualTo(new Value("\"streamed\\n[image that is no text was left out]\""));
        await().until(() -> server.told.contains("answer"));
    }

    @Test
    void anErrorOfTheToolIsToldInItsWords() throws Exception {
        assertThat(call("bank_fail", "{}")).isEqualTo(new Failure("There is no such account."));
    }

    @Test
    void whatAServerDoesWrongCostsOnlyThatCall() throws Exception {
        assertThat(call("bank_nonsense", "{}"))
                .isEqualTo(new Failure("The server bank sent something that is no message of the protocol."));
        assertThat(call("bank_cut", "{}")).isEqualTo(new Failure("The server bank broke the connection."));
        assertThat(call("bank_huge", "{}"))
                .isEqualTo(
                        new Failure(
                                "The server bank answered with more than 1065536 bytes, which are not taken: ask it for less."));
        assertThat(call("bank_flood", "{}").toString()).contains("answered with more than");
        assertThat(call("bank_echo", "{\"text\":\"on\"}")).isEqualTo(new Value("\"on\""));
    }

    @Test
    void aServerThatHangsCostsTheTimeLimitAndIsToldSo() throws Exception {
        try (McpFunctions hasty = functions(Duration.ofMillis(300), TOOLS)) {
            assertThat(hasty.offer().problems()).isEmpty();
            assertThat(hasty.call("bank_hang", "{}", LONG))
                    .isEqualTo(new Failure("The server bank did not answer within 300 ms."));
            assertThat(functions.call("bank_hang", "{}", Duration.ofMillis(200)).toString())
                    .as("the caller's limit holds, too")
                    .contains("did not answer within 200 ms");
            await().until(() -> server.told.contains("notifications/cancelled"));
        }
    }

    @Test
    void aCallThatIsInterruptedEndsAtOnce() throws Exception {
        AtomicReference<Object> end = new AtomicReference<>();
        Thread caller = Thread.ofVirtual().start(() -> {
            try {
                end.set(call("bank_hang", "{}"));
            } catch (InterruptedException e) {
                end.set("interrupted");
            }
        });
        await().until(() -> server.calls.contains("hang {}"));
        caller.interrupt();
        assertThat(caller.join(Duration.ofSeconds(20))).isTrue();
        assertThat(end.get()).isEqualTo("interrupted");
    }

    @Test
    void aServerThatForgetsItsSessionsIsConnectedAgain() throws Exception {
        assertThat(call("bank_echo", "{\"text\":\"a\"}")).isEqualTo(new Value("\"a\""));
        server.forgetSessions();
        assertThat(call("bank_echo", "{\"text\":\"b\"}")).isEqualTo(new Value("\"b\""));
        assertThat(server.calls).as("what was refused was not called").hasSize(2);
    }

    @Test
    void aServerThatIsAwayIsAProblemOfTheOfferAndComesBack() throws Exception {
        server.status = 503;
        assertThat(functions.offer().problems()).containsExactly("The server bank answered with HTTP 503.");
        assertThat(functions.servers().getFirst().state()).isEqualTo("it answered with HTTP 503");
        server.status = 0;
        await().atMost(Duration.ofMinutes(1))
                .until(() -> functions.offer().problems().isEmpty());
        assertThat(call("bank_echo", "{\"text\":\"b\"}")).isEqualTo(new Value("\"b\""));
    }

    @Test
    void redirectsAreNotFollowedAndRefusalsSayWhatToDo() throws Exception {
        server.status = 307;
        assertThat(functions.offer().problems().getFirst()).contains("redirects to another address (HTTP 307)");
        try (McpFunctions other = functions(LONG, TOOLS)) {
            server.status = 401;
            assertThat(other.offer().problems().getFirst())
                    .contains("refuses access (HTTP 401)")
                    .doesNotContain("s3cret");
        }
    }

    @Test
    void whatSecretsThereAreGoToTheServerAndIntoNoText() throws Exception {
        functions.offer();
        assertThat(server.headers)
                .allSatisfy(headers -> assertThat(headers.get("Authorization")).containsExactly("Bearer s3cret"));
        assertThat(functions.servers().toString()).contains("http://127.0.0.1:").doesNotContain("s3cret", "/mcp");
    }

    @Test
    void aServerWithoutHandshakeGetsRequestsThatStandForThemselves() throws Exception {
        server.stateless = true;
        assertThat(functions.offer().problems()).isEmpty();
        assertThat(call("bank_echo", "{\"text\":\"a\"}")).isEqualTo(new Value("\"a\""));
        Map<String, List<String>> last = server.headers.getLast();
        assertThat(last.get("Mcp-protocol-version")).containsExactly("2026-07-28");
        assertThat(last.get("Mcp-method")).containsExactly("tools/call");
        assertThat(last.get("Mcp-name")).containsExactly("echo");
    }

    @Test
    void manyCallsGoSideBySide() throws Exception {
        List<Future<CallOutcome>> outcomes = new ArrayList<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < 50; i++) {
                String arguments = "{\"text\":\"" + i + "\"}";
                outcomes.add(threads.submit(() -> call("bank_echo", arguments)));
            }
        }
        for (int i = 0; i < 50; i++) {
            assertThat(outcomes.get(i).get()).isEqualTo(new Value("\"" + i + "\""));
        }
    }

    @Test
    void theSessionIsEndedInTheEnd() throws Exception {
        functions.offer();
        functions.close();
        assertThat(server.told).contains("DELETE");
        assertThat(call("bank_echo", "{\"text\":\"a\"}").toString()).contains("is not needed any more");
    }

    @Test
    void twoServersCannotHaveFunctionsOfOneName() {
        McpServerSettings one = new McpServerSettings(
                "a", new Place.Address(URI.create("http://a"), Map.of()), List.of("b_c"), LONG, LONG, 1_000);
        McpServerSettings other = new McpServerSettings(
                "a_b", new Place.Address(URI.create("http://b"), Map.of()), List.of("c"), LONG, LONG, 1_000);
        assertThatThrownBy(() -> functions(one, other))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("Two functions would be called a_b_c in the REPL: name one of the servers otherwise.");
    }
}
