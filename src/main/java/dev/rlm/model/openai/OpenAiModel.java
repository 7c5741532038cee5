package dev.rlm.model.openai;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.rlm.model.InferenceParameters;
import dev.rlm.model.LanguageModel;
import dev.rlm.model.ModelException;
import dev.rlm.model.ModelException.Kind;
import dev.rlm.model.ModelId;
import dev.rlm.model.ModelReply;
import dev.rlm.model.ModelRequest;
import dev.rlm.model.ProviderCall;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Clock;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * A model behind any OpenAI-compatible {@code POST {base-url}/chat/completions}: OpenAI, vLLM, Ollama, LiteLLM and others.
 *
 * <p>Thread-safe. Reasoning that an endpoint sends along is left out of the text. Replies of more than 32 MB are refused.
 * Where an endpoint counts no tokens, they are estimated as a quarter of the characters.
 */
public final class OpenAiModel implements LanguageModel {

    static final long MAX_REPLY_BYTES = 32L << 20;

    private final ModelId id;
    private final OpenAiSettings settings;
    private final HttpClient client;
    private final Clock clock;
    private final ObjectMapper json = new ObjectMapper();
    private final ChatRequests requests;
    private final OpenAiFailures failures;

    /** A model by a shared client; see {@link OpenAiProvider} for the way in. */
    OpenAiModel(ModelId id, OpenAiSettings settings, InferenceParameters parameters, HttpClient client, Clock clock) {
        this.id = id;
        this.settings = settings;
        this.client = client;
        this.clock = clock;
        this.requests = new ChatRequests(id, parameters, settings.isOpenAiItself(), json);
        this.failures = new OpenAiFailures(id, settings);
    }

    @Override
    public ModelId id() {
        return id;
    }

    @Override
    public ModelReply complete(ModelRequest request) throws ModelException, InterruptedException {
        if (settings.apiKey() == null && settings.headers().isEmpty() && settings.isOpenAiItself()) {
            throw new ModelException(Kind.UNAUTHORIZED, OpenAiProvider.NO_KEY);
        }
        byte[] body = requests.body(request);
        HttpRequest call = OpenAiProvider.authorized(settings, "chat/completions")
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofByteArray(body))
                .build();
        HttpResponse<byte[]> response = send(call, request);
        int status = response.statusCode();
        HttpHeaders headers = response.headers();
        JsonNode tree = tree(response.body());
        if (status / 100 != 2) {
            throw failures.ofStatus(status, headers, tree, request, clock.instant());
        }
        if (tree == null) {
            throw failures.notJson(status, headers.firstValue("content-type").orElse("no content type"));
        }
        if (tree.path("error").isObject()) {
            throw failures.ofStatus(statusInside(tree), headers, tree, request, clock.instant());
        }
        return ChatReplies.read(id, tree, body.length);
    }

    private HttpResponse<byte[]> send(HttpRequest call, ModelRequest request)
            throws ModelException, InterruptedException {
        CompletableFuture<HttpResponse<byte[]>> response =
                client.sendAsync(call, BodyHandlers.limiting(BodyHandlers.ofByteArray(), MAX_REPLY_BYTES));
        try {
            return ProviderCall.await(response, id, request.deadline(), clock);
        } catch (ExecutionException e) {
            Throwable cause = Objects.requireNonNullElse(e.getCause(), e);
            if (cause instanceof IOException
                    && String.valueOf(cause.getMessage()).contains("exceeds capacity")) {
                throw failures.tooMuch(MAX_REPLY_BYTES);
            }
            throw failures.ofTransport(cause);
        }
    }

    /** Some gateways answer 200 and put the status of the failed upstream call into the error. */
    private static int statusInside(JsonNode tree) {
        int code = tree.path("error").path("code").asInt(0);
        return code >= 400 && code < 600 ? code : 502;
    }

    private @Nullable JsonNode tree(byte[] body) {
        try {
            JsonNode tree = json.readTree(body);
            return tree.isObject() ? tree : null;
        } catch (IOException e) {
            return null;
        }
    }
}
