package dev.rlm.model.openai;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.rlm.model.InferenceParameters;
import dev.rlm.model.LanguageModel;
import dev.rlm.model.ModelDescription;
import dev.rlm.model.ModelException;
import dev.rlm.model.ModelId;
import dev.rlm.model.ModelProvider;
import dev.rlm.model.ProviderCall;
import dev.rlm.model.ProviderStatus;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** The models of one OpenAI-compatible endpoint, over one shared HTTP client. Thread-safe. */
public final class OpenAiProvider implements ModelProvider {

    static final String NO_KEY = "There is no OpenAI API key: set rlm.model.openai.api-key or OPENAI_API_KEY, or set "
            + "rlm.model.openai.base-url to another endpoint.";

    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(10);

    private final OpenAiSettings settings;
    private final Clock clock;
    private final HttpClient client;

    /** A provider; nothing is connected before the first call. */
    public OpenAiProvider(OpenAiSettings settings, Clock clock) {
        this.settings = settings;
        this.clock = clock;
        // HTTP/1.1: some local servers mishandle the upgrade request, and calls do not share a connection that can
        // break.
        this.client = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(CONNECT_TIMEOUT)
                .followRedirects(HttpClient.Redirect.NEVER)
                .executor(Executors.newVirtualThreadPerTaskExecutor())
                .build();
    }

    @Override
    public String name() {
        return "openai";
    }

    @Override
    public LanguageModel model(ModelDescription description, InferenceParameters parameters) {
        return new OpenAiModel(description.id(), settings, parameters, client, clock);
    }

    @Override
    public ProviderStatus check(Collection<ModelId> models, Instant deadline) throws InterruptedException {
        if (settings.apiKey() == null && settings.headers().isEmpty() && settings.isOpenAiItself()) {
            return status(false, List.of(NO_KEY));
        }
        ModelId self = new ModelId(name(), "models");
        HttpRequest list =
                authorized(settings, "models", "application/json").GET().build();
        Future<HttpResponse<byte[]>> call =
                client.sendAsync(list, BodyHandlers.limiting(BodyHandlers.ofByteArray(), OpenAiModel.MAX_REPLY_BYTES));
        try {
            HttpResponse<byte[]> response = ProviderCall.await(call, self, deadline, clock);
            return status(true, problems(response, models));
        } catch (ModelException e) {
            return status(true, List.of("The endpoint did not answer in time."));
        } catch (ExecutionException e) {
            String sentence = new OpenAiFailures(self, settings)
                    .ofTransport(Objects.requireNonNullElse(e.getCause(), e))
                    .getMessage();
            return status(true, List.of(String.valueOf(sentence).replace(" of " + self, "")));
        }
    }

    @Override
    public void close() {
        client.shutdownNow();
    }

    /** A request with everything that lets it in, for an answer of one of these media types. */
    static HttpRequest.Builder authorized(OpenAiSettings settings, String operation, String accepted) {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(settings.operation(operation)).header("Accept", accepted);
        if (settings.apiKey() != null) {
            request.header("Authorization", "Bearer " + settings.apiKey());
        }
        settings.headers().forEach(request::setHeader);
        return request;
    }

    private ProviderStatus status(boolean configured, List<String> problems) {
        return new ProviderStatus(name(), settings.shownAddress(), configured, problems);
    }

    private static List<String> problems(HttpResponse<byte[]> response, Collection<ModelId> models) {
        return switch (response.statusCode()) {
            case 200 -> unknown(response.body(), models);
            // Not every compatible endpoint lists its models.
            case 404, 405, 501 -> List.of();
            case 401, 403 -> List.of("The endpoint did not accept the API key (HTTP " + response.statusCode() + ").");
            default -> List.of("The endpoint answered HTTP " + response.statusCode() + " when asked for its models.");
        };
    }

    private static List<String> unknown(byte[] body, Collection<ModelId> models) {
        Set<String> served = new HashSet<>();
        try {
            for (JsonNode model : new ObjectMapper().readTree(body).path("data")) {
                served.add(model.path("id").asText());
            }
        } catch (IOException e) {
            return List.of("The endpoint sent a list of models that is not JSON: check the base URL.");
        }
        List<String> problems = new ArrayList<>();
        for (ModelId model : models) {
            // Ollama lists "name:latest" for what is called by "name".
            if (!served.isEmpty() && !served.contains(model.name()) && !served.contains(model.name() + ":latest")) {
                problems.add(model + " is not among the " + served.size() + " models that the endpoint serves.");
            }
        }
        return problems;
    }
}
