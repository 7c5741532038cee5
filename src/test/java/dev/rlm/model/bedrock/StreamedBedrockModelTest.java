package dev.rlm.model.bedrock;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.any;
import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static com.github.tomakehurst.wiremock.client.WireMock.equalToJson;
import static com.github.tomakehurst.wiremock.client.WireMock.matching;
import static com.github.tomakehurst.wiremock.client.WireMock.okJson;
import static com.github.tomakehurst.wiremock.client.WireMock.post;
import static com.github.tomakehurst.wiremock.client.WireMock.postRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.urlEqualTo;
import static com.github.tomakehurst.wiremock.client.WireMock.urlMatching;
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
import dev.rlm.model.Message;
import dev.rlm.model.ModelCatalog;
import dev.rlm.model.ModelException;
import dev.rlm.model.ModelException.Kind;
import dev.rlm.model.ModelId;
import dev.rlm.model.ModelReply;
import dev.rlm.model.ModelRequest;
import dev.rlm.model.Tool;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
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
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.exception.SdkClientException;

/** A reply that comes in pieces is the same as one that comes whole, and so is a failure. */
class StreamedBedrockModelTest {

    private static final String PRO = "bedrock:us.amazon.nova-pro-v1:0";
    private static final int LATE = 240_000;
    private static final Duration SOONER = Duration.ofMinutes(2);
    private static final String USAGE = "{\"inputTokens\":30,\"outputTokens\":20,\"totalTokens\":150,"
            + "\"cacheReadInputTokens\":64,\"cacheWriteInputTokens\":36}";

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

    /** A reply in both forms. */
    record Fixture(String name, String whole, EventFrames pieces, String heard, List<String> calls) {
        @Override
        public String toString() {
            return name;
        }
    }

    private static String whole(String content, String stop) {
        return "{\"output\":{\"message\":{\"role\":\"assistant\",\"content\":[" + content + "]}},\"stopReason\":\""
                + stop + "\",\"usage\":" + USAGE + ",\"metrics\":{\"latencyMs\":10}}";
    }

    private static EventFrames start() {
        return new EventFrames().event("messageStart", "{\"role\":\"assistant\"}");
    }

    private static EventFrames hello() {
        return start().event(
                        "contentBlockDelta",
                        "{\"contentBlockIndex\":0,\"delta\":{\"reasoningContent\":{\"text\":\"Let me think.\"}}}")
                .text("Hel")
                .text("lo ä😀!");
    }

    private static EventFrames toolCall(EventFrames frames, int index, String id, String... pieces) {
        frames.event(
                "contentBlockStart",
                "{\"contentBlockIndex\":" + index + ",\"start\":{\"toolUse\":{\"toolUseId\":\"" + id
                        + "\",\"name\":\"python\"}}}");
        for (String piece : pieces) {
            frames.event(
                    "contentBlockDelta",
                    "{\"contentBlockIndex\":" + index + ",\"delta\":{\"toolUse\":{\"input\":\""
                            + piece.replace("\\", "\\\\").replace("\"", "\\\"") + "\"}}}");
        }
        return frames.event("contentBlockStop", "{\"contentBlockIndex\":" + index + "}");
    }

    static List<Fixture> replies() {
        List<Fixture> replies = new ArrayList<>();
        for (String stop : List.of(
                "end_turn",
                "stop_sequence",
                "max_tokens",
                "model_context_window_exceeded",
                "guardrail_intervened",
                "content_filtered",
                "something_new")) {
            replies.add(new Fixture(
                    "thinking and text, stopped by " + stop,
                    whole(
                            "{\"reasoningContent\":{\"reasoningText\":{\"text\":\"Let me think.\",\"signature\":\"s\"}}},"
                                    + "{\"text\":\"Hello ä😀!\"}",
                            stop),
                    hello().end(stop, USAGE),
                    "Hello ä😀!",
                    List.of()));
        }
        String code =
                "{\"code\":\"print(\\\"a\\\")\",\"n\":3,\"x\":1.5,\"big\":12345678901234567890,\"list\":[1,\"b\",{}]}";
        EventFrames calls = toolCall(start().text("I look."), 1, "t1", code.substring(0, 9), "", code.substring(9));
        replies.add(new Fixture(
                "text and tool calls",
                whole(
                        "{\"text\":\"I look.\"},{\"toolUse\":{\"toolUseId\":\"t1\",\"name\":\"python\",\"input\":"
                                + code + "}},{\"toolUse\":{\"toolUseId\":\"t2\",\"name\":\"python\",\"input\":{}}}",
                        "tool_use"),
                toolCall(calls, 2, "t2").end("tool_use", USAGE),
                "I look.",
                List.of("python " + code, "python ")));
        replies.add(new Fixture("nothing", whole("", "end_turn"), start().end("end_turn", USAGE), "", List.of()));
        return replies;
    }

    @ParameterizedTest
    @MethodSource("replies")
    void aReplyInPiecesIsTheSameAsTheWholeOne(Fixture fixture) throws Exception {
        answer(okJson(fixture.whole()), stream(fixture.pieces().bytes()));
        HeardReply heard = new HeardReply();
        ModelReply streamed = model().complete(prompt(), heard);
        assertThat(streamed).isEqualTo(model().complete(prompt()));
        assertThat(heard.text()).isEqualTo(fixture.heard());
        assertThat(heard.calls()).isEqualTo(fixture.calls());
        SERVER.verify(1, postRequestedFor(urlMatching(".*/converse-stream")));
        SERVER.verify(1, postRequestedFor(urlMatching(".*/converse")));
    }

    @Test
    void howABodyIsCutUpOnItsWayMakesNoDifference() throws Exception {
        Fixture fixture = replies().get(7);
        answer(okJson(fixture.whole()), aResponse().withStatus(500));
        ModelReply whole = model().complete(prompt());
        byte[] pieces = fixture.pieces().bytes();
        for (int size : List.of(1, 13)) {
            ModelReply streamed = model(server(out -> {
                        for (int start = 0; start < pieces.length; start += size) {
                            out.write(pieces, start, Math.min(size, pieces.length - start));
                            out.flush();
                        }
                    }))
                    .complete(prompt(), new HeardReply());
            assertThat(streamed).isEqualTo(whole);
        }
    }

    @Test
    void argumentsThatAreNoJsonArePassedOnAsTheyAre() throws Exception {
        answer(
                aResponse().withStatus(500),
                stream(toolCall(start(), 0, "t1", "{\"code\": \"prin")
                        .end("max_tokens", USAGE)
                        .bytes()));
        ModelReply reply = model().complete(prompt(), new HeardReply());
        assertThat(reply.toolCalls().getFirst().argumentsJson()).isEqualTo("{\"code\": \"prin");
    }

    @Test
    void theRequestIsTheSame() throws Exception {
        answer(
                okJson(whole("{\"text\":\"x\"}", "end_turn")),
                stream(hello().end("end_turn", USAGE).bytes()));
        ModelRequest request = new ModelRequest(
                "Be brief.",
                List.of(new Message.User("Hi"), new Message.Assistant("What?", List.of()), new Message.User("Count")),
                List.of(new Tool("python", "Runs Python.", "{\"type\":\"object\"}")),
                soon(),
                "{\"type\":\"object\"}");
        LanguageModel model = model(SERVER.baseUrl(), new InferenceParameters(0.5, null, 1000), credentials());
        model.complete(request);
        model.complete(request, new HeardReply());
        String asked = SERVER.findAll(postRequestedFor(urlMatching(".*/converse")))
                .getFirst()
                .getBodyAsString();
        SERVER.verify(postRequestedFor(urlEqualTo("/model/us.amazon.nova-pro-v1%3A0/converse-stream"))
                .withHeader("Authorization", matching("AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/.*"))
                .withRequestBody(equalToJson(asked)));
    }

    @Test
    void aPieceIsHeardBeforeTheNextIsSent() throws Exception {
        CountDownLatch heardFirst = new CountDownLatch(1);
        String address = server(out -> {
            out.write(start().text("first").bytes());
            out.flush();
            await(heardFirst);
            out.write(new EventFrames().text(" second").end("end_turn", USAGE).bytes());
        });
        HeardReply heard = new HeardReply(_ -> heardFirst.countDown());
        assertThat(model(address).complete(prompt(), heard).text()).isEqualTo("first second");
        assertThat(heard.pieces()).isEqualTo(2);
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '`',
            value = {
                "429, ThrottlingException, Too many requests",
                "429, ThrottlingException, `Too many tokens per day, please wait`",
                "424, ModelErrorException, The model failed",
                "408, ModelTimeoutException, Model timed out",
                "500, InternalServerException, Oops",
                "503, ServiceUnavailableException, Busy",
                "400, ValidationException, Input is too long for requested model.",
                "400, ValidationException, The provided model identifier is invalid.",
                "404, ResourceNotFoundException, No such model",
                "403, AccessDeniedException, You don't have access to the model.",
                "418, BrandNewException, Something new",
                "502, ``, ``",
            })
    void aFailureBeforeTheFirstPieceIsTheSameAsThatOfAWholeReply(int status, String type, String message) {
        ResponseDefinitionBuilder refusal = aResponse()
                .withStatus(status)
                .withHeader("x-amzn-ErrorType", type + ":http://internal.amazon.com/coral/")
                .withHeader("Retry-After", "7")
                .withHeader("Content-Type", "application/json")
                .withBody("{\"message\":\"" + message + "\"}");
        answer(refusal, refusal);
        ModelException whole = catchThrowableOfType(ModelException.class, () -> model().complete(prompt()));
        HeardReply heard = new HeardReply();
        assertSame(whole, failure(model(), heard));
        assertThat(heard.pieces()).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"CONNECTION_RESET_BY_PEER", "EMPTY_RESPONSE"})
    void aBrokenConnectionIsTheSame(String fault) {
        answer(aResponse().withFault(Fault.valueOf(fault)), aResponse().withFault(Fault.valueOf(fault)));
        ModelException whole = catchThrowableOfType(ModelException.class, () -> model().complete(prompt()));
        assertSame(whole, failure(model(), new HeardReply()));
    }

    @Test
    void anEndpointWhereNothingListensIsTheSame() throws Exception {
        int port;
        try (ServerSocket socket = new ServerSocket(0)) {
            port = socket.getLocalPort();
        }
        String address = "http://127.0.0.1:" + port;
        ModelException whole =
                catchThrowableOfType(ModelException.class, () -> model(address).complete(prompt()));
        assertSame(whole, failure(model(address), new HeardReply()));
    }

    @Test
    void missingCredentialsAreTheSame() {
        AwsCredentialsProvider none = () -> {
            throw SdkClientException.create("Unable to load credentials from any of the providers in the chain");
        };
        ModelException failure = failure(model(SERVER.baseUrl(), InferenceParameters.NONE, none), new HeardReply());
        assertThat(failure.kind()).isEqualTo(Kind.UNAUTHORIZED);
        assertThat(failure).hasMessage(BedrockFailures.NO_CREDENTIALS);
    }

    @ParameterizedTest
    @CsvSource(
            value = {
                "throttlingException, Too many tokens, THROTTLED",
                "modelStreamErrorException, The model failed, UNAVAILABLE",
                "internalServerException, Oops, UNAVAILABLE",
                "serviceUnavailableException, Busy, UNAVAILABLE",
                "validationException, Input is too long for requested model., TOO_LARGE",
                "brandNewException, Something new, UNAVAILABLE",
            })
    void anErrorInTheMiddleIsTheErrorOfTheCall(String type, String message, Kind kind) {
        answer(
                okJson(whole("{\"text\":\"never asked\"}", "end_turn")),
                stream(hello().exception(type, "{\"message\":\"" + message + "\"}")
                        .bytes()));
        HeardReply heard = new HeardReply();
        ModelException failure = failure(model(), heard);
        assertThat(failure).isNotNull().hasMessageContaining(message);
        assertThat(failure.kind()).isEqualTo(kind);
        assertThat(heard.text()).isEqualTo("Hello ä😀!");
        SERVER.verify(0, postRequestedFor(urlMatching(".*/converse")));
    }

    @Test
    void anErrorInTheMiddleThatTheServiceDoesNotKnowIsTheErrorOfTheCall() {
        answer(
                aResponse().withStatus(500),
                stream(hello().error("InternalFailure", "It broke.").bytes()));
        ModelException failure = failure(model(), new HeardReply());
        assertThat(failure).hasMessageContaining("It broke.");
        assertThat(failure.kind()).isEqualTo(Kind.UNAVAILABLE);
    }

    /** Between two events, and within one. */
    @ParameterizedTest
    @ValueSource(ints = {0, 10})
    void aStreamThatEndsInTheMiddleBreaksTheCall(int missing) {
        byte[] whole = hello().bytes();
        byte[] cut = Arrays.copyOf(whole, whole.length - missing);
        answer(aResponse().withStatus(500), stream(cut));
        ModelException failure = failure(model(), new HeardReply());
        assertThat(failure.kind()).isEqualTo(Kind.UNAVAILABLE);
        assertThat(failure).hasMessageContaining("could not be reached: the connection broke.");
    }

    @Test
    void aStreamThatOnlyDripsIsGivenUpAtTheDeadline() {
        answer(
                aResponse().withStatus(500),
                stream(hello().end("end_turn", USAGE).bytes()).withChunkedDribbleDelay(50, LATE));
        Instant start = Instant.now();
        ModelException failure = catchThrowableOfType(
                ModelException.class,
                () -> model().complete(ModelRequest.prompt("Hi", start.plusMillis(500)), new HeardReply()));
        assertThat(failure.kind()).isEqualTo(Kind.TIMEOUT);
        assertThat(Duration.between(start, Instant.now())).isLessThan(SOONER);
    }

    @Test
    void anInterruptionInTheMiddleAbandonsTheRequestPromptly() throws Exception {
        CountDownLatch cutOff = new CountDownLatch(1);
        String address = server(out -> {
            try {
                for (int i = 0; i < LATE / 20; i++) {
                    out.write(new EventFrames().text("on and on ").bytes());
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

    /** Permission is given for each of the two operations, and some models have tools only in the one. */
    @ParameterizedTest
    @CsvSource({
        "403, AccessDeniedException, not authorized to perform: bedrock:InvokeModelWithResponseStream",
        "400, ValidationException, This model doesn't support tool use in streaming mode.",
    })
    void aModelThatMayNotStreamIsAskedForWholeRepliesFromThenOn(int status, String type, String message)
            throws Exception {
        answer(
                okJson(whole("{\"text\":\"Hello!\"}", "end_turn")),
                aResponse()
                        .withStatus(status)
                        .withHeader("x-amzn-ErrorType", type)
                        .withBody("{\"message\":\"" + message + "\"}"));
        LanguageModel model = model();
        HeardReply heard = new HeardReply();
        for (int i = 0; i < 3; i++) {
            assertThat(model.complete(prompt(), heard).text()).isEqualTo("Hello!");
        }
        assertThat(heard.pieces()).isZero();
        SERVER.verify(1, postRequestedFor(urlMatching(".*/converse-stream")));
        SERVER.verify(3, postRequestedFor(urlMatching(".*/converse")));
    }

    @Test
    void cannotBeCalledAfterItWasClosed() throws Exception {
        LanguageModel model = model();
        close();
        assertThat(failure(model, new HeardReply()).kind()).isEqualTo(Kind.REFUSED);
    }

    private static void assertSame(ModelException expected, ModelException failure) {
        assertThat(failure.kind()).isEqualTo(expected.kind());
        assertThat(failure).hasMessage(expected.getMessage());
        assertThat(failure.retryAfter()).isEqualTo(expected.retryAfter());
    }

    private static ModelException failure(LanguageModel model, HeardReply heard) {
        return catchThrowableOfType(ModelException.class, () -> model.complete(prompt(), heard));
    }

    private static void answer(ResponseDefinitionBuilder whole, ResponseDefinitionBuilder stream) {
        SERVER.stubFor(any(anyUrl()).willReturn(whole));
        SERVER.stubFor(post(urlMatching(".*/converse-stream")).willReturn(stream));
    }

    private static ResponseDefinitionBuilder stream(byte[] frames) {
        return aResponse()
                .withHeader("Content-Type", "application/vnd.amazon.eventstream")
                .withBody(frames);
    }

    /** Writes the body of an answer. */
    private interface Body {
        void write(OutputStream out) throws IOException;
    }

    /** A server whose every answer is a stream with this body. */
    private String server(Body body) throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            try (exchange) {
                exchange.getRequestBody().readAllBytes();
                exchange.getResponseHeaders().set("Content-Type", "application/vnd.amazon.eventstream");
                exchange.sendResponseHeaders(200, 0);
                body.write(exchange.getResponseBody());
            }
        });
        server.start();
        open.add(() -> server.stop(0));
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(SOONER.toSeconds(), TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private LanguageModel model() {
        return model(SERVER.baseUrl());
    }

    private LanguageModel model(String address) {
        return model(address, InferenceParameters.NONE, credentials());
    }

    private LanguageModel model(String address, InferenceParameters parameters, AwsCredentialsProvider credentials) {
        ModelCatalog catalog = ModelCatalog.load();
        BedrockProvider provider = new BedrockProvider(
                new BedrockSettings("us-east-1", URI.create(address), credentials), 16, catalog, Clock.systemUTC());
        open.add(provider);
        return provider.model(catalog.describe(ModelId.parse(PRO)), parameters);
    }

    private static AwsCredentialsProvider credentials() {
        return StaticCredentialsProvider.create(AwsBasicCredentials.create("AKIDEXAMPLE", "secret"));
    }

    private static ModelRequest prompt() {
        return ModelRequest.prompt("Hi", soon());
    }

    private static Instant soon() {
        return Instant.now().plusSeconds(300);
    }
}
