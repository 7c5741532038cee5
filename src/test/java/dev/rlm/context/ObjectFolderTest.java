package dev.rlm.context;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rlm.storage.s3.FakeBucket;
import dev.rlm.storage.s3.S3Server;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Contexts from buckets that no well-meaning person filled, or that break. */
final class ObjectFolderTest {
    private static final String BUCKET = "s3://" + FakeBucket.NAME + "/";

    @TempDir
    private Path temporary;

    private FakeBucket bucket;
    private S3Bench bench;

    @BeforeEach
    void start() throws Exception {
        bucket = new FakeBucket();
        bench = S3Bench.of(temporary.resolve("store"), bucket.address(), FakeBucket.NAME);
    }

    @AfterEach
    void stop() {
        bench.close();
        bucket.close();
    }

    private S3Bench within(Duration time) throws Exception {
        return new S3Bench(
                temporary.resolve("timed"), S3Server.access(bucket.address()), time, Workbench.SMALL, BUCKET);
    }

    @Test
    void tenThousandObjectsAreListedAndThoseThatAreWantedReadSeveralAtATimeInTheirOrder() throws Exception {
        for (int i = 0; i < 10_000; i++) {
            bucket.with((i < 200 || i >= 9_800 ? "p/%05d" : "p/5/node_modules/%05d").formatted(i), "text " + i);
        }
        bucket.with("p/.gitignore", "node_modules/\n");
        CountDownLatch bothAreRead = new CountDownLatch(2);
        AtomicBoolean together = new AtomicBoolean();
        for (String key : List.of("p/00000", "p/00001")) {
            bucket.answering(key, exchange -> {
                bothAreRead.countDown();
                together.set(bothAreRead.await(60, TimeUnit.SECONDS));
                bucket.give(exchange, key);
            });
        }
        Context context = bench.load(BUCKET + "p/");
        assertThat(context.documents()).hasSize(401);
        assertThat(S3Bench.names(context))
                .isSorted()
                .startsWith(".gitignore", "00000")
                .endsWith("09999");
        assertThat(bench.text(context, "09877")).isEqualTo("text 9877");
        assertThat(bucket.lists()).as("two lists of eleven pages").isEqualTo(22);
        assertThat(bucket.gets()).as(".gitignore is read for its rules, too").isEqualTo(402);
        assertThat(together).as("one is read while another is").isTrue();
        assertThat(bucket.mostReading()).isLessThanOrEqualTo(16);
    }

    @Test
    void anyKeyHasAHarmlessNameAndNoneLeadsOut() throws Exception {
        String longest = "p/" + "k".repeat(1_022);
        bucket.with("p/../secret", "secret")
                .with("p/a/../../secret", "secret")
                .with("p/..", "secret")
                .with("p/a\\..\\b", "secret")
                .with("p//double", "1")
                .with("p/double", "2")
                .with("p/a b+c%2e&<>\"'?#.txt", "3")
                .with("p/\u00fc\u4e16\uD83D\uDE00", "4")
                .with("p/\u0001\u001B[2J\u202E\n", "5")
                .with("p/C:/x", "6")
                .with("p/a", "7")
                .with("p/a/b", "8")
                .with(longest, "9");
        Context context = bench.load(BUCKET + "p/");
        assertThat(S3Bench.names(context))
                .containsExactlyInAnyOrder(
                        "double",
                        "double (2)",
                        "a b+c%2e&<>\"'?#.txt",
                        "\u00fc\u4e16\uD83D\uDE00",
                        "\uFFFD\uFFFD[2J\uFFFD\uFFFD",
                        "x",
                        "a",
                        "a/b",
                        "k".repeat(1_000));
        assertThat(context.skipped()).hasSize(4).allMatch(it -> it.endsWith("has a key with a part '.' or '..'."));
        assertThat(bucket.gets()).isEqualTo(9);
        assertThat(bench.load(BUCKET + "p/\u00fc\u4e16\uD83D\uDE00").characters())
                .isEqualTo(1);
        assertThat(bench.load(BUCKET + longest).characters()).isEqualTo(1);
        assertThatThrownBy(() -> bench.load(BUCKET + longest + "k"))
                .isInstanceOf(ContextException.class)
                .hasMessageContaining("at most 1,024 bytes");
    }

    @Test
    void objectsThatCannotBeReadAreLeftOutAndTold() throws Exception {
        bucket.with("p/a", "a")
                .with("p/archived", "x")
                .with("p/denied", "x")
                .with("p/encrypted", "x")
                .with("p/gone", "x")
                .answering("p/archived", exchange -> FakeBucket.refuse(exchange, 403, "InvalidObjectState"))
                .answering("p/denied", exchange -> FakeBucket.refuse(exchange, 403, "AccessDenied"))
                .answering("p/encrypted", exchange -> FakeBucket.refuse(exchange, 400, "InvalidRequest"))
                .answering("p/gone", exchange -> FakeBucket.refuse(exchange, 404, "NoSuchKey"));
        Context context = bench.load(BUCKET + "p/");
        assertThat(S3Bench.names(context)).containsExactly("a");
        assertThat(context.skipped())
                .containsExactly(
                        "archived is left out: it is archived.",
                        "denied is left out: it does not exist or is not for these credentials (HTTP 403, AccessDenied).",
                        "encrypted is left out: it cannot be read (HTTP 400, InvalidRequest).",
                        "gone is left out: it does not exist.");
        assertThatThrownBy(() -> bench.load(BUCKET + "p/archived"))
                .hasMessage(BUCKET + "p/archived is archived: have it restored from its archive first.");
        assertThatThrownBy(() -> bench.load(BUCKET + "p/denied"))
                .hasMessageContaining("s3:GetObject")
                .hasMessageNotContaining("secret-message");
    }

    @Test
    void aBucketThatCannotBeReadAnyMoreLoadsNothing() throws Exception {
        bucket.with("p/a", "a")
                .with("p/b", "b")
                .answering("p/b", exchange -> FakeBucket.refuse(exchange, 400, "ExpiredToken"));
        assertThatThrownBy(() -> bench.load(BUCKET + "p/"))
                .isInstanceOf(ContextException.class)
                .hasMessage(
                        "The S3 bucket fake-bucket did not accept the AWS credentials (HTTP 400, ExpiredToken): check"
                                + " them, and the clock of this machine.");
        assertThat(bench.store.list()).isEmpty();
    }

    private void checked(String key, String text, String name, byte[] checksum) {
        bucket.with(key, text).answering(key, exchange -> {
            byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("ETag", bucket.tag(key));
            exchange.getResponseHeaders()
                    .set("x-amz-checksum-" + name, Base64.getEncoder().encodeToString(checksum));
            exchange.sendResponseHeaders(200, bytes.length);
            exchange.getResponseBody().write(bytes);
        });
    }

    @ParameterizedTest
    @CsvSource({
        "crc32, cbf43926",
        "crc32c, e3069283",
        "sha1, f7c3bc1d808e04732adf679965ccc34ca7ae3441",
        "sha256, 15e2b0d3c33891ebb0f1ef609ec419420c20e320ce94c65fbc8c3312448eb225"
    })
    void bytesAreComparedWithTheChecksumThatTheyWereUploadedWith(String name, String ofDigits) throws Exception {
        byte[] checksum = HexFormat.of().parseHex(ofDigits);
        checked("p/right", "123456789", name, checksum);
        // The AWS SDK cannot compare this one without native libraries.
        checked("p/unknown", "123456789", "crc64nvme", HexFormat.of().parseHex("ae8b14860a799888"));
        assertThat(bench.load(BUCKET + "p/").characters()).isEqualTo(18);
        assertThat(bench.load(BUCKET + "p/right").characters()).isEqualTo(9);
        checked("p/wrong", "123456788", name, checksum);
        for (String path : List.of("p/wrong", "p/")) {
            assertThatThrownBy(() -> bench.load(BUCKET + path))
                    .isInstanceOf(ContextException.class)
                    .hasMessageContaining("sent other bytes than were stored");
        }
    }

    @Test
    void aListThatHasNoEndIsNotFollowed() {
        bucket.answering("", exchange -> {
            byte[] page = ("<ListBucketResult><IsTruncated>true</IsTruncated><NextContinuationToken>same"
                            + "</NextContinuationToken></ListBucketResult>")
                    .getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, page.length);
            exchange.getResponseBody().write(page);
        });
        assertThatThrownBy(() -> bench.load(BUCKET + "p/"))
                .isInstanceOf(ContextException.class)
                .hasMessageContaining("a list that has no end");
    }

    @ParameterizedTest
    @ValueSource(strings = {"p/a", "p/"})
    void bodiesAreReadOnlyAsFarAsTheySayThemselves(String path) throws Exception {
        bucket.with("p/a", "x").answering("p/a", exchange -> {
            exchange.getResponseHeaders().set("ETag", "\"t\"");
            exchange.sendResponseHeaders(200, 0);
            byte[] more = new byte[1 << 16];
            for (int i = 0; i < 100; i++) {
                exchange.getResponseBody().write(more);
            }
        });
        assertThatThrownBy(() -> bench.load(BUCKET + path))
                .isInstanceOf(ContextException.class)
                .hasMessageContaining("does not tell the size and the tag of its objects");
    }

    @Test
    void anObjectLargerThanAllowedIsNotReadWhateverTheListSays() throws Exception {
        bucket.with("p/a", "a").with("p/b", "b").answering("p/b", exchange -> {
            exchange.getResponseHeaders().set("ETag", bucket.tag("p/b"));
            exchange.sendResponseHeaders(200, 1L << 40);
            byte[] piece = "text\n".repeat(20_000).getBytes(StandardCharsets.UTF_8);
            for (int i = 0; i < 20; i++) {
                exchange.getResponseBody().write(piece);
            }
            new CountDownLatch(1).await();
        });
        assertThatThrownBy(() -> bench.load(BUCKET + "p/"))
                .isInstanceOf(ContextException.class)
                .hasMessageContaining("rlm.context.max-bytes");
        assertThatThrownBy(() -> bench.load(BUCKET + "p/b"))
                .isInstanceOf(ContextException.class)
                .hasMessageContaining("rlm.context.max-bytes");
    }

    @Test
    void whatTakesTooLongIsGivenUp() throws Exception {
        bucket.with("p/a", "a").with("p/slow", "x").answering("p/slow", exchange -> new CountDownLatch(1).await());
        assertThat(bench.load(BUCKET + "p/a").characters()).isEqualTo(1);
        try (S3Bench patient = within(Duration.ofSeconds(4))) {
            Context context = patient.load(BUCKET + "p/");
            assertThat(S3Bench.names(context)).containsExactly("a");
            assertThat(context.skipped())
                    .containsExactly("slow is left out: it did not come within 4 s (rlm.context.url-time).");
        }
        bucket.answering("", exchange -> new CountDownLatch(1).await());
        try (S3Bench hasty = within(Duration.ofMillis(300))) {
            assertThatThrownBy(() -> hasty.load(BUCKET + "p/slow"))
                    .isInstanceOf(ContextException.class)
                    .hasMessageContaining(BUCKET + "p/slow did not come within 0 s (rlm.context.url-time)");
            assertThatThrownBy(() -> hasty.load(BUCKET + "p/"))
                    .isInstanceOf(ContextException.class)
                    .hasMessageContaining("The list of " + BUCKET + "p/ did not come within 0 s");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"p/slow", "p/"})
    void loadingEndsWhenItIsInterrupted(String path) throws Exception {
        CountDownLatch asked = new CountDownLatch(1);
        bucket.with("p/slow", "x").answering("p/slow", exchange -> {
            asked.countDown();
            new CountDownLatch(1).await();
        });
        FutureTask<Object> load = new FutureTask<>(() -> {
            try {
                return bench.load(BUCKET + path);
            } catch (InterruptedException e) {
                return "interrupted";
            }
        });
        Thread thread = Thread.ofVirtual().start(load);
        asked.await();
        thread.interrupt();
        assertThat(load.get(1, TimeUnit.MINUTES)).isEqualTo("interrupted");
        assertThat(bench.store.list()).isEmpty();
    }

    @Test
    void aBucketOfAnotherRegionIsReadThere() throws Exception {
        bucket.with("p/a", "a");
        List<String> regions = new CopyOnWriteArrayList<>();
        bucket.answering("p/a", exchange -> {
            String region =
                    exchange.getRequestHeaders().getFirst("Authorization").split("/", -1)[2];
            regions.add(region);
            if (!region.equals("eu-west-1")) {
                exchange.getResponseHeaders().set("x-amz-bucket-region", "eu-west-1");
                FakeBucket.refuse(exchange, 301, "PermanentRedirect");
                return;
            }
            exchange.getResponseHeaders().set("ETag", "\"t\"");
            exchange.sendResponseHeaders(200, 4);
            exchange.getResponseBody().write(new byte[] {'t', 'e', 'x', 't'});
        });
        assertThat(bench.load(BUCKET + "p/a").characters()).isEqualTo(4);
        assertThat(regions).containsExactly("us-east-1", "eu-west-1");
    }
}
