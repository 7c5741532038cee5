package dev.rlm.model.openai;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.any;
import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static com.github.tomakehurst.wiremock.client.WireMock.containing;
import static com.github.tomakehurst.wiremock.client.WireMock.equalToJson;
import static com.github.tomakehurst.wiremock.client.WireMock.matchingJsonPath;
import static com.github.tomakehurst.wiremock.client.WireMock.okJson;
import static com.github.tomakehurst.wiremock.client.WireMock.post;
import static com.github.tomakehurst.wiremock.client.WireMock.postRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.urlEqualTo;
import static com.github.tomakehurst.wiremock.core.WireMockConfiguration.options;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.github.tomakehurst.wiremock.client.ResponseDefinitionBuilder;
import com.github.tomakehurst.wiremock.http.Fault;
import com.github.tomakehurst.wiremock.junit5.WireMockExtension;
import com.sun.net.httpserver.HttpServer;
import dev.rlm.model.HeardReply;
import dev.rlm.model.InferenceParameters;
import dev.rlm.model.LanguageModel;
import dev.rlm.model.ModelDescription;
import dev.rlm.model.ModelException;
import dev.rlm.model.ModelException.Kind;
import dev.rlm.model.ModelId;
import dev.rlm.model.ModelReply;
import dev.rlm.model.ModelRequest;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A reply that comes in pieces is the same as one that comes whole, and so is a failure. */
class StreamedOpenAiModelTest {

    private static final int LATE = 240_000;
    private static final Duration SOONER = Duration.ofMinutes(2);

    private static final String USAGE =
            "{\"prompt_tokens\":100,\"completion_tokens\":20," + "\"prompt_tokens_details\":{\"cached_tokens\":64}}";

    @RegisterExtension
    static final WireMockExtension SERVER = WireMockExtension.newInstance()
            .options(options().dynamicPort().bindAddress("127.0.0.1"))
            .build();

    private final List<AutoCloseable> open = new ArrayList<>();

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable each : open) {
            each.close();
        }
    }

    /**
     * A reply in both forms.
     *
     * @param whole its body as one JSON object
     * @param pieces its body as events, without the {@code data:} before each line and the empty line behind it
     */
    record Fixture(String name, String whole, String pieces, String heard, List<String> calls) {
        @Override
        public String toString() {
            return name;
        }

        String events() {
            StringBuilder events = new StringBuilder();
            pieces.lines().forEach(line -> events.append("data: ").append(line).append("\n\n"));
            return events.toString();
        }
    }

    private static String whole(String message, String finish, String usage) {
        return "{\"choices\":[{\"index\":0,\"message\":" + message + ",\"finish_reason\":" + finish + "}]"
                + (usage.isEmpty() ? "" : ",\"usage\":" + usage) + "}";
    }

    private static String delta(String delta) {
        return "{\"object\":\"chat.completion.chunk\",\"choices\":[{\"index\":0,\"delta\":" + delta
                + ",\"finish_reason\":null}],\"usage\":null}\n";
    }

    private static String end(String finish) {
        return "{\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":" + finish + "}]}\n";
    }

    private static final String COUNT = "{\"choices\":[],\"usage\":" + USAGE + "}\n";

    static List<Fixture> replies() {
        List<Fixture> replies = new ArrayList<>();
        for (String finish : List.of("\"stop\"", "\"length\"", "\"content_filter\"", "\"something_new\"")) {
            replies.add(new Fixture(
                    "thinking and text, ended by " + finish,
                    whole("{\"content\":\"Hello!\",\"reasoning_content\":\"Let me think.\"}", finish, USAGE),
                    delta("{\"role\":\"assistant\",\"content\":\"\"}")
                            + delta("{\"reasoning_content\":\"Let me think.\"}")
                            + delta("{\"content\":\"Hel\"}")
                            + delta("{\"content\":\"lo!\"}") + end(finish) + COUNT + "[DONE]",
                    "Hello!",
                    List.of()));
        }
        String callA = "{\"id\":\"call_a\",\"type\":\"function\",\"function\":{\"name\":\"python\",\"arguments\":"
                + "\"{\\\"code\\\": \\\"print(1)\\\"}\"}}";
        String callB = "{\"id\":\"call_b\",\"function\":{\"name\":\"python\",\"arguments\":\"{broken\"}}";
        String calls =
                whole("{\"content\":null,\"tool_calls\":[" + callA + "," + callB + "]}", "\"tool_calls\"", USAGE);
        List<String> heardCalls = List.of("python {\"code\": \"print(1)\"}", "python {broken");
        replies.add(new Fixture(
                "tool calls whose arguments come in pieces",
                calls,
                delta(
                                "{\"role\":\"assistant\",\"content\":null,\"tool_calls\":[{\"index\":0,\"id\":\"call_a\",\"type\":"
                                        + "\"function\",\"function\":{\"name\":\"python\",\"arguments\":\"\"}}]}")
                        + delta("{\"tool_calls\":[{\"index\":0,\"function\":{\"arguments\":\"{\\\"code\\\"\"}}]}")
                        + delta("{\"tool_calls\":[{\"index\":0,\"function\":{\"arguments\":\": \\\"print(1)\\\"}\"}}]}")
                        + delta("{\"tool_calls\":[{\"index\":1,\"id\":\"call_b\",\"function\":{\"name\":\"python\","
                                + "\"arguments\":\"\"}}]}")
                        + delta("{\"tool_calls\":[{\"index\":1,\"function\":{\"arguments\":\"{broken\"}}]}")
                        + end("\"tool_calls\"") + COUNT + "[DONE]",
                "",
                heardCalls));
        replies.add(new Fixture(
                "tool calls that all have the same index",
                calls,
                delta("{\"tool_calls\":[" + callA.replace("{\"id\"", "{\"index\":0,\"id\"") + "]}")
                        + delta("{\"tool_calls\":[" + callB.replace("{\"id\"", "{\"index\":0,\"id\"") + "]}")
                        + end("\"tool_calls\"") + COUNT + "[DONE]",
                "",
                heardCalls));
        replies.add(new Fixture(
                "tool calls without index",
                calls,
                delta("{\"tool_calls\":[" + callA + "," + callB + "]}") + end("\"tool_calls\"") + COUNT + "[DONE]",
                "",
                heardCalls));
        replies.add(new Fixture(
                "tool calls without index or id, with arguments that are no string",
                whole(
                        "{\"content\":\"I look.\",\"tool_calls\":[{\"function\":{\"name\":\"python\",\"arguments\":{\"code\":\"1\"}}},"
                                + "{\"function\":{\"name\":\"python\",\"arguments\":{}}}]}",
                        "\"stop\"",
                        ""),
                delta("{\"content\":\"I look.\"}")
                        + delta(
                                "{\"tool_calls\":[{\"function\":{\"name\":\"python\",\"arguments\":{\"code\":\"1\"}}}]}")
                        + delta("{\"tool_calls\":[{\"function\":{\"name\":\"python\",\"arguments\":{}}}]}")
                        + end("\"stop\"") + "[DONE]",
                "I look.",
                List.of("python {\"code\":\"1\"}", "python {}")));
        replies.add(new Fixture(
                "a refusal",
                whole("{\"content\":null,\"refusal\":\"I will not.\"}", "\"stop\"", USAGE),
                delta("{\"refusal\":\"I will\"}") + delta("{\"refusal\":\" not.\"}") + end("\"stop\"") + COUNT
                        + "[DONE]",
                "I will not.",
                List.of()));
        replies.add(new Fixture(
                "content in parts, and nothing counted",
                whole(
                        "{\"content\":[{\"type\":\"text\",\"text\":\"a\"},{\"type\":\"text\",\"text\":\"b\"}]}",
                        "\"stop\"",
                        ""),
                delta("{\"content\":[{\"type\":\"text\",\"text\":\"a\"}]}")
                        + delta("{\"content\":[{\"type\":\"text\",\"text\":\"b\"}]}") + end("\"stop\"") + "[DONE]",
                "ab",
                List.of()));
        replies.add(new Fixture(
                "no reason for the end",
                "{\"choices\":[{\"message\":{\"content\":\"12345678\"}}]}",
                "{\"choices\":[{\"delta\":{\"content\":\"12345678\"}}]}\n[DONE]",
                "12345678",
                List.of()));
        replies.add(new Fixture(
                "no [DONE], and counts all along",
                whole("{\"content\":\"yes\"}", "\"stop\"", USAGE),
                "{\"choices\":[{\"delta\":{\"content\":\"yes\"}}],\"usage\":{\"prompt_tokens\":100,\"completion_tokens\":1}}\n"
                        + end("\"stop\"") + COUNT,
                "yes",
                List.of()));
        replies.add(new Fixture(
                "an empty reply",
                whole("{\"content\":\"\"}", "\"stop\"", USAGE),
                end("\"stop\"") + COUNT + "[DONE]",
                "",
                List.of()));
        return replies;
    }

    @ParameterizedTest
    @MethodSource("replies")
    void aReplyInPiecesIsTheSameAsTheWholeOne(Fixture fixture) throws Exception {
        answer(okJson(fixture.whole()));
        ModelReply whole = model().complete(prompt());
        answer(stream(fixture.events()));
        HeardReply heard = new HeardReply();
        ModelReply streamed = model().complete(prompt(), heard);
        assertThat(streamed).isEqualTo(whole);
        assertThat(heard.text()).isEqualTo(fixture.heard());
        assertThat(heard.calls()).isEqualTo(fixture.calls());
        assertThat(heard.withdrawals()).isZero();
    }

    @ParameterizedTest
    @MethodSource("replies")
    void howABodyIsCutUpOnItsWayMakesNoDifference(Fixture fixture) throws Exception {
        answer(okJson(fixture.whole()));
        ModelReply whole = model().complete(prompt());
        byte[] events = fixture.events().replace("\n", "\r\n").getBytes(StandardCharsets.UTF_8);
        for (int size : List.of(1, 7, events.length)) {
            assertThat(model(server(out -> {
                                for (int start = 0; start < events.length; start += size) {
                                    out.write(events, start, Math.min(size, events.length - start));
                                    out.flush();
                                }
                            }))
                            .complete(prompt(), new HeardReply()))
                    .isEqualTo(whole);
        }
    }

    @Test
    void theRequestIsTheSameButForTheWishToStream() throws Exception {
        answer(stream(replies().getFirst().events()));
        model().complete(prompt(), new HeardReply());
        SERVER.verify(postRequestedFor(urlEqualTo("/v1/chat/completions"))
                .withHeader("Accept", containing("text/event-stream"))
                .withRequestBody(equalToJson("""
                        {"model":"gpt-5","messages":[{"role":"user","content":"Hi"}],
                        "stream":true,"stream_options":{"include_usage":true}}
                        """)));
    }

    @Test
    void commentsAndOtherFieldsOfEventsAreSkipped() throws Exception {
        answer(stream("""
                : keep-alive

                event: chunk
                id: 1
                retry: 5
                data:{"choices":[{"delta":
                data: {"content":"ä😀"},
                data:"finish_reason":"stop"}]}

                data: [DONE]"""));
        assertThat(model().complete(prompt(), new HeardReply()).text()).isEqualTo("ä😀");
    }

    @Test
    void aPieceIsHeardBeforeTheNextIsSent() throws Exception {
        CountDownLatch heardFirst = new CountDownLatch(1);
        URI address = server(out -> {
            out.write(("data: " + delta("{\"content\":\"first\"}") + "\n").getBytes(StandardCharsets.UTF_8));
            out.flush();
            await(heardFirst);
            out.write(("data: " + delta("{\"content\":\" second\"}") + "\ndata: " + end("\"stop\"")
                            + "\ndata: [DONE]\n\n")
                    .getBytes(StandardCharsets.UTF_8));
        });
        HeardReply heard = new HeardReply(piece -> heardFirst.countDown());
        assertThat(model(address).complete(prompt(), heard).text()).isEqualTo("first second");
        assertThat(heard.pieces()).isEqualTo(2);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "429 | {\"error\":{\"message\":\"Rate limit reached.\",\"code\":\"rate_limit_exceeded\"}}",
                "429 | {\"error\":{\"message\":\"You exceeded your quota.\",\"code\":\"insufficient_quota\"}}",
                "401 | {\"error\":{\"message\":\"Incorrect API key provided.\"}}",
                "400 | {\"error\":{\"message\":\"Too long.\",\"code\":\"context_length_exceeded\"}}",
                "400 | {\"error\":\"temperature is not supported\"}",
                "404 | nothing",
                "413 | nothing",
                "500 | {\"error\":{\"message\":\"Server error\"}}",
                "503 | ``",
                "200 | {\"error\":{\"message\":\"Upstream is full\",\"code\":429}}",
                "200 | <html>Welcome</html>",
                "200 | {\"choices\":[{\"mess",
                "200 | ``",
                "200 | {}",
                "200 | {\"choices\":[{\"message\":{\"tool_calls\":[{}]}}]}",
            })
    void aFailureBeforeTheFirstPieceIsTheSameAsThatOfAWholeReply(int status, String body) {
        answer(aResponse().withStatus(status).withBody(body).withHeader("Content-Type", "application/json"));
        ModelException whole = catchThrowableOfType(ModelException.class, () -> model().complete(prompt()));
        HeardReply heard = new HeardReply();
        assertSame(whole, failure(model(), heard));
        assertThat(heard.pieces()).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"CONNECTION_RESET_BY_PEER", "EMPTY_RESPONSE", "MALFORMED_RESPONSE_CHUNK"})
    void aBrokenConnectionIsTheSame(String fault) {
        answer(aResponse().withFault(Fault.valueOf(fault)));
        ModelException whole = catchThrowableOfType(ModelException.class, () -> model().complete(prompt()));
        assertSame(whole, failure(model(), new HeardReply()));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"error\":{\"message\":\"Upstream is full\",\"code\":429}} | THROTTLED | Upstream is full",
                "{\"error\":{\"message\":\"The model crashed\"}} | UNAVAILABLE | The model crashed",
                "{\"error\":\"out of memory\"} | UNAVAILABLE | out of memory",
                "{\"error\":{\"message\":\"Too long\",\"code\":\"context_length_exceeded\"}} | TOO_LARGE | Too long",
            })
    void anErrorInTheMiddleIsTheErrorOfTheCall(String error, Kind kind, String sentence) {
        answer(stream("data: " + delta("{\"content\":\"Hel\"}") + "\ndata: " + error + "\n\n"));
        HeardReply heard = new HeardReply();
        ModelException failure = failure(model(), heard);
        assertThat(failure.kind()).isEqualTo(kind);
        assertThat(failure).hasMessageContaining(sentence);
        assertThat(heard.text()).isEqualTo("Hel");
    }

    /** Of a response of fixed length, of a chunked one, and of ones that end as if they were whole. */
    @ParameterizedTest
    @CsvSource({
        "Content-Length: 1000, 0",
        "Transfer-Encoding: chunked, 0",
        "Connection: close, 0",
        "Connection: close, 9",
    })
    void aConnectionThatIsCutInTheMiddleBreaksTheCall(String header, int missing) throws Exception {
        String event = "data: " + delta("{\"content\":\"Hel\"}") + "\n";
        String piece = event.substring(0, event.length() - missing);
        String body =
                header.contains("chunked") ? Integer.toHexString(piece.length()) + "\r\n" + piece + "\r\n" : piece;
        ModelException failure = failure(
                model(rawServer("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n" + header + "\r\n\r\n" + body)),
                new HeardReply());
        assertThat(failure.kind()).isEqualTo(Kind.UNAVAILABLE);
        assertThat(failure).hasMessageContaining("could not be reached: the connection broke.");
    }

    @Test
    void aRunawayReplyIsNotRead() throws Exception {
        byte[] much = new byte[1 << 20];
        Arrays.fill(much, (byte) 'x');
        ModelException failure = failure(
                model(server(out -> {
                    out.write("data: ".getBytes(StandardCharsets.UTF_8));
                    for (int i = 0; i < 40; i++) {
                        out.write(much);
                    }
                })),
                new HeardReply());
        assertThat(failure.kind()).isEqualTo(Kind.REFUSED);
        assertThat(failure).hasMessageContaining("more than 33554432 bytes");
    }

    @Test
    void aStreamThatOnlyDripsIsGivenUpAtTheDeadline() {
        answer(stream(replies().getFirst().events()).withChunkedDribbleDelay(50, LATE));
        Instant start = Instant.now();
        ModelException failure = catchThrowableOfType(
                ModelException.class,
                () -> model().complete(ModelRequest.prompt("Hi", start.plusMillis(300)), new HeardReply()));
        assertThat(failure.kind()).isEqualTo(Kind.TIMEOUT);
        assertThat(Duration.between(start, Instant.now())).isLessThan(SOONER);
    }

    @Test
    void anInterruptionInTheMiddleAbandonsTheRequestPromptly() throws Exception {
        CountDownLatch cutOff = new CountDownLatch(1);
        URI address = server(out -> {
            try {
                byte[] piece =
                        ("data: " + delta("{\"content\":\"on and on \"}") + "\n").getBytes(StandardCharsets.UTF_8);
                for (int i = 0; i < LATE / 20; i++) {
                    out.write(piece);
                    out.flush();
                    Thread.sleep(20);
                }
            } catch (IOException e) {
                cutOff.countDown();
                throw e;
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        CountDownLatch heard = new CountDownLatch(1);
        CountDownLatch ended = new CountDownLatch(1);
        AtomicReference<Throwable> outcome = new AtomicReference<>();
        Thread caller = Thread.ofVirtual().start(() -> {
            try {
                model(address).complete(prompt(), new HeardReply(_ -> heard.countDown()));
            } catch (Throwable e) {
                outcome.set(e);
            }
            ended.countDown();
        });
        await(heard);
        caller.interrupt();
        await(ended);
        assertThat(outcome.get()).isInstanceOf(InterruptedException.class);
        await(cutOff);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "400 | {\"error\":{\"message\":\"Unsupported parameter: stream_options\"}}",
                "422 | {\"detail\":\"extra fields not permitted\"}",
                "500 | {\"error\":{\"code\":500,\"message\":\"Cannot use tools with stream\"}}",
                "501 | {\"error\":{\"message\":\"Streaming is not supported\"}}",
                "200 | data: something else",
            })
    void anEndpointThatCannotStreamIsAskedForWholeRepliesFromThenOn(int status, String refusal) throws Exception {
        answer(okJson(replies().getFirst().whole()));
        SERVER.stubFor(post(anyUrl())
                .withRequestBody(matchingJsonPath("$.stream"))
                .willReturn(aResponse().withStatus(status).withBody(refusal)));
        LanguageModel model = model();
        HeardReply heard = new HeardReply();
        for (int i = 0; i < 3; i++) {
            assertThat(model.complete(prompt(), heard).text()).isEqualTo("Hello!");
        }
        assertThat(heard.pieces()).isZero();
        SERVER.verify(1, postRequestedFor(anyUrl()).withRequestBody(matchingJsonPath("$.stream")));
        SERVER.verify(4, postRequestedFor(anyUrl()));
    }

    @Test
    void anEndpointThatDoesNotKnowTheWishAnswersAsAlways() throws Exception {
        answer(okJson(replies().getFirst().whole()));
        HeardReply heard = new HeardReply();
        assertThat(model().complete(prompt(), heard).text()).isEqualTo("Hello!");
        assertThat(heard.pieces()).isZero();
        SERVER.verify(1, postRequestedFor(anyUrl()));
    }

    @Test
    void aPieceThatCannotBeReadIsWithdrawnWithAllOthers() throws Exception {
        answer(okJson(replies().getFirst().whole()));
        SERVER.stubFor(post(anyUrl())
                .withRequestBody(matchingJsonPath("$.stream"))
                .willReturn(stream("data: " + delta("{\"content\":\"Hel\"}") + "\ndata: {broken\n\n")));
        HeardReply heard = new HeardReply();
        assertThat(model().complete(prompt(), heard).text()).isEqualTo("Hello!");
        assertThat(heard.withdrawals()).isEqualTo(1);
        assertThat(heard.text()).isEmpty();
    }

    private static void assertSame(ModelException expected, ModelException failure) {
        assertThat(failure.kind()).isEqualTo(expected.kind());
        assertThat(failure).hasMessage(expected.getMessage());
        assertThat(failure.retryAfter()).isEqualTo(expected.retryAfter());
    }

    private static ModelException failure(LanguageModel model, HeardReply heard) {
        return catchThrowableOfType(ModelException.class, () -> model.complete(prompt(), heard));
    }

    private static void answer(ResponseDefinitionBuilder response) {
        SERVER.stubFor(any(anyUrl()).willReturn(response));
    }

    private static ResponseDefinitionBuilder stream(String events) {
        return aResponse()
                .withHeader("Content-Type", "text/event-stream; charset=utf-8")
                .withBody(events);
    }

    /** Writes the body of an answer. */
    private interface Body {
        void write(OutputStream out) throws IOException;
    }

    /** A server whose every answer is a stream with this body. */
    private URI server(Body body) throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            try (exchange) {
                exchange.getRequestBody().readAllBytes();
                exchange.getResponseHeaders().set("Content-Type", "text/event-stream");
                exchange.sendResponseHeaders(200, 0);
                body.write(exchange.getResponseBody());
            }
        });
        server.start();
        open.add(() -> server.stop(0));
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/v1");
    }

    /** A server that sends this to whoever connects, and hangs up. */
    private URI rawServer(String answer) throws IOException {
        ServerSocket server = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
        open.add(server);
        Thread.ofVirtual().start(() -> {
            try {
                while (true) {
                    try (Socket socket = server.accept()) {
                        readRequest(socket);
                        socket.getOutputStream().write(answer.getBytes(StandardCharsets.UTF_8));
                        socket.shutdownOutput();
                    }
                }
            } catch (IOException e) {
                // The test is over.
            }
        });
        return URI.create("http://127.0.0.1:" + server.getLocalPort() + "/v1");
    }

    private static void readRequest(Socket socket) throws IOException {
        StringBuilder request = new StringBuilder();
        while (!request.toString().endsWith("true}}")) {
            int octet = socket.getInputStream().read();
            if (octet < 0) {
                return;
            }
            request.append((char) octet);
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(SOONER.toSeconds(), TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private LanguageModel model() {
        return model(URI.create(SERVER.baseUrl() + "/v1"));
    }

    private LanguageModel model(URI address) {
        OpenAiProvider provider = new OpenAiProvider(OpenAiSettings.at(address), Clock.systemUTC());
        open.add(provider);
        return provider.model(ModelDescription.unknown(ModelId.parse("openai:gpt-5")), InferenceParameters.NONE);
    }

    private static ModelRequest prompt() {
        return ModelRequest.prompt("Hi", Instant.now().plusSeconds(300));
    }
}
