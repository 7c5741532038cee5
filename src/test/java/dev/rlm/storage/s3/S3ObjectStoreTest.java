package dev.rlm.storage.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rlm.storage.ObjectStore;
import dev.rlm.storage.ObjectStoreContract;
import dev.rlm.storage.StorageException;
import dev.rlm.storage.Upload;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;

class S3ObjectStoreTest extends ObjectStoreContract {
    private S3Server server;
    private S3ObjectStore store;

    @BeforeEach
    void start() throws Exception {
        server = S3Server.open();
        store = new S3ObjectStore(server.settings("some/prefix"));
    }

    @AfterEach
    void stop() {
        store.close();
        server.close();
    }

    @Override
    protected ObjectStore store() {
        return store;
    }

    @Test
    void objectsOfOtherPrefixesAreNotSeen() throws Exception {
        try (S3ObjectStore other = new S3ObjectStore(server.settings("some/pre"));
                S3ObjectStore all = new S3ObjectStore(server.settings(""))) {
            other.put("a", Upload.of(new byte[] {1}));
            store.put("b", Upload.of(new byte[] {2}));
            assertThat(keys(store.listAll(""))).containsExactly("b");
            assertThat(store.find("a")).isEmpty();
            assertThat(keys(all.listAll(""))).containsExactly("some/pre/a", "some/prefix/b");
        }
    }

    @Test
    void whatAKilledProcessSentIsNeverSeenAndClearedAway() throws Exception {
        try (S3Client client = server.client()) {
            String id = client.createMultipartUpload(
                            request -> request.bucket(S3Server.BUCKET).key("some/prefix/killed"))
                    .uploadId();
            client.uploadPart(
                    request -> request.bucket(S3Server.BUCKET)
                            .key("some/prefix/killed")
                            .uploadId(id)
                            .partNumber(1),
                    RequestBody.fromBytes(bytes(8 << 20)));
        }
        assertThat(store.find("killed")).isEmpty();
        assertThat(store.listAll("")).isEmpty();
        assertThat(store.clearAbandoned(Instant.now().minus(Duration.ofDays(1))))
                .isZero();
        assertThat(store.clearAbandoned(Instant.now().plus(Duration.ofDays(1)))).isEqualTo(1);
        assertThat(store.clearAbandoned(Instant.now().plus(Duration.ofDays(1)))).isZero();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void everythingIsRightWhileEveryFifthRequestFails(long seed) throws Exception {
        try (FaultyGateway gateway = new FaultyGateway(server.address(), FaultyGateway.share(0.2, seed));
                S3ObjectStore faulty = new S3ObjectStore(server.settings("some/prefix", gateway.address()));
                ExecutorService threads = Executors.newFixedThreadPool(8)) {
            List<Future<?>> puts = new ArrayList<>();
            for (int i = 0; i < 40; i++) {
                byte[] bytes = bytes(1_000 + i);
                String key = "small/" + i;
                puts.add(threads.submit(() -> {
                    faulty.put(key, Upload.of(new ByteArrayInputStream(bytes), bytes.length, sha256(bytes)));
                    return null;
                }));
            }
            puts.add(threads.submit(() -> {
                faulty.put("large", Upload.of(bytes(LARGE)));
                return null;
            }));
            for (Future<?> put : puts) {
                put.get();
            }
            assertThat(faulty.listAll("")).hasSize(41);
            for (int i = 0; i < 40; i++) {
                assertThat(readChecked(faulty, "small/" + i, 1_000 + i)).isEqualTo(bytes(1_000 + i));
                assertThat(read("small/" + i)).isEqualTo(bytes(1_000 + i));
            }
            assertThat(readChecked(faulty, "large", LARGE)).isEqualTo(bytes(LARGE));
            assertThat(gateway.faults()).isGreaterThan(gateway.requests() / 10);
        }
    }

    /**
     * Reads as a caller does that knows the SHA-256: again where bytes are wrong, for a store need not notice a byte that
     * the network changed.
     */
    private static byte[] readChecked(ObjectStore faulty, String key, int size) throws Exception {
        for (int attempt = 1; ; attempt++) {
            try (InputStream in = faulty.get(key).orElseThrow()) {
                byte[] read = in.readAllBytes();
                if (sha256(read).equals(sha256(bytes(size))) || attempt == 8) {
                    return read;
                }
            } catch (IOException e) {
                assertThat(e).hasMessageContaining("S3 bucket");
                assertThat(attempt).isLessThan(8);
            }
        }
    }

    @Test
    void aBucketThatDoesNotExistIsASentence() {
        S3Settings there = server.settings("");
        S3Settings missing = new S3Settings(
                "no-such-bucket",
                "",
                "us-east-1",
                there.access().endpoint(),
                true,
                there.access().credentials());
        try (S3ObjectStore store = new S3ObjectStore(missing)) {
            for (Use use : uses(store)) {
                assertThatThrownBy(use::make)
                        .isInstanceOf(StorageException.class)
                        .hasMessageStartingWith("The S3 bucket no-such-bucket does not exist (HTTP 404, NoSuchBucket)");
            }
        }
    }

    @Test
    void aBucketThatDeniesAccessIsASentenceWithoutTheSecret() throws Exception {
        try (S3Server guarded = S3Server.guarded()) {
            S3Settings wrong = new S3Settings(
                    S3Server.BUCKET,
                    "",
                    "us-east-1",
                    guarded.address(),
                    true,
                    StaticCredentialsProvider.create(AwsBasicCredentials.create("test-key", "not-the-secret")));
            try (S3ObjectStore denied = new S3ObjectStore(wrong);
                    S3ObjectStore allowed = new S3ObjectStore(guarded.settings(""))) {
                for (Use use : uses(denied)) {
                    assertThatThrownBy(use::make)
                            .isInstanceOf(StorageException.class)
                            .hasMessageStartingWith("The S3 bucket test-bucket d")
                            .hasMessageContaining("HTTP 403")
                            .hasMessageNotContaining("secret");
                }
                allowed.put("a", Upload.of(bytes(LARGE)));
                assertThat(allowed.find("a").orElseThrow().size()).isEqualTo(LARGE);
            }
        }
    }

    @Test
    void anAddressWhereNobodyListensIsASentence() throws Exception {
        URI nobody;
        try (var free = new java.net.ServerSocket(0, 1, java.net.InetAddress.getLoopbackAddress())) {
            nobody = URI.create("http://127.0.0.1:" + free.getLocalPort());
        }
        try (S3ObjectStore store = new S3ObjectStore(server.settings("", nobody))) {
            assertThatThrownBy(() -> store.find("a"))
                    .isInstanceOf(StorageException.class)
                    .hasMessageContaining("cannot be reached at " + nobody + " (nothing accepts connections there)");
        }
    }

    @Test
    void settingsThatCannotBeAreRefused() {
        for (String bucket : List.of("", "ab", "Upper", "a/b", "-ab", "a".repeat(64))) {
            assertThatThrownBy(() -> new S3Settings(bucket, "", null, null, false, null))
                    .isInstanceOf(IllegalArgumentException.class);
        }
        for (String prefix : List.of("/", "a//b", "../a", "a b", "a".repeat(101))) {
            assertThatThrownBy(() -> new S3Settings("bucket", prefix, null, null, false, null))
                    .isInstanceOf(IllegalArgumentException.class);
        }
        assertThatThrownBy(() -> new S3Settings("bucket", "", null, URI.create("http://me:pw@host"), false, null))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageNotContaining("pw");
        assertThat(new S3Settings("bucket", "a/b", null, null, false, null).prefix())
                .isEqualTo("a/b/");
    }

    private interface Use {
        Object make() throws Exception;
    }

    private static List<Use> uses(ObjectStore store) {
        return List.of(
                () -> store.get("a"),
                () -> store.list("", null, 1),
                () -> {
                    store.put("a", Upload.of(new byte[1]));
                    return store;
                },
                () -> {
                    store.put("a", Upload.of(bytes(LARGE)));
                    return store;
                });
    }
}
