package dev.rlm.model.bedrock;

import dev.rlm.model.InferenceParameters;
import dev.rlm.model.LanguageModel;
import dev.rlm.model.ModelCatalog;
import dev.rlm.model.ModelDescription;
import dev.rlm.model.ModelException;
import dev.rlm.model.ModelId;
import dev.rlm.model.ModelProvider;
import dev.rlm.model.ProviderCall;
import dev.rlm.model.ProviderStatus;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/** The models of Amazon Bedrock, over one shared SDK client that is made when it is first needed. Thread-safe. */
public final class BedrockProvider implements ModelProvider {

    private final BedrockSettings settings;
    private final ModelCatalog catalog;
    private final Clock clock;
    private final BedrockConnection connection;

    /**
     * A provider; nothing is connected or looked up yet.
     *
     * @param connections the most connections at the same time
     */
    public BedrockProvider(BedrockSettings settings, int connections, ModelCatalog catalog, Clock clock) {
        this.settings = settings;
        this.catalog = catalog;
        this.clock = clock;
        this.connection = new BedrockConnection(settings, connections);
    }

    @Override
    public String name() {
        return "bedrock";
    }

    @Override
    public LanguageModel model(ModelDescription description, InferenceParameters parameters) {
        return new BedrockModel(description, parameters, connection, clock);
    }

    /** Looks for a region and credentials and connects to the endpoint; Bedrock itself is not asked for anything. */
    @Override
    public ProviderStatus check(Collection<ModelId> models, Instant deadline) throws InterruptedException {
        List<String> problems = new ArrayList<>();
        String region = find(connection::findRegion, BedrockFailures.NO_REGION, deadline, problems);
        String credentials = find(
                () -> {
                    connection.findCredentials();
                    return "found";
                },
                BedrockFailures.NO_CREDENTIALS,
                deadline,
                problems);
        URI endpoint = settings.endpoint() != null
                ? settings.endpoint()
                : URI.create("https://bedrock-runtime." + (region.isEmpty() ? "REGION" : region) + ".amazonaws.com");
        boolean configured = !region.isEmpty() && !credentials.isEmpty();
        if (configured) {
            String unreachable = "Nothing accepts connections at " + endpoint + ".";
            String ignored = find(() -> connect(endpoint), unreachable, deadline, problems);
        }
        for (ModelId model : models) {
            if (!catalog.knows(model)) {
                problems.add(model + " is not in the model catalog: it can be called, but its window and price are not"
                        + " known.");
            }
        }
        return new ProviderStatus(name(), endpoint.toString(), configured, problems);
    }

    @Override
    public void close() {
        connection.close();
    }

    /** What a search finds, or an empty text and one more problem. */
    private String find(Callable<String> search, String problem, Instant deadline, List<String> problems)
            throws InterruptedException {
        FutureTask<String> task = new FutureTask<>(search);
        Thread.ofVirtual().name("bedrock-check").start(task);
        try {
            return ProviderCall.await(task, new ModelId(name(), "check"), deadline, clock);
        } catch (ModelException | ExecutionException e) {
            problems.add(problem);
            return "";
        }
    }

    private static String connect(URI endpoint) throws IOException {
        boolean plain = "http".equalsIgnoreCase(endpoint.getScheme());
        int port = endpoint.getPort() > 0 ? endpoint.getPort() : plain ? 80 : 443;
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(endpoint.getHost(), port), 10_000);
            return "connected";
        }
    }
}
