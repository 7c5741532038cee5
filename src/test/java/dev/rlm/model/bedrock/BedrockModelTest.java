package dev.rlm.model.bedrock;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.any;
import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static com.github.tomakehurst.wiremock.client.WireMock.equalTo;
import static com.github.tomakehurst.wiremock.client.WireMock.equalToJson;
import static com.github.tomakehurst.wiremock.client.WireMock.matching;
import static com.github.tomakehurst.wiremock.client.WireMock.matchingJsonPath;
import static com.github.tomakehurst.wiremock.client.WireMock.okJson;
import static com.github.tomakehurst.wiremock.client.WireMock.postRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.urlEqualTo;
import static com.github.tomakehurst.wiremock.core.WireMockConfiguration.options;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.github.tomakehurst.wiremock.client.ResponseDefinitionBuilder;
import com.github.tomakehurst.wiremock.http.Fault;
import com.github.tomakehurst.wiremock.junit5.WireMockExtension;
import dev.rlm.model.Image;
import dev.rlm.model.InferenceParameters;
import dev.rlm.model.LanguageModel;
import dev.rlm.model.Message;
import dev.rlm.model.ModelCatalog;
import dev.rlm.model.ModelException;
import dev.rlm.model.ModelException.Kind;
import dev.rlm.model.ModelId;
import dev.rlm.model.ModelReply;
import dev.rlm.model.ModelReply.StopReason;
import dev.rlm.model.ModelRequest;
import dev.rlm.model.ProviderStatus;
import dev.rlm.model.Tool;
import dev.rlm.model.ToolCall;
import dev.rlm.model.ToolResult;
import dev.rlm.model.Usage;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.exception.SdkClientException;

class BedrockModelTest {

    private static final String PRO = "bedrock:us.amazon.nova-pro-v1:0";
    private static final String NO_CACHE = "bedrock:openai.gpt-oss-120b-1:0";

    /** When replies come that nobody shall wait for, in milliseconds; and before which whoever does not wait has ended. */
    private static final int LATE = 240_000;

    private static final Duration SOONER = Duration.ofMinutes(2);
    private static final String HELLO = """
            {"output":{"message":{"role":"assistant","content":[
            {"reasoningContent":{"reasoningText":{"text":"Let me think.","signature":"s"}}},{"text":"Hello!"}]}},
            "stopReason":"end_turn","usage":{"inputTokens":30,"outputTokens":20,"totalTokens":150,
            "cacheReadInputTokens":64,"cacheWriteInputTokens":36},"metrics":{"latencyMs":10}}
            """;

    @RegisterExtension
    static final WireMockExtension SERVER = WireMockExtension.newInstance()
            .options(options().dynamicPort().bindAddress("127.0.0.1").containerThreads(100))
            .build();

    private final List<BedrockProvider> providers = new ArrayList<>();

    @AfterEach
    void close() {
        providers.forEach(BedrockProvider::close);
    }

    @Test
    void sendsAPromptAndReadsTheReply() throws Exception {
        answer(okJson(HELLO));
        ModelReply reply = model(NO_CACHE)
                .complete(new ModelRequest("Be brief.", List.of(new Message.User("Hi")), List.of(), soon()));
        assertThat(reply)
                .isEqualTo(new ModelReply("Hello!", List.of(), new Usage(30, 20, 64, 36), StopReason.COMPLETE));
        SERVER.verify(postRequestedFor(urlEqualTo("/model/openai.gpt-oss-120b-1%3A0/converse"))
                .withHeader("Authorization", matching("AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/.*"))
                .withRequestBody(equalToJson("""
                        {"system":[{"text":"Be brief."}],"messages":[{"role":"user","content":[{"text":"Hi"}]}]}
                        """)));
    }

    @Test
    void sendsInferenceParametersOnlyWhenConfigured() throws Exception {
        answer(okJson(HELLO));
        model(PRO, new InferenceParameters(0.5, null, 1000)).complete(ModelRequest.prompt("Hi", soon()));
        SERVER.verify(postRequestedFor(urlEqualTo("/model/us.amazon.nova-pro-v1%3A0/converse"))
                .withRequestBody(equalToJson("""
                        {"messages":[{"role":"user","content":[{"text":"Hi"}]}],
                        "inferenceConfig":{"temperature":0.5,"maxTokens":1000}}
                        """)));
    }

    @Test
    void sendsTheSchemaOfTheReply() throws Exception {
        answer(okJson(HELLO));
        model(NO_CACHE)
                .complete(new ModelRequest(
                        "", List.of(new Message.User("Hi")), List.of(), soon(), "{\"type\":\"object\"}"));
        SERVER.verify(postRequestedFor(anyUrl()).withRequestBody(equalToJson("""
                        {"messages":[{"role":"user","content":[{"text":"Hi"}]}],"outputConfig":{"textFormat":{
                        "type":"json_schema","structure":{"jsonSchema":{"name":"reply","schema":"{\\"type\\":\\"object\\"}"}}}}}
                        """)));
    }

    @Test
    void sendsImagesBeforeTheirText(@TempDir Path folder) throws Exception {
        answer(okJson(HELLO));
        Image image = new Image("image/webp", Files.write(folder.resolve("a.webp"), new byte[] {1, 2, 3}));
        Message.User shown = new Message.User("What is it?", List.of(image));
        model(PRO).complete(new ModelRequest("", List.of(shown), List.of(), soon()));
        SERVER.verify(postRequestedFor(anyUrl()).withRequestBody(equalToJson("""
                        {"messages":[{"role":"user","content":[
                        {"image":{"format":"webp","source":{"bytes":"AQID"}}},{"text":"What is it?"}]}]}
                        """)));
        Files.delete(image.file());
        ModelRequest again = new ModelRequest("", List.of(shown), List.of(), soon());
        assertThatThrownBy(() -> model(PRO).complete(again))
                .isInstanceOf(ModelException.class)
                .hasMessage("An image of the context cannot be read any more.");
    }

    @Test
    void marksTheSystemPromptAndTheGrowingConversationForTheCache() throws Exception {
        answer(okJson(HELLO));
        model(PRO)
                .complete(new ModelRequest(
                        "Be brief.",
                        List.of(
                                new Message.User("1"),
                                new Message.Assistant("2", List.of()),
                                new Message.User("3"),
                                new Message.Assistant("4", List.of()),
                                new Message.User("5")),
                        List.of(),
                        soon()));
        SERVER.verify(postRequestedFor(anyUrl()).withRequestBody(equalToJson("""
                        {"system":[{"text":"Be brief."},{"cachePoint":{"type":"default"}}],"messages":[
                        {"role":"user","content":[{"text":"1"}]},
                        {"role":"assistant","content":[{"text":"2"}]},
                        {"role":"user","content":[{"text":"3"},{"cachePoint":{"type":"default"}}]},
                        {"role":"assistant","content":[{"text":"4"}]},
                        {"role":"user","content":[{"text":"5"},{"cachePoint":{"type":"default"}}]}]}
                        """)));
    }

    @Test
    void offersToolsAndReadsToolCalls() throws Exception {
        answer(okJson("""
                {"output":{"message":{"role":"assistant","content":[{"text":"I look."},
                {"toolUse":{"toolUseId":"t1","name":"python","input":
                {"code":"print(\\"a\\")","n":3,"x":1.5,"big":12345678901234567890,"on":true,"none":null,"list":[1,"b",{}]}}}]}},
                "stopReason":"tool_use","usage":{"inputTokens":1,"outputTokens":2,"totalTokens":3}}
                """));
        ModelReply reply = model(NO_CACHE)
                .complete(new ModelRequest(
                        "",
                        List.of(
                                new Message.User("Count"),
                                new Message.Assistant("", List.of(new ToolCall("t0", "python", "{\"code\":\"1\"}"))),
                                new Message.ToolResults(List.of(new ToolResult("t0", "Boom", true)), "Try again.")),
                        List.of(new Tool("python", "Runs Python.", "{\"type\":\"object\",\"minProperties\":1}")),
                        soon()));
        assertThat(reply.text()).isEqualTo("I look.");
        assertThat(reply.stop()).isEqualTo(StopReason.TOOL_CALLS);
        assertThat(reply.usage()).isEqualTo(new Usage(1, 2, 0, 0));
        assertThat(reply.toolCalls())
                .containsExactly(new ToolCall(
                        "t1",
                        "python",
                        "{\"code\":\"print(\\\"a\\\")\",\"n\":3,\"x\":1.5,\"big\":12345678901234567890,\"on\":true,"
                                + "\"none\":null,\"list\":[1,\"b\",{}]}"));
        SERVER.verify(postRequestedFor(anyUrl()).withRequestBody(equalToJson("""
                        {"messages":[{"role":"user","content":[{"text":"Count"}]},
                        {"role":"assistant","content":[{"toolUse":{"toolUseId":"t0","name":"python","input":{"code":"1"}}}]},
                        {"role":"user","content":[{"toolResult":{"toolUseId":"t0","content":[{"text":"Boom"}],
                        "status":"error"}},{"text":"Try again."}]}],
                        "toolConfig":{"tools":[{"toolSpec":{"name":"python","description":"Runs Python.",
                        "inputSchema":{"json":{"type":"object","minProperties":1}}}}]}}
                        """)));
    }

    @Test
    void sendsWhatBedrockWouldRefuseInAFormThatItAccepts() throws Exception {
        answer(okJson(HELLO));
        model(NO_CACHE)
                .complete(new ModelRequest(
                        " ",
                        List.of(
                                new Message.User("Hi"),
                                new Message.User(""),
                                new Message.Assistant(" ", List.of(new ToolCall("t", "python", "{broken"))),
                                new Message.ToolResults(List.of(new ToolResult("t", "", false)), "")),
                        List.of(),
                        soon()));
        SERVER.verify(postRequestedFor(anyUrl()).withRequestBody(equalToJson("""
                        {"messages":[{"role":"user","content":[{"text":"Hi"},{"text":"(empty)"}]},
                        {"role":"assistant","content":[{"toolUse":{"toolUseId":"t","name":"python",
                        "input":{"malformed":"{broken"}}}]},
                        {"role":"user","content":[{"toolResult":{"toolUseId":"t","content":[{"text":"(empty)"}]}}]}]}
                        """)));
    }

    @Test
    void sendsTextThatWasCutThroughACharacter() throws Exception {
        answer(okJson(HELLO));
        String halved = "\ud83d\ude00 and \ud83d";
        model(PRO)
                .complete(new ModelRequest(
                        halved,
                        List.of(
                                new Message.User(halved),
                                new Message.Assistant("", List.of(new ToolCall("t", "python", "{}"))),
                                new Message.ToolResults(List.of(new ToolResult("t", halved, false)), halved)),
                        List.of(),
                        soon()));
        SERVER.verify(postRequestedFor(anyUrl())
                .withRequestBody(matchingJsonPath("$.messages[0].content[0].text", equalTo("\ud83d\ude00 and ?"))));
    }

    @ParameterizedTest
    @CsvSource({
        "end_turn, COMPLETE",
        "stop_sequence, COMPLETE",
        "max_tokens, OUTPUT_LIMIT",
        "model_context_window_exceeded, OUTPUT_LIMIT",
        "guardrail_intervened, WITHHELD",
        "content_filtered, WITHHELD",
        "something_new, OTHER",
    })
    void readsWhyTheModelStopped(String reason, StopReason stop) throws Exception {
        answer(okJson(HELLO.replace("end_turn", reason)));
        assertThat(complete().stop()).isEqualTo(stop);
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '`',
            value = {
                "429, ThrottlingException, Too many requests, THROTTLED",
                "429, ThrottlingException, `Too many tokens per day, please wait`, REFUSED",
                "424, ModelErrorException, The model failed, UNAVAILABLE",
                "408, ModelTimeoutException, Model timed out, TIMEOUT",
                "429, ModelNotReadyException, Model is not ready, UNAVAILABLE",
                "500, InternalServerException, Oops, UNAVAILABLE",
                "503, ServiceUnavailableException, Busy, UNAVAILABLE",
                "400, ValidationException, Input is too long for requested model., TOO_LARGE",
                "400, ValidationException, prompt is too long: 210000 tokens > 200000 maximum, TOO_LARGE",
                "400, ValidationException, The provided model identifier is invalid., REFUSED",
                "404, ResourceNotFoundException, No such model, REFUSED",
                "400, ServiceQuotaExceededException, Quota, REFUSED",
                "403, AccessDeniedException, You don't have access to the model., UNAUTHORIZED",
                "403, UnrecognizedClientException, The security token is invalid., UNAUTHORIZED",
                "403, ExpiredTokenException, The security token is expired, UNAUTHORIZED",
                "418, BrandNewException, Something new, REFUSED",
                "500, BrandNewException, Something new, UNAVAILABLE",
            })
    void passesOnWhatBedrockSaid(int status, String type, String message, Kind kind) {
        answer(aResponse()
                .withStatus(status)
                .withHeader("x-amzn-ErrorType", type + ":http://internal.amazon.com/coral/")
                .withHeader("Content-Type", "application/json")
                .withBody("{\"message\":\"" + message + "\"}"));
        ModelException failure = failure();
        assertThat(failure.kind()).isEqualTo(kind);
        assertThat(failure)
                .hasMessageStartingWith(PRO + " ")
                .hasMessageContaining("HTTP " + status)
                .hasMessageContaining(message);
        SERVER.verify(1, postRequestedFor(anyUrl()));
    }

    @Test
    void passesOnHowLongToWait() {
        answer(aResponse()
                .withStatus(429)
                .withHeader("x-amzn-ErrorType", "ThrottlingException")
                .withHeader("Retry-After", "7")
                .withBody("{}"));
        assertThat(failure().retryAfter()).isEqualTo(Duration.ofSeconds(7));
    }

    @Test
    void keepsThePromptOutOfFailures() {
        String prompt = "The secret of the family is that uncle Bob never paid his taxes in Ohio.";
        answer(aResponse()
                .withStatus(400)
                .withHeader("x-amzn-ErrorType", "ValidationException")
                .withBody("{\"message\":\"Malformed input: " + prompt + "\"}"));
        ModelException failure = catchThrowableOfType(
                ModelException.class, () -> model(PRO).complete(ModelRequest.prompt(prompt, soon())));
        assertThat(failure).hasMessageContaining("Malformed input");
        assertThat(failure.getMessage()).doesNotContain("uncle Bob");
    }

    @ParameterizedTest
    @ValueSource(strings = {"<html>Welcome</html>", "{\"output\":{\"mess", "{\"output\":17}", "[1,2]"})
    void reportsAReplyThatCannotBeRead(String body) {
        answer(okJson(body));
        assertThat(failure().kind()).isEqualTo(Kind.MALFORMED_REPLY);
    }

    @Test
    void reportsAReplyThatBreaksOff() {
        answer(aResponse().withFault(Fault.MALFORMED_RESPONSE_CHUNK));
        assertThat(failure().kind()).isEqualTo(Kind.MALFORMED_REPLY);
    }

    @ParameterizedTest
    @ValueSource(strings = {"{}", "{\"output\":{}}", "{\"output\":null}", ""})
    void reportsAReplyWithoutAMessage(String body) {
        answer(okJson(body));
        assertThat(failure()).hasMessageContaining("sent a reply without a message");
    }

    @Test
    void reportsAnErrorPageOfAProxy() {
        answer(aResponse().withStatus(502).withBody("<html>Bad gateway</html>"));
        ModelException failure = failure();
        assertThat(failure.kind()).isEqualTo(Kind.UNAVAILABLE);
        assertThat(failure.getMessage()).contains("HTTP 502").doesNotContain("<html>");
    }

    @ParameterizedTest
    @ValueSource(strings = {"CONNECTION_RESET_BY_PEER", "EMPTY_RESPONSE"})
    void reportsABrokenConnection(String fault) {
        answer(aResponse().withFault(Fault.valueOf(fault)));
        ModelException failure = failure();
        assertThat(failure.kind()).isEqualTo(Kind.UNAVAILABLE);
        assertThat(failure).hasMessageContaining("could not be reached");
    }

    @Test
    void reportsThatNothingListens() throws Exception {
        int port;
        try (ServerSocket socket = new ServerSocket(0)) {
            port = socket.getLocalPort();
        }
        BedrockSettings settings =
                new BedrockSettings("us-east-1", URI.create("http://127.0.0.1:" + port), credentials());
        ModelException failure = catchThrowableOfType(
                ModelException.class, () -> model(settings, PRO).complete(ModelRequest.prompt("Hi", soon())));
        assertThat(failure.kind()).isEqualTo(Kind.UNAVAILABLE);
        assertThat(failure).hasMessageContaining("nothing accepts connections there");
    }

    @Test
    void asksForCredentialsIfThereAreNone() {
        AwsCredentialsProvider none = () -> {
            throw SdkClientException.create("Unable to load credentials from any of the providers in the chain");
        };
        BedrockSettings settings = new BedrockSettings("us-east-1", URI.create(SERVER.baseUrl()), none);
        ModelException failure = catchThrowableOfType(
                ModelException.class, () -> model(settings, PRO).complete(ModelRequest.prompt("Hi", soon())));
        assertThat(failure.kind()).isEqualTo(Kind.UNAUTHORIZED);
        assertThat(failure).hasMessage(BedrockFailures.NO_CREDENTIALS);
    }

    @Test
    void givesUpAtTheDeadline() {
        answer(okJson(HELLO).withFixedDelay(LATE));
        Instant start = Instant.now();
        ModelException failure = catchThrowableOfType(
                ModelException.class, () -> model(PRO).complete(ModelRequest.prompt("Hi", start.plusMillis(300))));
        assertThat(failure.kind()).isEqualTo(Kind.TIMEOUT);
        assertThat(Duration.between(start, Instant.now())).isLessThan(SOONER);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void anInterruptionAbandonsTheRequestPromptly(boolean virtual) throws Exception {
        answer(okJson(HELLO));
        LanguageModel model = model(PRO);
        model.complete(ModelRequest.prompt("Hi", soon()));
        answer(okJson(HELLO).withFixedDelay(LATE));
        AtomicReference<Throwable> outcome = new AtomicReference<>();
        CountDownLatch ended = new CountDownLatch(1);
        Thread.Builder builder = virtual ? Thread.ofVirtual() : Thread.ofPlatform();
        Thread caller = builder.start(() -> {
            try {
                model.complete(ModelRequest.prompt("Hi", soon()));
            } catch (Throwable e) {
                outcome.set(e);
            }
            ended.countDown();
        });
        Thread.sleep(300);
        caller.interrupt();
        assertThat(ended.await(SOONER.toSeconds(), TimeUnit.SECONDS)).isTrue();
        assertThat(outcome.get()).isInstanceOf(InterruptedException.class);
    }

    @Test
    void abandonedCallsLeaveTheirConnections() throws Exception {
        answer(okJson(HELLO).withFixedDelay(LATE));
        BedrockProvider provider = provider(settings(), 2);
        LanguageModel model = model(provider, PRO);
        for (int i = 0; i < 4; i++) {
            assertThatThrownBy(() -> model.complete(
                            ModelRequest.prompt("Hi", Instant.now().plusMillis(200))))
                    .hasMessageContaining("before the deadline");
        }
        answer(okJson(HELLO));
        assertThat(model.complete(ModelRequest.prompt("Hi", soon())).text()).isEqualTo("Hello!");
    }

    @Test
    void makesManyCallsAtTheSameTime() throws Exception {
        answer(okJson(HELLO).withFixedDelay(100));
        LanguageModel model = model(PRO);
        List<Future<ModelReply>> replies = new ArrayList<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < 128; i++) {
                replies.add(threads.submit(() -> model.complete(ModelRequest.prompt("Hi", soon()))));
            }
        }
        for (Future<ModelReply> reply : replies) {
            assertThat(reply.get().text()).isEqualTo("Hello!");
        }
    }

    @Test
    void cannotBeCalledAfterItWasClosed() {
        BedrockProvider provider = provider(settings(), 2);
        provider.close();
        ModelException failure = catchThrowableOfType(
                ModelException.class, () -> model(provider, PRO).complete(ModelRequest.prompt("Hi", soon())));
        assertThat(failure.kind()).isEqualTo(Kind.REFUSED);
    }

    @Test
    void checksCredentialsAndTheEndpointWithoutCallingAModel() throws Exception {
        ProviderStatus status = provider(settings(), 2)
                .check(List.of(ModelId.parse(PRO), ModelId.parse("bedrock:some.new-model")), soon());
        assertThat(status.configured()).isTrue();
        assertThat(status.endpoint()).isEqualTo(SERVER.baseUrl());
        assertThat(status.problems())
                .singleElement()
                .asString()
                .startsWith("bedrock:some.new-model is not in the model catalog");
        SERVER.verify(0, postRequestedFor(anyUrl()));
    }

    @Test
    void reportsMissingCredentials() throws Exception {
        AwsCredentialsProvider none = () -> {
            throw SdkClientException.create("Unable to load credentials");
        };
        ProviderStatus status =
                provider(new BedrockSettings("us-east-1", null, none), 2).check(List.of(), soon());
        assertThat(status.configured()).isFalse();
        assertThat(status.problems()).containsExactly(BedrockFailures.NO_CREDENTIALS);
    }

    @ParameterizedTest
    @CsvSource({"us east, https://host", "us-east-1, ftp://host", "us-east-1, host", "us-east-1, https://u:p@host"})
    void refusesSettingsThatCannotBe(String region, String endpoint) {
        assertThatThrownBy(() -> new BedrockSettings(region, URI.create(endpoint), null))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void showsNoCredentials() {
        assertThat(settings().toString()).contains("us-east-1").doesNotContain("AKID", "secret");
    }

    private static void answer(ResponseDefinitionBuilder response) {
        SERVER.stubFor(any(anyUrl()).willReturn(response));
    }

    private ModelReply complete() throws Exception {
        return model(PRO).complete(ModelRequest.prompt("Hi", soon()));
    }

    private ModelException failure() {
        return catchThrowableOfType(ModelException.class, this::complete);
    }

    private LanguageModel model(String id) {
        return model(settings(), id);
    }

    private LanguageModel model(BedrockSettings settings, String id) {
        return model(provider(settings, 256), id);
    }

    private LanguageModel model(String id, InferenceParameters parameters) {
        return provider(settings(), 256).model(ModelCatalog.load().describe(ModelId.parse(id)), parameters);
    }

    private static LanguageModel model(BedrockProvider provider, String id) {
        return provider.model(ModelCatalog.load().describe(ModelId.parse(id)), InferenceParameters.NONE);
    }

    private BedrockProvider provider(BedrockSettings settings, int connections) {
        BedrockProvider provider = new BedrockProvider(settings, connections, ModelCatalog.load(), Clock.systemUTC());
        providers.add(provider);
        return provider;
    }

    private static BedrockSettings settings() {
        return new BedrockSettings("us-east-1", URI.create(SERVER.baseUrl()), credentials());
    }

    private static AwsCredentialsProvider credentials() {
        return StaticCredentialsProvider.create(AwsBasicCredentials.create("AKIDEXAMPLE", "secret"));
    }

    private static Instant soon() {
        return Instant.now().plusSeconds(300);
    }
}
