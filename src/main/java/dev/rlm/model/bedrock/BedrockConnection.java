package dev.rlm.model.bedrock;

import java.time.Duration;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;
import software.amazon.awssdk.awscore.client.builder.AwsClientBuilder;
import software.amazon.awssdk.http.apache5.Apache5HttpClient;
import software.amazon.awssdk.http.apache5.ProxyConfiguration;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.regions.providers.DefaultAwsRegionProviderChain;
import software.amazon.awssdk.retries.DefaultRetryStrategy;
import software.amazon.awssdk.services.bedrockruntime.BedrockRuntimeAsyncClient;
import software.amazon.awssdk.services.bedrockruntime.BedrockRuntimeClient;

/**
 * The SDK clients that all Bedrock models share, one for whole replies and one for those in pieces, each made when it is
 * first needed: finding a region and credentials may ask the network. Thread-safe.
 */
final class BedrockConnection implements AutoCloseable {

    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(10);

    /** Deadlines belong to calls and are kept by them; the client's own only catches what was forgotten. */
    private static final Duration LONGEST_SILENCE = Duration.ofHours(1);

    private final BedrockSettings settings;
    private final int connections;
    private final ReentrantLock lock = new ReentrantLock();
    private @Nullable BedrockRuntimeClient client;
    private @Nullable BedrockRuntimeAsyncClient streamingClient;
    private boolean closed;

    BedrockConnection(BedrockSettings settings, int connections) {
        this.settings = settings;
        this.connections = connections;
    }

    /**
     * The client.
     *
     * @throws software.amazon.awssdk.core.exception.SdkClientException if there is no region
     */
    BedrockRuntimeClient client() throws InterruptedException {
        lock.lockInterruptibly();
        try {
            requireOpen();
            if (client == null) {
                client = connect();
            }
            return client;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Whether replies can come in pieces. Not where the client for whole ones goes through a proxy: the other one might not
     * find it, or not be let in.
     */
    boolean canStream() {
        return ProxyConfiguration.builder().build().host() == null;
    }

    /**
     * The client for replies in pieces.
     *
     * @throws software.amazon.awssdk.core.exception.SdkClientException if there is no region
     */
    BedrockRuntimeAsyncClient streamingClient() throws InterruptedException {
        lock.lockInterruptibly();
        try {
            requireOpen();
            if (streamingClient == null) {
                streamingClient = configured(BedrockRuntimeAsyncClient.builder()
                                .httpClientBuilder(new JdkHttp.Builder(CONNECT_TIMEOUT)))
                        .build();
            }
            return streamingClient;
        } finally {
            lock.unlock();
        }
    }

    private void requireOpen() {
        if (closed) {
            throw new IllegalStateException("The Bedrock client is closed.");
        }
    }

    /** Where calls go, as far as it is known without asking the network. */
    String shownAddress() {
        if (settings.endpoint() != null) {
            return settings.endpoint().toString();
        }
        return settings.region() == null
                ? "the region's own endpoint"
                : "bedrock-runtime." + settings.region() + ".amazonaws.com";
    }

    /** The region's name; asks the network at worst. */
    String findRegion() {
        return settings.region() != null
                ? settings.region()
                : DefaultAwsRegionProviderChain.builder().build().getRegion().id();
    }

    /** Finds credentials, asking the network at worst, and throws if there are none. */
    void findCredentials() {
        if (settings.credentials() != null) {
            settings.credentials().resolveCredentials();
        } else if (System.getenv("AWS_BEARER_TOKEN_BEDROCK") == null) {
            try (DefaultCredentialsProvider chain =
                    DefaultCredentialsProvider.builder().build()) {
                chain.resolveCredentials();
            }
        }
    }

    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            if (client != null) {
                client.close();
                client = null;
            }
            if (streamingClient != null) {
                streamingClient.close();
                streamingClient = null;
            }
        } finally {
            lock.unlock();
        }
    }

    private BedrockRuntimeClient connect() {
        return configured(BedrockRuntimeClient.builder()
                        .httpClientBuilder(Apache5HttpClient.builder()
                                // The limit on calls in flight is one for each model, and these are shared by all.
                                .maxConnections(4 * connections)
                                .connectionTimeout(CONNECT_TIMEOUT)
                                .connectionAcquisitionTimeout(LONGEST_SILENCE)
                                .socketTimeout(LONGEST_SILENCE)
                                .tcpKeepAlive(true)))
                .build();
    }

    private <B extends AwsClientBuilder<B, ?>> B configured(B builder) {
        builder.overrideConfiguration(override -> override.retryStrategy(DefaultRetryStrategy.doNotRetry()));
        if (settings.region() != null) {
            builder.region(Region.of(settings.region()));
        }
        if (settings.endpoint() != null) {
            builder.endpointOverride(settings.endpoint());
        }
        AwsCredentialsProvider credentials = settings.credentials();
        if (credentials != null) {
            builder.credentialsProvider(credentials);
        }
        return builder;
    }
}
