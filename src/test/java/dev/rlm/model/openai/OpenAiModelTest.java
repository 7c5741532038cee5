package dev.rlm.model.openai;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.absent;
import static com.github.tomakehurst.wiremock.client.WireMock.any;
import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static com.github.tomakehurst.wiremock.client.WireMock.equalTo;
import static com.github.tomakehurst.wiremock.client.WireMock.equalToJson;
import static com.github.tomakehurst.wiremock.client.WireMock.matchingJsonPath;
import static com.github.tomakehurst.wiremock.client.WireMock.okJson;
import static com.github.tomakehurst.wiremock.client.WireMock.postRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.urlEqualTo;
import static com.github.tomakehurst.wiremock.core.WireMockConfiguration.options;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.github.tomakehurst.wiremock.client.ResponseDefinitionBuilder;
import com.github.tomakehurst.wiremock.http.Fault;
import com.github.tomakehurst.wiremock.junit5.WireMockExtension;
import dev.rlm.model.Image;
import dev.rlm.model.InferenceParameters;
import dev.rlm.model.LanguageModel;
import dev.rlm.model.Message;
import dev.rlm.model.ModelDescription;
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
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class OpenAiModelTest {

    private static final String KEY = "sk-very-secret-key";

    /** When replies come that nobody shall wait for, in milliseconds; and before which whoever does not wait has ended. */
    private static final int LATE = 240_000;

    private static final Duration SOONER = Duration.ofMinutes(2);
    private static final String HELLO = """
            {"id":"chatcmpl-1","object":"chat.completion","created":1,"model":"gpt-5","choices":[{"index":0,"message":
            {"role":"assistant","content":"Hello!","reasoning_content":"Let me think."},"finish_reason":"stop"}],
            "usage":{"prompt_tokens":100,"completion_tokens":20,"total_tokens":120,
            "prompt_tokens_details":{"cached_tokens":64},"completion_tokens_details":{"reasoning_tokens":12}}}
            """;

    @RegisterExtension
    static final WireMockExtension SERVER = WireMockExtension.newInstance()
            .options(options().dynamicPort().bindAddress("127.0.0.1"))
            .build();

    private final List<OpenAiProvider> providers = new ArrayList<>();

    @AfterEach
    void close() {
        providers.forEach(OpenAiProvider::close);
    }

    @Test
    void sendsAConversationAndReadsTheReply() throws Exception {
        answer(okJson(HELLO));
        ModelReply reply = model(InferenceParameters.NONE)
                .complete(new ModelRequest(
                        "Be brief.",
                        List.of(
                                new Message.User("Hi"),
                                new Message.Assistant("What?", List.of()),
                                new Message.User("Hello")),
                        List.of(),
                        soon()));
        assertThat(reply).isEqualTo(new ModelReply("Hello!", List.of(), new Usage(36, 20, 64, 0), StopReason.COMPLETE));
        SERVER.verify(postRequestedFor(urlEqualTo("/v1/chat/completions"))
                .withHeader("Authorization", equalTo("Bearer " + KEY))
                .withHeader("X-Team", equalTo("blue-secret"))
                .withRequestBody(equalToJson("""
                        {"model":"gpt-5","messages":[{"role":"system","content":"Be brief."},{"role":"user","content":"Hi"},
                        {"role":"assistant","content":"What?"},{"role":"user","content":"Hello"}]}
                        """)));
    }

    @Test
    void sendsTheSchemaOfTheReply() throws Exception {
        answer(okJson(HELLO));
        model(InferenceParameters.NONE)
                .complete(new ModelRequest(
                        "",
                        List.of(new Message.User("Hi")),
                        List.of(),
                        soon(),
                        "{\"type\":\"object\",\"properties\":{}}"));
        SERVER.verify(postRequestedFor(anyUrl()).withRequestBody(equalToJson("""
                        {"model":"gpt-5","messages":[{"role":"user","content":"Hi"}],"response_format":{"type":"json_schema",
                        "json_schema":{"name":"reply","strict":true,"schema":{"type":"object","properties":{}}}}}
                        """)));
    }

    @Test
    void sendsImagesBeforeTheirText(@TempDir Path folder) throws Exception {
        answer(okJson(HELLO));
        Image image = new Image("image/png", Files.write(folder.resolve("a.png"), new byte[] {1, 2, 3}));
        Message.User shown = new Message.User("What is it?", List.of(image));
        model(InferenceParameters.NONE).complete(new ModelRequest("", List.of(shown), List.of(), soon()));
        SERVER.verify(postRequestedFor(anyUrl()).withRequestBody(equalToJson("""
                        {"model":"gpt-5","messages":[{"role":"user","content":[
                        {"type":"image_url","image_url":{"url":"data:image/png;base64,AQID"}},
                        {"type":"text","text":"What is it?"}]}]}
                        """)));
    }

    @Test
    void sendsTextThatWasCutThroughACharacter() throws Exception {
        answer(okJson(HELLO));
        model(InferenceParameters.NONE).complete(ModelRequest.prompt("\ud83d\ude00 and \ud83d", soon()));
        SERVER.verify(postRequestedFor(anyUrl())
                .withRequestBody(matchingJsonPath("$.messages[0].content", equalTo("\ud83d\ude00 and ?"))));
    }

    @Test
    void sendsNoAuthorizationWithoutAKey() throws Exception {
        answer(okJson(HELLO));
        LanguageModel model = model(OpenAiSettings.at(URI.create(SERVER.baseUrl() + "/v1/")), InferenceParameters.NONE);
        model.complete(ModelRequest.prompt("Hi", soon()));
        SERVER.verify(postRequestedFor(urlEqualTo("/v1/chat/completions")).withHeader("Authorization", absent()));
    }

    @Test
    void sendsInferenceParametersOnlyWhenConfigured() throws Exception {
        answer(okJson(HELLO));
        model(new InferenceParameters(0.5, 0.9, 1000)).complete(ModelRequest.prompt("Hi", soon()));
        SERVER.verify(postRequestedFor(anyUrl()).withRequestBody(equalToJson("""
                        {"model":"gpt-5","messages":[{"role":"user","content":"Hi"}],
                        "temperature":0.5,"top_p":0.9,"max_tokens":1000}
                        """)));
    }

    @Test
    void offersToolsAndReadsToolCalls() throws Exception {
        answer(okJson("""
                {"choices":[{"message":{"role":"assistant","content":null,"tool_calls":[
                {"id":"call_a","type":"function","function":{"name":"python","arguments":"{\\"code\\": \\"print(1)\\"}"}},
                {"id":"call_b","type":"function","function":{"name":"python","arguments":"{broken"}}]},
                "finish_reason":"tool_calls"}],"usage":{"prompt_tokens":10,"completion_tokens":5}}
                """));
        ModelReply reply = model(InferenceParameters.NONE)
                .complete(new ModelRequest(
                        "",
                        List.of(
                                new Message.User("Count"),
                                new Message.Assistant(
                                        "", List.of(new ToolCall("call_0", "python", "{\"code\":\"1\"}"))),
                                new Message.ToolResults(
                                        List.of(new ToolResult("call_0", "42", false)), "And now the other half.")),
                        List.of(new Tool("python", "Runs Python.", "{\"type\":\"object\"}")),
                        soon()));
        assertThat(reply.text()).isEmpty();
        assertThat(reply.stop()).isEqualTo(StopReason.TOOL_CALLS);
        assertThat(reply.toolCalls())
                .containsExactly(
                        new ToolCall("call_a", "python", "{\"code\": \"print(1)\"}"),
                        new ToolCall("call_b", "python", "{broken"));
        SERVER.verify(postRequestedFor(anyUrl()).withRequestBody(equalToJson("""
                        {"model":"gpt-5","messages":[{"role":"user","content":"Count"},
                        {"role":"assistant","content":null,"tool_calls":[{"id":"call_0","type":"function",
                        "function":{"name":"python","arguments":"{\\"code\\":\\"1\\"}"}}]},
                        {"role":"tool","tool_call_id":"call_0","content":"42"},
                        {"role":"user","content":"And now the other half."}],
                        "tools":[{"type":"function","function":{"name":"python","description":"Runs Python.",
                        "parameters":{"type":"object"}}}]}
                        """)));
    }

    @ParameterizedTest
    @CsvSource({
        "stop, COMPLETE",
        "length, OUTPUT_LIMIT",
        "content_filter, WITHHELD",
        "something_new, OTHER",
    })
    void readsWhyTheModelStopped(String reason, StopReason stop) throws Exception {
        answer(okJson(HELLO.replace("\"stop\"", "\"" + reason + "\"")));
        assertThat(complete().stop()).isEqualTo(stop);
    }

    @Test
    void estimatesTokensWhereTheEndpointCountsNone() throws Exception {
        answer(okJson("{\"choices\":[{\"message\":{\"content\":\"12345678\"}}]}"));
        Usage usage = complete().usage();
        assertThat(usage.inputTokens()).isPositive();
        assertThat(usage.outputTokens()).isEqualTo(2);
    }

    @Test
    void joinsContentThatComesInParts() throws Exception {
        answer(okJson("{\"choices\":[{\"message\":{\"content\":[{\"type\":\"text\",\"text\":\"a\"},"
                + "{\"type\":\"text\",\"text\":\"b\"}]},\"finish_reason\":\"stop\"}]}"));
        assertThat(complete().text()).isEqualTo("ab");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "429 | {\"error\":{\"message\":\"Rate limit reached.\",\"code\":\"rate_limit_exceeded\"}} | THROTTLED | Rate limit reached.",
                "429 | {\"error\":{\"message\":\"You exceeded your quota.\",\"code\":\"insufficient_quota\"}} | REFUSED | exceeded your quota",
                "401 | {\"error\":{\"message\":\"Incorrect API key provided: sk-very-secret-key.\"}} | UNAUTHORIZED | provided: ***.",
                "403 | {\"detail\":\"Forbidden\"} | UNAUTHORIZED | Forbidden",
                "400 | {\"error\":{\"message\":\"Too long.\",\"code\":\"context_length_exceeded\"}} | TOO_LARGE | Too long.",
                "400 | {\"object\":\"error\",\"message\":\"This model's maximum context length is 4096 tokens.\"} | TOO_LARGE | 4096 tokens",
                "400 | {\"error\":\"temperature is not supported\"} | REFUSED | temperature is not supported",
                "404 | {\"error\":{\"message\":\"The model gpt-9 does not exist.\"}} | REFUSED | gpt-9 does not exist",
                "404 | nothing | REFUSED | check the base URL",
                "301 | nothing | REFUSED | check the base URL",
                "413 | nothing | TOO_LARGE | cannot take so long a prompt",
                "500 | {\"error\":{\"message\":\"Server error\"}} | UNAVAILABLE | Server error",
                "502 | <html><body>Bad gateway</body></html> | UNAVAILABLE | HTTP 502",
                "503 | `` | UNAVAILABLE | HTTP 503",
                "200 | {\"error\":{\"message\":\"Upstream is full\",\"code\":429}} | THROTTLED | Upstream is full",
                "200 | {\"error\":\"out of memory\"} | UNAVAILABLE | out of memory",
                "200 | <html>Welcome</html> | MALFORMED_REPLY | not JSON",
                "200 | {\"choices\":[{\"mess | MALFORMED_REPLY | not JSON",
                "200 | `` | MALFORMED_REPLY | not JSON",
                "200 | [] | MALFORMED_REPLY | not JSON",
                "200 | {} | MALFORMED_REPLY | without choices",
                "200 | {\"choices\":[]} | MALFORMED_REPLY | without choices",
                "200 | {\"choices\":[{\"message\":{\"tool_calls\":[{}]}}]} | MALFORMED_REPLY | tool call without a name",
            })
    void saysWhatWentWrong(int status, String body, Kind kind, String sentence) {
        answer(aResponse().withStatus(status).withBody(body).withHeader("Content-Type", "text/html"));
        ModelException failure = failure();
        assertThat(failure.kind()).isEqualTo(kind);
        assertThat(failure).hasMessageContaining(sentence).hasMessageStartingWith("openai:gpt-5 ");
        assertThat(failure.getMessage()).doesNotContain(KEY).doesNotContain("<html>");
    }

    @Test
    void keepsThePromptOutOfFailures() {
        String prompt = "The secret of the family is that uncle Bob never paid his taxes in Ohio.";
        answer(aResponse().withStatus(422).withBody("{\"detail\":\"bad input: " + prompt + "\"}"));
        ModelException failure = catchThrowableOfType(
                ModelException.class,
                () -> model(InferenceParameters.NONE).complete(ModelRequest.prompt(prompt, soon())));
        assertThat(failure).hasMessageContaining("bad input").hasMessageContaining("[prompt left out]");
        assertThat(failure.getMessage()).doesNotContain("uncle Bob");
    }

    @ParameterizedTest
    @CsvSource({"Retry-After, 7, 7000", "retry-after-ms, 1500, 1500", "Retry-After, 0.5, 500"})
    void passesOnHowLongToWait(String header, String value, long milliseconds) {
        answer(aResponse().withStatus(429).withHeader(header, value));
        assertThat(failure().retryAfter()).isEqualTo(Duration.ofMillis(milliseconds));
    }

    @ParameterizedTest
    @ValueSource(strings = {"CONNECTION_RESET_BY_PEER", "EMPTY_RESPONSE", "MALFORMED_RESPONSE_CHUNK"})
    void reportsABrokenConnection(String fault) {
        answer(aResponse().withFault(Fault.valueOf(fault)));
        assertThat(failure().kind()).isEqualTo(Kind.UNAVAILABLE);
    }

    @Test
    void reportsThatNothingListens() throws Exception {
        int port;
        try (ServerSocket socket = new ServerSocket(0)) {
            port = socket.getLocalPort();
        }
        OpenAiSettings settings = OpenAiSettings.at(URI.create("http://127.0.0.1:" + port + "/v1"));
        ModelException failure = catchThrowableOfType(
                ModelException.class,
                () -> model(settings, InferenceParameters.NONE).complete(ModelRequest.prompt("Hi", soon())));
        assertThat(failure.kind()).isEqualTo(Kind.UNAVAILABLE);
        assertThat(failure).hasMessageContaining("nothing accepts connections there");
    }

    @Test
    void doesNotReadARunawayReply() {
        answer(aResponse().withBody(new byte[(int) OpenAiModel.MAX_REPLY_BYTES + 1]));
        ModelException failure = failure();
        assertThat(failure.kind()).isEqualTo(Kind.REFUSED);
        assertThat(failure).hasMessageContaining("more than 33554432 bytes");
    }

    @Test
    void givesUpAtTheDeadlineEvenIfTheReplyOnlyDrips() {
        answer(okJson(HELLO).withChunkedDribbleDelay(50, LATE));
        Instant start = Instant.now();
        ModelException failure = catchThrowableOfType(
                ModelException.class,
                () -> model(InferenceParameters.NONE).complete(ModelRequest.prompt("Hi", start.plusMillis(300))));
        assertThat(failure.kind()).isEqualTo(Kind.TIMEOUT);
        assertThat(Duration.between(start, Instant.now())).isLessThan(SOONER);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void anInterruptionAbandonsTheRequestPromptly(boolean virtual) throws Exception {
        answer(okJson(HELLO));
        LanguageModel model = model(InferenceParameters.NONE);
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
        Thread.sleep(200);
        caller.interrupt();
        assertThat(ended.await(SOONER.toSeconds(), TimeUnit.SECONDS)).isTrue();
        assertThat(outcome.get()).isInstanceOf(InterruptedException.class);
    }

    @Test
    void asksForAKeyInsteadOfCallingOpenAiWithoutOne() {
        OpenAiSettings settings = OpenAiSettings.at(OpenAiSettings.DEFAULT_BASE_URL);
        ModelException failure = catchThrowableOfType(
                ModelException.class,
                () -> model(settings, InferenceParameters.NONE).complete(ModelRequest.prompt("Hi", soon())));
        assertThat(failure.kind()).isEqualTo(Kind.UNAUTHORIZED);
        assertThat(failure).hasMessageContaining("OPENAI_API_KEY");
    }

    @Test
    void reportsModelsThatTheEndpointDoesNotServe() throws Exception {
        answer(okJson("{\"object\":\"list\",\"data\":[{\"id\":\"gpt-5\"},{\"id\":\"llama3:latest\"}]}"));
        ProviderStatus status = check("gpt-5", "llama3", "gpt-6");
        assertThat(status.configured()).isTrue();
        assertThat(status.problems()).singleElement().asString().startsWith("openai:gpt-6 is not among the 2 models");
        assertThat(status.endpoint()).isEqualTo(SERVER.baseUrl() + "/v1");
    }

    @ParameterizedTest
    @CsvSource({"404, ''", "401, did not accept the API key", "500, answered HTTP 500", "200, not JSON"})
    void checksTheEndpoint(int status, String problem) throws Exception {
        answer(aResponse().withStatus(status).withBody("<html>"));
        List<String> problems = check("gpt-5").problems();
        if (problem.isEmpty()) {
            assertThat(problems).isEmpty();
        } else {
            assertThat(problems).singleElement().asString().contains(problem);
        }
    }

    private static void answer(ResponseDefinitionBuilder response) {
        SERVER.stubFor(any(anyUrl()).willReturn(response));
    }

    private ProviderStatus check(String... names) throws Exception {
        List<ModelId> ids =
                List.of(names).stream().map(name -> new ModelId("openai", name)).toList();
        return provider(settings()).check(ids, soon());
    }

    private ModelReply complete() throws Exception {
        return model(InferenceParameters.NONE).complete(ModelRequest.prompt("Hi", soon()));
    }

    private ModelException failure() {
        return catchThrowableOfType(ModelException.class, this::complete);
    }

    private LanguageModel model(InferenceParameters parameters) {
        return model(settings(), parameters);
    }

    private LanguageModel model(OpenAiSettings settings, InferenceParameters parameters) {
        return provider(settings).model(ModelDescription.unknown(ModelId.parse("openai:gpt-5")), parameters);
    }

    private OpenAiProvider provider(OpenAiSettings settings) {
        OpenAiProvider provider = new OpenAiProvider(settings, Clock.systemUTC());
        providers.add(provider);
        return provider;
    }

    private static OpenAiSettings settings() {
        return new OpenAiSettings(
                URI.create(SERVER.baseUrl() + "/v1"), " " + KEY + "\n", Map.of("X-Team", "blue-secret"));
    }

    private static Instant soon() {
        return Instant.now().plusSeconds(300);
    }
}
