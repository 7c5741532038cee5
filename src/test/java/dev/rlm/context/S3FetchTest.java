package dev.rlm.context;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import dev.rlm.storage.s3.FaultyGateway;
import dev.rlm.storage.s3.FaultyGateway.Fault;
import dev.rlm.storage.s3.S3Access;
import dev.rlm.storage.s3.S3Server;
import java.io.ByteArrayOutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;

/** Contexts from S3, of a real server. */
final class S3FetchTest {
    private static final String BUCKET = "s3://" + S3Server.BUCKET + "/";
    private static final byte[] PNG = HexFormat.of().parseHex("89504e470d0a1a0a0000000d49484452");

    private static S3Server server;
    private static S3Client client;

    @TempDir
    private Path temporary;

    private S3Bench bench;

    @BeforeAll
    static void start() throws Exception {
        server = S3Server.open();
        client = server.client();
    }

    @AfterAll
    static void stop() {
        client.close();
        server.close();
    }

    @BeforeEach
    void open() throws Exception {
        bench = S3Bench.of(temporary.resolve("store"), server.address(), S3Server.BUCKET);
    }

    @AfterEach
    void close() {
        bench.close();
    }

    private static void put(String key, byte[] bytes) {
        client.putObject(request -> request.bucket(S3Server.BUCKET).key(key), RequestBody.fromBytes(bytes));
    }

    private static void put(String key, String text) {
        put(key, text.getBytes(StandardCharsets.UTF_8));
    }

    private static byte[] gzip(String text) throws Exception {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(bytes)) {
            gzip.write(text.getBytes(StandardCharsets.UTF_8));
        }
        return bytes.toByteArray();
    }

    private static void refused(S3Bench bench, String address, String... words) {
        assertThatThrownBy(() -> bench.load(address))
                .isInstanceOf(ContextException.class)
                .hasMessageContainingAll(words)
                .message()
                .endsWith(".")
                .doesNotContain("127.0.0.1", "Exception", "test-key");
    }

    @Test
    void anObjectIsWhatAFileIs() throws Exception {
        put("one/notes.txt", "one\ntwo\n");
        put("one/caf\u00e9 au lait?.txt", "caf\u00e9".getBytes(Charset.forName("windows-1252")));
        put("one/app.log.gz", gzip("packed"));
        client.putObject(
                request -> request.bucket(S3Server.BUCKET).key("one/app.log").contentEncoding("gzip"),
                RequestBody.fromBytes(gzip("encoded")));
        Context context = bench.load(BUCKET + "one/notes.txt");
        assertThat(context.name()).isEqualTo("notes.txt");
        assertThat(bench.text(context, "notes.txt")).isEqualTo("one\ntwo\n");
        Context several = bench.load(
                BUCKET + "one/caf\u00e9 au lait?.txt",
                BUCKET + "one/app.log.gz",
                "S3://" + S3Server.BUCKET + "/one/app.log");
        assertThat(bench.text(several, "caf\u00e9 au lait?.txt")).isEqualTo("caf\u00e9");
        assertThat(bench.text(several, "app.log.gz/app.log")).isEqualTo("packed");
        assertThat(bench.text(several, "app.log/app.log")).isEqualTo("encoded");
    }

    @Test
    void allBelowAPrefixIsWhatAFolderIs() throws Exception {
        Map<String, byte[]> files = new LinkedHashMap<>();
        files.put(".gitignore", "build/\n*.tmp\n!keep.tmp\n".getBytes(StandardCharsets.UTF_8));
        files.put("-first.txt", "1".getBytes(StandardCharsets.UTF_8));
        files.put("a/.gitignore", "/deep/x.txt\n".getBytes(StandardCharsets.UTF_8));
        files.put("a/deep/x.txt", "ignored by a".getBytes(StandardCharsets.UTF_8));
        files.put("a/deep/y.txt", "y".getBytes(StandardCharsets.UTF_8));
        files.put("a.txt", "\u00e4".getBytes(StandardCharsets.UTF_16));
        files.put("a/build/lost.txt", "ignored".getBytes(StandardCharsets.UTF_8));
        files.put("a/z.tmp", "ignored".getBytes(StandardCharsets.UTF_8));
        files.put("b/keep.tmp", "kept".getBytes(StandardCharsets.UTF_8));
        files.put("b/deep/x.txt", "not below a".getBytes(StandardCharsets.UTF_8));
        files.put(".git/config", "ignored".getBytes(StandardCharsets.UTF_8));
        files.put("empty.txt", new byte[0]);
        files.put("picture.png", PNG);
        files.put("binary.bin", new byte[] {0, 1, 2, 3, 0, 0});
        files.put("logs.gz", gzip("packed"));
        files.put("large.txt", "0123456789\n".repeat(200_000).getBytes(StandardCharsets.UTF_8));
        files.put("large.bin", new byte[2 << 20]);
        Workbench disk = new Workbench(temporary);
        for (Map.Entry<String, byte[]> file : files.entrySet()) {
            disk.write(file.getKey(), file.getValue());
            put("tree/" + file.getKey(), file.getValue());
        }
        put("tree/", new byte[0]);
        put("tree/a/marker/", new byte[0]);
        put("treeless.txt", "not below the prefix");

        Context onDisk = disk.load(disk.inputs);
        Context inS3 = bench.load(BUCKET + "tree/");
        assertThat(inS3.name()).isEqualTo("tree");
        assertThat(S3Bench.names(inS3))
                .containsExactly(
                        "-first.txt",
                        ".gitignore",
                        "a.txt",
                        "a/.gitignore",
                        "a/deep/y.txt",
                        "b/deep/x.txt",
                        "b/keep.tmp",
                        "empty.txt",
                        "large.txt",
                        "picture.png");
        assertThat(inS3.documents()).isEqualTo(onDisk.documents());
        assertThat(inS3.skipped()).isEqualTo(onDisk.skipped()).hasSize(3);
        assertThat(inS3.tokens()).isEqualTo(onDisk.tokens());
        assertThat(S3Bench.names(bench.load(BUCKET + "tree/b/", BUCKET + "tree/a.txt")))
                .containsExactly("b/deep/x.txt", "b/keep.tmp", "a.txt");
    }

    @Test
    void aPrefixOfMoreThanAPageIsReadToItsEnd() throws Exception {
        List<String> keys =
                IntStream.range(0, 1_050).mapToObj("%05d.txt"::formatted).toList();
        server.put("many/.gitignore", "00*\n");
        keys.forEach(key -> server.put("many/" + key, key));
        Context context = bench.load(BUCKET + "many/");
        assertThat(S3Bench.names(context).subList(1, 51)).isEqualTo(keys.subList(1_000, 1_050));
        assertThat(bench.text(context, "01049.txt")).isEqualTo("01049.txt");
    }

    @Test
    void whatCannotBeReadIsToldInASentence() throws Exception {
        refused(bench, BUCKET + "none.txt", BUCKET + "none.txt does not exist", "end it with a slash");
        refused(bench, BUCKET + "none/", "There is no object below " + BUCKET + "none/");
        refused(
                bench,
                BUCKET + "none.txt?X-Amz-Signature=0a1b&X-Amz-Security-Token=abc",
                BUCKET + "none.txt?... does not exist");
        put("marked/", new byte[0]);
        refused(bench, BUCKET + "marked/", "There is no object below");
        put("some.bin", new byte[100]);
        refused(bench, BUCKET + "some.bin", BUCKET + "some.bin is binary");
        try (S3Bench missing = S3Bench.of(temporary.resolve("missing"), server.address(), "no-such-bucket")) {
            refused(missing, "s3://no-such-bucket/a", "The S3 bucket no-such-bucket does not exist");
            refused(missing, "s3://no-such-bucket/a/", "The S3 bucket no-such-bucket does not exist");
        }
    }

    @Test
    void credentialsThatAreNotAllowedAreToldInASentence() throws Exception {
        try (S3Server guarded = S3Server.guarded();
                S3Bench wrong = new S3Bench(
                        temporary.resolve("wrong"),
                        new S3Access(
                                "us-east-1",
                                guarded.address(),
                                true,
                                StaticCredentialsProvider.create(AwsBasicCredentials.create("test-key", "not-it"))),
                        Duration.ofMinutes(1),
                        Workbench.SMALL,
                        BUCKET)) {
            for (String address : List.of(BUCKET + "a", BUCKET + "a/")) {
                refused(wrong, address, "The S3 bucket test-bucket d", "HTTP 403");
            }
        }
    }

    @Test
    void theCredentialsOfAProfileAreUsedWhereOneIsNamed() throws Exception {
        Path profiles = Files.writeString(
                temporary.resolve("credentials"),
                "[reader]\naws_access_key_id = " + S3Server.KEY_ID + "\naws_secret_access_key = " + S3Server.SECRET
                        + "\n");
        System.setProperty("aws.sharedCredentialsFile", profiles.toString());
        try (S3Server guarded = S3Server.guarded()) {
            guarded.put("a", "text");
            S3Access access = new S3Access("us-east-1", guarded.address(), true, null);
            for (String profile : List.of("reader", "nobody")) {
                try (S3Bench named = new S3Bench(
                        temporary.resolve(profile),
                        access.withProfile(profile),
                        Duration.ofMinutes(1),
                        Workbench.SMALL,
                        BUCKET)) {
                    if (profile.equals("reader")) {
                        assertThat(named.load(BUCKET + "a").characters()).isEqualTo(4);
                    } else {
                        refused(named, BUCKET + "a", "there are no AWS credentials");
                    }
                }
            }
        } finally {
            System.clearProperty("aws.sharedCredentialsFile");
        }
        assertThatThrownBy(() -> new S3Access(null, null, false, null).withProfile(" "))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void whatIsTooLargeIsRefused() throws Exception {
        put("size/large.txt", "x".repeat(3 << 20));
        ContextLimits limits = new ContextLimits(2 << 20, 10, 5, 4 << 20, 200, Long.MAX_VALUE);
        try (S3Bench small = new S3Bench(
                temporary.resolve("small"), S3Server.access(server.address()), Duration.ofMinutes(1), limits, BUCKET)) {
            refused(small, BUCKET + "size/large.txt", "has more than 2097152 bytes (rlm.context.max-bytes)");
            refused(small, BUCKET + "size/", "more than the 2 MiB of text", "rlm.context.max-bytes");
            for (int i = 0; i < 6; i++) {
                put("entries/" + i, "x");
            }
            refused(small, BUCKET + "entries/", "more than 5 files");
        }
    }

    /** Whether a request is for the bytes of an object. */
    private static boolean isGet(HttpExchange exchange, String key) {
        return exchange.getRequestMethod().equals("GET")
                && exchange.getRequestURI().getPath().endsWith(key);
    }

    @Test
    void anObjectThatIsReplacedBetweenListAndReadIsTakenAsItIsNowAndTold() throws Exception {
        put("moving/a.txt", "old");
        put("moving/b.txt", "same");
        try (FaultyGateway gateway = new FaultyGateway(server.address(), exchange -> {
                    if (isGet(exchange, "/a.txt")) {
                        put("moving/a.txt", "newer");
                    }
                    return Fault.NONE;
                });
                S3Bench moving = S3Bench.of(temporary.resolve("moving"), gateway.address(), S3Server.BUCKET)) {
            Context context = moving.load(BUCKET + "moving/");
            assertThat(moving.text(context, "a.txt")).isEqualTo("newer");
            assertThat(moving.text(context, "b.txt")).isEqualTo("same");
            assertThat(context.skipped())
                    .containsExactly("Replaced while they were loaded, and taken in as they became: a.txt.");
        }
    }

    @Test
    void anObjectThatIsReplacedWhileItIsReadIsNeverMixed() throws Exception {
        String old = "old line\n".repeat(400_000);
        put("torn/a.txt", old);
        put("torn/b.txt", "b");
        AtomicBoolean replace = new AtomicBoolean();
        AtomicInteger reads = new AtomicInteger();
        try (FaultyGateway gateway = new FaultyGateway(server.address(), exchange -> {
                    if (!isGet(exchange, "/a.txt")) {
                        return Fault.NONE;
                    }
                    if (reads.getAndIncrement() == 0) {
                        return Fault.CUT_REPLY;
                    }
                    if (replace.get()) {
                        put("torn/a.txt", old.replace("old", "new"));
                    }
                    return Fault.NONE;
                });
                S3Bench torn = S3Bench.of(temporary.resolve("torn"), gateway.address(), S3Server.BUCKET)) {
            assertThat(torn.text(torn.load(BUCKET + "torn/a.txt"), "a.txt")).isEqualTo(old);
            assertThat(reads).hasValue(2);

            reads.set(0);
            replace.set(true);
            refused(torn, BUCKET + "torn/a.txt", BUCKET + "torn/a.txt was replaced or deleted while it was read");
            put("torn/a.txt", old);
            reads.set(0);
            Context context = torn.load(BUCKET + "torn/");
            assertThat(S3Bench.names(context)).containsExactly("b.txt");
            assertThat(context.skipped())
                    .containsExactly("a.txt is left out: it was replaced or deleted while it was read.");
        }
    }

    @Test
    void everythingIsRightWhileEveryFifthRequestFails() throws Exception {
        for (int i = 0; i < 40; i++) {
            put("faulty/" + i, "text " + i);
        }
        AtomicInteger requests = new AtomicInteger();
        Fault[] faults = {Fault.ERROR, Fault.UNAVAILABLE, Fault.LOST_REQUEST, Fault.LOST_REPLY, Fault.CUT_REPLY};
        try (FaultyGateway gateway = new FaultyGateway(server.address(), exchange -> {
                    int request = requests.incrementAndGet();
                    return request % 5 == 0 ? faults[request / 5 % faults.length] : Fault.NONE;
                });
                S3Bench faulty = S3Bench.of(temporary.resolve("faulty"), gateway.address(), S3Server.BUCKET)) {
            Context context = faulty.load(BUCKET + "faulty/");
            assertThat(context.documents()).hasSize(40);
            assertThat(context.skipped()).isEmpty();
            for (int i = 0; i < 40; i++) {
                assertThat(faulty.text(context, "" + i)).isEqualTo("text " + i);
            }
            assertThat(gateway.faults()).isGreaterThan(5);
        }
    }

    @Test
    void aServerThatIsNotThereIsToldWithoutItsAddress() throws Exception {
        URI nobody;
        try (var free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            nobody = URI.create("http://127.0.0.1:" + free.getLocalPort());
        }
        try (S3Bench away = new S3Bench(
                temporary.resolve("away"),
                S3Server.access(nobody),
                Duration.ofMillis(1_500),
                Workbench.SMALL,
                BUCKET)) {
            assertThatThrownBy(() -> away.load(BUCKET + "a/"))
                    .isInstanceOf(ContextException.class)
                    .message()
                    .containsAnyOf("cannot be reached (nothing accepts connections there)", "did not come within 1 s")
                    .doesNotContain("127.0.0.1");
        }
    }
}
