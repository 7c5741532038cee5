package dev.rlm.storage.s3;

import dev.rlm.storage.StorageException;
import java.time.Duration;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.http.apache5.Apache5HttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.S3ClientBuilder;

/**
 * An SDK client, made when it is first needed: finding a region and credentials may ask the network. Thread-safe.
 */
final class S3Connection implements AutoCloseable {

    private static final int CONNECTIONS = 64;
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(10);
    private static final Duration LONGEST_SILENCE = Duration.ofSeconds(60);
    private static final Duration ATTEMPT_TIMEOUT = Duration.ofMinutes(3);
    private static final Duration CALL_TIMEOUT = Duration.ofMinutes(10);

    /** Where every fifth request fails, one call in 400,000 fails all its attempts. */
    private static final int ATTEMPTS = 8;

    private final S3Access access;
    private final boolean acrossRegions;
    private final ReentrantLock lock = new ReentrantLock();
    private @Nullable S3Client client;
    private boolean closed;

    private S3Connection(S3Access access, boolean acrossRegions) {
        this.access = access;
        this.acrossRegions = acrossRegions;
    }

    /** A client that asks in one region. */
    static S3Connection inOneRegion(S3Access access) {
        return new S3Connection(access, false);
    }

    /** A client that asks again in the bucket's region where it is told that the bucket is in another one. */
    static S3Connection acrossRegions(S3Access access) {
        return new S3Connection(access, true);
    }

    /** What a client is asked. */
    interface Call<T> {
        T make(S3Client client);
    }

    /**
     * Asks the client.
     *
     * @param failures says why it failed
     */
    <T> T call(S3Failures failures, Call<T> call) throws StorageException, InterruptedException {
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
        try {
            return call.make(client());
        } catch (RuntimeException e) {
            if (Thread.interrupted() || S3Failures.isInterruption(e)) {
                throw new InterruptedException();
            }
            throw failures.of(e);
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
        } finally {
            lock.unlock();
        }
    }

    private S3Client client() throws InterruptedException {
        lock.lockInterruptibly();
        try {
            if (closed) {
                throw new IllegalStateException("The S3 client is closed.");
            }
            if (client == null) {
                client = connect();
            }
            return client;
        } finally {
            lock.unlock();
        }
    }

    private S3Client connect() {
        S3ClientBuilder builder = S3Client.builder()
                .forcePathStyle(access.pathStyle())
                .crossRegionAccessEnabled(acrossRegions)
                .httpClientBuilder(Apache5HttpClient.builder()
                        .maxConnections(CONNECTIONS)
                        .connectionTimeout(CONNECT_TIMEOUT)
                        .connectionAcquisitionTimeout(CALL_TIMEOUT)
                        .socketTimeout(LONGEST_SILENCE)
                        .tcpKeepAlive(true))
                .overrideConfiguration(override -> override.apiCallTimeout(CALL_TIMEOUT)
                        .apiCallAttemptTimeout(ATTEMPT_TIMEOUT)
                        .retryStrategy(AwsRetryStrategy.standardRetryStrategy().toBuilder()
                                .maxAttempts(ATTEMPTS)
                                .build()));
        if (access.region() != null) {
            builder.region(Region.of(access.region()));
        }
        if (access.endpoint() != null) {
            builder.endpointOverride(access.endpoint());
        }
        AwsCredentialsProvider credentials = access.credentials();
        if (credentials != null) {
            builder.credentialsProvider(credentials);
        }
        return builder.build();
    }
}
