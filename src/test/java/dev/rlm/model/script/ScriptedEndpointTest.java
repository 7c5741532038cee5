package dev.rlm.model.script;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.rlm.model.HeardReply;
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
import dev.rlm.model.Tool;
import dev.rlm.model.ToolCall;
import dev.rlm.model.openai.OpenAiProvider;
import dev.rlm.model.openai.OpenAiSettings;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ScriptedEndpointTest {

    private final List<AutoCloseable> open = new ArrayList<>();

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable closeable : open.reversed()) {
            closeable.close();
        }
    }

    @Test
    void answersByTheFirstRuleThatMatches() throws Exception {
        ScriptedEndpoint endpoint = start(Script.of(
                "m",
                Rule.reply("turn two").onTurn(2),
                Rule.reply("found ${n}").matching("size (?<n>\\d+)"),
                Rule.reply("else")));
        LanguageModel model = model(endpoint, "m");
        assertThat(model.complete(prompt("the size 12 is\nright")).text()).isEqualTo("found 12");
        assertThat(model.complete(prompt("hello")).text()).isEqualTo("else");
        assertThat(model.complete(conversation("a", "b", "size 3")).text()).isEqualTo("turn two");
        assertThat(endpoint.calls("m")).isEqualTo(3);
        assertThat(endpoint.calls("other")).isZero();
        assertThat(endpoint.requests())
                .extracting(ScriptedRequest::lastMessage)
                .containsExactly("the size 12 is\nright", "hello", "size 3");
        assertThat(endpoint.requests()).extracting(ScriptedRequest::turn).containsExactly(1, 1, 2);
    }

    @Test
    void countsTokensAsAQuarterOfTheCharacters() throws Exception {
        LanguageModel model = model(start(Script.of("m", Rule.reply("123456789"))), "m");
        ModelReply reply = model.complete(prompt("12345678"));
        assertThat(reply.usage().inputTokens()).isEqualTo(2);
        assertThat(reply.usage().outputTokens()).isEqualTo(3);
    }

    @Test
    void appliesARuleOnlySoManyTimes() throws Exception {
        LanguageModel model = model(start(Script.of("m", Rule.reply("first").times(2), Rule.reply("later"))), "m");
        List<String> replies = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            replies.add(model.complete(prompt("?")).text());
        }
        assertThat(replies).containsExactly("first", "first", "later", "later");
    }

    @Test
    void callsToolsWithValidJsonWhateverIsFilledIn() throws Exception {
        Rule rule =
                Rule.callTool("python", "{\"code\": \"print(${1})\", \"n\": 1}").matching("say (.*)");
        LanguageModel model = model(start(Script.of("m", rule)), "m");
        ModelReply reply = model.complete(new ModelRequest(
                "",
                List.of(new Message.User("say \"hi\\\"\n")),
                List.of(new Tool("python", "", "{}")),
                Instant.now().plusSeconds(600)));
        assertThat(reply.stop()).isEqualTo(StopReason.TOOL_CALLS);
        assertThat(reply.toolCalls())
                .containsExactly(new ToolCall("call_1", "python", "{\"code\":\"print(\\\"hi\\\\\\\"\\n)\",\"n\":1}"));
    }

    @Test
    void answersInPiecesTheSameAsWhole() throws Exception {
        Script script = Script.parse("""
                models:
                  m:
                    - turn: 1
                      reply: "Smile 😀 😀 😀 😀 😀 😀: ${0}"
                      piece-latency-ms: 1
                    - reply: I look.
                      tool: {name: python, arguments: {code: "print(1) # and a long comment"}}
                """);
        LanguageModel model = model(start(script), "m");
        for (ModelRequest request : List.of(prompt("12345678"), conversation("a", "b", "c"))) {
            HeardReply heard = new HeardReply();
            ModelReply inPieces = model.complete(request, heard);
            assertThat(inPieces).isEqualTo(model.complete(request));
            assertThat(heard.text()).isEqualTo(inPieces.text());
            assertThat(heard.calls())
                    .isEqualTo(inPieces.toolCalls().stream()
                            .map(call -> call.name() + " " + call.argumentsJson())
                            .toList());
            assertThat(heard.pieces()).isGreaterThan(1);
        }
    }

    @Test
    void waitsBetweenThePieces() throws Exception {
        Rule rule = Rule.reply("0123456789abcdef, the second piece").piecesEvery(Duration.ofMinutes(4));
        LanguageModel model = model(start(Script.of("m", rule)), "m");
        HeardReply heard = new HeardReply();
        ModelRequest request = ModelRequest.prompt("?", Instant.now().plusSeconds(2));
        ModelException failure = catchThrowableOfType(ModelException.class, () -> model.complete(request, heard));
        assertThat(failure.kind()).isEqualTo(Kind.TIMEOUT);
        assertThat(heard.text()).isIn("", "0123456789abcdef");
        assertThat(model.complete(prompt("?")).text())
                .as("whole, it comes at once")
                .endsWith("piece");
    }

    @Test
    void failsAsTheScriptSays() throws Exception {
        Script script = Script.parse("models: {m: [{error: {status: 429, retry-after: 2, message: slow down}}]}");
        ModelException failure = failure(model(start(script), "m"), "?");
        assertThat(failure.kind()).isEqualTo(Kind.THROTTLED);
        assertThat(failure.retryAfter()).isEqualTo(Duration.ofSeconds(2));
        assertThat(failure).hasMessageContaining("slow down");
    }

    @Test
    void namesTheMessageThatNoRuleMatches() throws Exception {
        HttpResponse<String> response = post(
                start(Script.of("m", Rule.reply("x").matching("never"))),
                "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"" + "abc ".repeat(100) + "\"}]}");
        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(response.body())
                .contains("No rule of the scripted model 'm' matches turn 1 with the last message: " + "abc ".repeat(20)
                        + "\"");
    }

    @Test
    void servesModelsWithoutRulesByTheRulesForAnyModel() throws Exception {
        ScriptedEndpoint endpoint =
                start(Script.of(Script.ANY_MODEL, Rule.reply("any")).and("m", Rule.reply("mine")));
        assertThat(model(endpoint, "m").complete(prompt("?")).text()).isEqualTo("mine");
        assertThat(model(endpoint, "other").complete(prompt("?")).text()).isEqualTo("any");
    }

    @Test
    void refusesModelsThatItDoesNotKnow() throws Exception {
        ModelException failure = failure(model(start(Script.of("m", Rule.reply("x"))), "other"), "?");
        assertThat(failure.kind()).isEqualTo(Kind.REFUSED);
        assertThat(failure).hasMessageContaining("The script has no model 'other'; it has [m]");
    }

    @Test
    void answersBrokenRequestsWithAnError() throws Exception {
        ScriptedEndpoint endpoint = start(Script.of("m", Rule.reply("x")));
        assertThat(post(endpoint, "{broken").statusCode()).isEqualTo(400);
        assertThat(post(endpoint, "").statusCode()).isEqualTo(404);
        assertThat(post(endpoint, "[1]").statusCode()).isEqualTo(404);
    }

    @Test
    void survivesPatternsThatAreTooComplex() throws Exception {
        ScriptedEndpoint endpoint = start(Script.of("m", Rule.reply("x").matching("^(a|b)*$"), Rule.reply("y")));
        LanguageModel model = model(endpoint, "m");
        ModelException failure = failure(model, "ab".repeat(2_000_000));
        assertThat(failure.kind()).isEqualTo(Kind.UNAVAILABLE);
        assertThat(failure).hasMessageContaining("The pattern ^(a|b)*$ is too complex");
        assertThat(model.complete(prompt("abc")).text()).isEqualTo("y");
    }

    @Test
    void listensOnLoopbackOnly() throws Exception {
        assertThat(start(Script.of("m", Rule.reply("x"))).baseUrl().getHost()).isEqualTo("127.0.0.1");
    }

    @Test
    void listsItsModels() throws Exception {
        ScriptedEndpoint endpoint = start(Script.of("m", Rule.reply("x")));
        OpenAiProvider provider = provider(endpoint);
        List<ModelId> models = List.of(ModelId.parse("openai:m"), ModelId.parse("openai:n"));
        assertThat(provider.check(models, Instant.now().plusSeconds(600)).problems())
                .containsExactly("openai:n is not among the 1 models that the endpoint serves.");
    }

    @Test
    void servesHundredsOfCallsAtTheSameTimeWithoutSlowingThemDown() throws Exception {
        ScriptedEndpoint endpoint = start(Script.of("m", Rule.reply("yes").after(Duration.ofMillis(500))));
        LanguageModel model = model(endpoint, "m");
        int calls = 500;
        int parallel = 64;
        Semaphore slots = new Semaphore(parallel);
        List<Future<ModelReply>> replies = new ArrayList<>();
        Instant start = Instant.now();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < calls; i++) {
                replies.add(threads.submit(() -> {
                    slots.acquire();
                    try {
                        return model.complete(prompt("?"));
                    } finally {
                        slots.release();
                    }
                }));
            }
        }
        Duration taken = Duration.between(start, Instant.now());
        for (Future<ModelReply> reply : replies) {
            assertThat(reply.get().text()).isEqualTo("yes");
        }
        assertThat(endpoint.calls("m")).isEqualTo(calls);
        // With too few threads there would be fewer at a time.
        assertThat(endpoint.mostInFlight()).isBetween(parallel / 2, parallel);
        assertThat(taken).isLessThan(Duration.ofMinutes(1));
    }

    private ScriptedEndpoint start(Script script) throws Exception {
        ScriptedEndpoint endpoint = ScriptedEndpoint.start(script);
        open.add(endpoint);
        return endpoint;
    }

    private OpenAiProvider provider(ScriptedEndpoint endpoint) {
        OpenAiProvider provider = new OpenAiProvider(OpenAiSettings.at(endpoint.baseUrl()), Clock.systemUTC());
        open.add(provider);
        return provider;
    }

    private LanguageModel model(ScriptedEndpoint endpoint, String name) {
        ModelDescription description = ModelDescription.unknown(new ModelId("openai", name));
        return provider(endpoint).model(description, InferenceParameters.NONE);
    }

    private static ModelException failure(LanguageModel model, String prompt) {
        return catchThrowableOfType(ModelException.class, () -> model.complete(prompt(prompt)));
    }

    private static ModelRequest prompt(String text) {
        return ModelRequest.prompt(text, Instant.now().plusSeconds(600));
    }

    private static ModelRequest conversation(String user, String assistant, String last) {
        return new ModelRequest(
                "",
                List.of(new Message.User(user), new Message.Assistant(assistant, List.of()), new Message.User(last)),
                List.of(),
                Instant.now().plusSeconds(600));
    }

    private HttpResponse<String> post(ScriptedEndpoint endpoint, String body) throws Exception {
        HttpClient client = HttpClient.newHttpClient();
        open.add(client);
        return client.send(
                HttpRequest.newBuilder(URI.create(endpoint.baseUrl() + "/chat/completions"))
                        .POST(HttpRequest.BodyPublishers.ofString(body))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }
}
