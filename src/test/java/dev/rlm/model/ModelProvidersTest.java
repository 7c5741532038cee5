package dev.rlm.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.rlm.model.ModelException.Kind;
import dev.rlm.model.bedrock.BedrockSettings;
import dev.rlm.model.openai.OpenAiSettings;
import dev.rlm.model.script.Rule;
import dev.rlm.model.script.Script;
import dev.rlm.model.script.ScriptedEndpoint;
import dev.rlm.model.script.ScriptedRequest;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.core.exception.SdkClientException;

class ModelProvidersTest {

    private static final ModelId MODEL = ModelId.parse("openai:m");

    private final List<AutoCloseable> open = new ArrayList<>();

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable closeable : open.reversed()) {
            closeable.close();
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void repliesComeInPiecesUnlessThatIsSwitchedOff(boolean stream) throws Exception {
        ScriptedEndpoint endpoint = start(Script.of("m", Rule.reply("yes")));
        ModelSettings settings = new ModelSettings(
                BedrockSettings.DEFAULT,
                OpenAiSettings.at(endpoint.baseUrl()),
                InferenceParameters.NONE,
                Map.of(),
                RetrySettings.DEFAULT,
                3,
                stream);
        ModelProviders providers = new ModelProviders(settings, ModelCatalog.load());
        open.add(providers);
        HeardReply heard = new HeardReply();
        ModelReply reply = providers.model(MODEL).complete(prompt("?"), heard);
        assertThat(reply.text()).isEqualTo("yes");
        assertThat(heard.text()).isEqualTo(stream ? "yes" : "");
        assertThat(endpoint.requests().getFirst().body().has("stream")).isEqualTo(stream);
        assertThat(providers.model(MODEL).complete(prompt("?"))).isEqualTo(reply);
        assertThat(endpoint.requests().getLast().body().has("stream")).isFalse();
    }

    @Test
    void aStormOfThrottlingLosesNoCall() throws Exception {
        ScriptedEndpoint endpoint = start(Script.of(
                "m", Rule.fail(429, "slow down").times(600), Rule.reply("yes").after(Duration.ofMillis(5))));
        RetrySettings quick = new RetrySettings(Duration.ofMillis(5), Duration.ofMillis(100), 3, Duration.ofMinutes(5));
        LanguageModel model = providers(endpoint, quick).model(MODEL);
        List<Future<ModelReply>> replies = new ArrayList<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < 200; i++) {
                replies.add(threads.submit(() -> model.complete(prompt("?"))));
            }
        }
        for (Future<ModelReply> reply : replies) {
            assertThat(reply.get().text()).isEqualTo("yes");
        }
        assertThat(endpoint.calls("m")).isEqualTo(800);
    }

    @Test
    void aThrottledCallThatCannotSucceedInTimeEndsBeforeItsDeadline() throws Exception {
        ScriptedEndpoint endpoint = start(Script.of("m", Rule.reply("x").times(1), Rule.fail(429, "slow down")));
        LanguageModel model = providers(endpoint, RetrySettings.DEFAULT).model(MODEL);
        // What only a first call takes must not come out of the short time of the second.
        model.complete(prompt("?"));
        Instant deadline = Instant.now().plusSeconds(4);
        ModelException failure =
                catchThrowableOfType(ModelException.class, () -> model.complete(ModelRequest.prompt("?", deadline)));
        assertThat(failure.kind()).isEqualTo(Kind.THROTTLED);
        assertThat(failure).hasMessageContaining("the deadline was reached");
    }

    @Test
    void givesTheSameInstanceForTheSameModel() throws Exception {
        ModelProviders providers = providers(start(Script.of("m", Rule.reply("x"))), RetrySettings.DEFAULT);
        assertThat(providers.model(MODEL)).isSameAs(providers.model(ModelId.parse("openai:m")));
        assertThat(providers.model(MODEL).id()).isEqualTo(MODEL);
        assertThat(providers.model(MODEL))
                .isNotSameAs(providers.model(MODEL, new InferenceParameters(0.1, null, null)));
    }

    @Test
    void modelsOfClientsCanBeNamedButNotCalledByTheirNames() throws Exception {
        ModelProviders providers = providers(start(Script.of("m", Rule.reply("x"))), RetrySettings.DEFAULT);
        for (String id : List.of("client", "client:fast")) {
            LanguageModel model = providers.model(ModelId.parse(id));
            assertThat(model.id()).hasToString(id);
            assertThat(ModelId.parse(model.id().toString())).isEqualTo(model.id());
            ModelException failure = catchThrowableOfType(ModelException.class, () -> model.complete(prompt("?")));
            assertThat(failure.kind()).isEqualTo(Kind.REFUSED);
            assertThat(failure).hasMessage(ClientModels.NOT_LENT);
        }
        assertThatThrownBy(() -> ModelId.parse("client:"))
                .hasMessageContaining("or client for the model of an MCP client");
    }

    @Test
    void sharesTheLimitOfAModelBetweenItsRoles() throws Exception {
        ScriptedEndpoint endpoint = start(Script.of("m", Rule.reply("x").after(Duration.ofMillis(30))));
        ModelSettings settings = new ModelSettings(
                BedrockSettings.DEFAULT,
                OpenAiSettings.at(endpoint.baseUrl()),
                InferenceParameters.NONE,
                Map.of(),
                RetrySettings.DEFAULT,
                3,
                true);
        ModelProviders providers = new ModelProviders(settings, ModelCatalog.load());
        open.add(providers);
        LanguageModel root = providers.model(MODEL);
        LanguageModel sub = providers.model(MODEL, new InferenceParameters(0.1, null, null));
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < 20; i++) {
                LanguageModel model = i % 2 == 0 ? root : sub;
                Future<?> ignored = threads.submit(() -> model.complete(prompt("?")));
            }
        }
        assertThat(endpoint.calls("m")).isEqualTo(20);
        assertThat(endpoint.mostInFlight()).isLessThanOrEqualTo(3);
    }

    @Test
    void usesTheParametersOfAModelBeforeThoseOfAll() throws Exception {
        ScriptedEndpoint endpoint = start(Script.of(Script.ANY_MODEL, Rule.reply("x")));
        ModelSettings settings = new ModelSettings(
                BedrockSettings.DEFAULT,
                OpenAiSettings.at(endpoint.baseUrl()),
                new InferenceParameters(0.5, null, null),
                Map.of(MODEL, new InferenceParameters(null, null, 77)),
                RetrySettings.DEFAULT,
                8,
                true);
        ModelProviders providers = new ModelProviders(settings, ModelCatalog.load());
        open.add(providers);
        providers.model(MODEL).complete(prompt("?"));
        providers.model(ModelId.parse("openai:other")).complete(prompt("?"));
        List<ScriptedRequest> requests = endpoint.requests();
        assertThat(requests.get(0).body().has("temperature")).isFalse();
        assertThat(requests.get(0).body().path("max_tokens").asInt()).isEqualTo(77);
        assertThat(requests.get(1).body().path("temperature").asDouble()).isEqualTo(0.5);
    }

    @Test
    void addsTheTokensForThinkingToTheLimitOfAllModelsButNotToAModelsOwn() throws Exception {
        ScriptedEndpoint endpoint = start(Script.of(Script.ANY_MODEL, Rule.reply("x")));
        ModelSettings settings = new ModelSettings(
                BedrockSettings.DEFAULT,
                OpenAiSettings.at(endpoint.baseUrl()),
                new InferenceParameters(null, null, 1_000),
                Map.of(MODEL, new InferenceParameters(null, null, 77)),
                RetrySettings.DEFAULT,
                8,
                true);
        ModelProviders providers = new ModelProviders(settings, ModelCatalog.load());
        open.add(providers);
        providers.model(MODEL, 500).complete(prompt("?"));
        providers.model(ModelId.parse("openai:other"), 500).complete(prompt("?"));
        assertThat(endpoint.requests())
                .extracting(request -> request.body().path("max_tokens").asInt())
                .containsExactly(77, 1_500);
    }

    @Test
    void namesTheProvidersIfOneDoesNotExist() throws Exception {
        ModelProviders providers = providers(start(Script.of("m", Rule.reply("x"))), RetrySettings.DEFAULT);
        assertThatThrownBy(() -> providers.model(ModelId.parse("azure:gpt")))
                .isInstanceOf(ModelException.class)
                .hasMessageContaining("'azure' is not a model provider")
                .hasMessageContaining("bedrock, openai");
    }

    @Test
    void touchesNothingOfAwsWhenOnlyOpenAiIsUsed() throws Exception {
        AtomicInteger lookups = new AtomicInteger();
        ScriptedEndpoint endpoint = start(Script.of("m", Rule.reply("x")));
        ModelProviders providers = new ModelProviders(
                new ModelSettings(bedrock(lookups), OpenAiSettings.at(endpoint.baseUrl())), ModelCatalog.load());
        open.add(providers);
        assertThat(providers.model(ModelId.parse("bedrock:amazon.nova-pro-v1:0")))
                .isNotNull();
        assertThat(providers.model(MODEL).complete(prompt("?")).text()).isEqualTo("x");
        assertThat(lookups).hasValue(0);
    }

    @Test
    void reportsTheStateOfEachProvider() throws Exception {
        ScriptedEndpoint endpoint = start(Script.of("m", Rule.reply("x")));
        ModelProviders providers = new ModelProviders(
                new ModelSettings(bedrock(new AtomicInteger()), OpenAiSettings.at(endpoint.baseUrl())),
                ModelCatalog.load());
        open.add(providers);
        List<ProviderStatus> states = providers.check(List.of(MODEL, ModelId.parse("openai:n")), Duration.ofMinutes(2));
        assertThat(states).extracting(ProviderStatus::provider).containsExactly("bedrock", "openai", "client");
        assertThat(states).extracting(ProviderStatus::configured).containsExactly(false, true, true);
        assertThat(states.get(0).problems()).singleElement().asString().contains("no AWS credentials");
        assertThat(states.get(1).problems()).singleElement().asString().contains("openai:n is not among");
        assertThat(endpoint.calls("m")).isZero();
    }

    private static BedrockSettings bedrock(AtomicInteger lookups) {
        AwsCredentialsProvider none = () -> {
            lookups.incrementAndGet();
            throw SdkClientException.create("Unable to load credentials");
        };
        return new BedrockSettings("us-east-1", URI.create("http://127.0.0.1:9"), none);
    }

    private ModelProviders providers(ScriptedEndpoint endpoint, RetrySettings retries) {
        ModelSettings settings = new ModelSettings(
                BedrockSettings.DEFAULT,
                OpenAiSettings.at(endpoint.baseUrl()),
                InferenceParameters.NONE,
                Map.of(),
                retries,
                ModelSettings.DEFAULT_MAX_CALLS_IN_FLIGHT,
                true);
        ModelProviders providers = new ModelProviders(
                settings,
                ModelCatalog.load(),
                Clock.systemUTC(),
                Thread::sleep,
                () -> ThreadLocalRandom.current().nextDouble());
        open.add(providers);
        return providers;
    }

    private ScriptedEndpoint start(Script script) throws Exception {
        ScriptedEndpoint endpoint = ScriptedEndpoint.start(script);
        open.add(endpoint);
        return endpoint;
    }

    private static ModelRequest prompt(String text) {
        return ModelRequest.prompt(text, Instant.now().plusSeconds(600));
    }
}
