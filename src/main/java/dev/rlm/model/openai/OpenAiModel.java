package dev.rlm.model.openai;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.rlm.model.InferenceParameters;
import dev.rlm.model.LanguageModel;
import dev.rlm.model.ModelException;
import dev.rlm.model.ModelException.Kind;
import dev.rlm.model.ModelId;
import dev.rlm.model.ModelReply;
import dev.rlm.model.ModelRequest;
import dev.rlm.model.ProviderCall;
import dev.rlm.model.ReplyListener;
import dev.rlm.model.Streaming;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.BodySubscriber;
import java.net.http.HttpResponse.BodySubscribers;
import java.time.Clock;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

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
    private final Streaming streaming = new Streaming();

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
        byte[] body = requests.body(request);
        return read(send(body, "application/json", request, _ -> whole()), request, body.length);
    }

    @Override
    public ModelReply complete(ModelRequest request, ReplyListener listener)
            throws ModelException, InterruptedException {
        return streaming.complete(request, each -> inPieces(each, listener), this::complete, listener);
    }

    private ModelReply inPieces(ModelRequest request, ReplyListener listener)
            throws ModelException, InterruptedException {
        byte[] body = requests.body(request);
        HttpResponse<JsonNode> response = send(
                ChatRequests.streamed(body),
                "text/event-stream, application/json",
                request,
                answer -> isStream(answer) ? new ChatEvents(MAX_REPLY_BYTES, json, listener) : whole());
        return read(response, request, body.length);
    }

    private ModelReply read(HttpResponse<JsonNode> response, ModelRequest request, int requestCharacters)
            throws ModelException {
        int status = response.statusCode();
        HttpHeaders headers = response.headers();
        JsonNode tree = response.body();
        if (status / 100 != 2) {
            throw failures.ofStatus(status, headers, tree, request, clock.instant());
        }
        if (!tree.isObject()) {
            throw failures.notJson(status, headers.firstValue("content-type").orElse("no content type"));
        }
        if (OpenAiFailures.isError(tree)) {
            throw failures.ofStatus(statusInside(tree), headers, tree, request, clock.instant());
        }
        return ChatReplies.read(id, tree, requestCharacters);
    }

    private HttpResponse<JsonNode> send(
            byte[] body, String accepted, ModelRequest request, BodyHandler<JsonNode> reader)
            throws ModelException, InterruptedException {
        if (settings.apiKey() == null && settings.headers().isEmpty() && settings.isOpenAiItself()) {
            throw new ModelException(Kind.UNAUTHORIZED, OpenAiProvider.NO_KEY);
        }
        HttpRequest call = OpenAiProvider.authorized(settings, "chat/completions", accepted)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofByteArray(body))
                .build();
        CompletableFuture<HttpResponse<JsonNode>> response = client.sendAsync(call, reader);
        try {
            return ProviderCall.await(response, id, request.deadline(), clock);
        } catch (ExecutionException e) {
            Throwable cause = Objects.requireNonNullElse(e.getCause(), e);
            if (cause instanceof IOException
                    && String.valueOf(cause.getMessage()).contains(ChatEvents.TOO_MUCH)) {
                throw failures.tooMuch(MAX_REPLY_BYTES);
            }
            throw failures.ofTransport(cause);
        }
    }

    private static boolean isStream(HttpResponse.ResponseInfo answer) {
        String type = answer.headers().firstValue("content-type").orElse("").toLowerCase(Locale.ROOT);
        return answer.statusCode() / 100 == 2 && type.startsWith("text/event-stream");
    }

    /** A body that is one JSON object. */
    private BodySubscriber<JsonNode> whole() {
        return BodySubscribers.mapping(
                BodySubscribers.limiting(BodySubscribers.ofByteArray(), MAX_REPLY_BYTES), bytes -> tree(json, bytes));
    }

    /** Some gateways answer 200 and put the status of the failed upstream call into the error. */
    private static int statusInside(JsonNode tree) {
        int code = tree.path("error").path("code").asInt(0);
        return code >= 400 && code < 600 ? code : 502;
    }

    /** The JSON object in a body; a missing node if there is none. */
    static JsonNode tree(ObjectMapper json, byte[] body) {
        try {
            JsonNode tree = json.readTree(body);
            return tree.isObject() ? tree : MissingNode.getInstance();
        } catch (IOException e) {
            return MissingNode.getInstance();
        }
    }
}
