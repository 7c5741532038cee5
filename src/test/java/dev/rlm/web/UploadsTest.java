package dev.rlm.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rlm.TestClock;
import dev.rlm.context.Context;
import dev.rlm.context.ContextLimits;
import dev.rlm.context.ContextLoader;
import dev.rlm.context.ContextRoots;
import dev.rlm.context.Document;
import dev.rlm.context.LocalContextStore;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.Base64;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class UploadsTest {

    private static final long MOST = 10_000;

    @TempDir
    private Path temporary;

    private final TestClock clock = new TestClock();
    private LocalContextStore store;
    private Uploads uploads;

    @BeforeEach
    void open() throws Exception {
        store = LocalContextStore.open(temporary.resolve("store"), clock);
        ContextLoader loader =
                new ContextLoader(store, ContextRoots.none(), ContextLimits.DEFAULT, clock, new Random(7));
        uploads = new Uploads(temporary.resolve("uploads"), loader, MOST, clock);
    }

    private static Upload whole(String name, String text) throws Exception {
        return part("ann", name, null, String.valueOf(text.length()));
    }

    private static Upload part(String caller, String name, String range, String length) throws Exception {
        return new Upload(caller, name, Part.of(range, length), Optional.empty(), null);
    }

    private static InputStream bytes(String text) {
        return new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
    }

    /** A body whose connection breaks after this text. */
    private static InputStream breaking(String text) {
        return new SequenceInputStream(bytes(text), new InputStream() {
            @Override
            public int read() throws IOException {
                throw new IOException("The connection broke.");
            }

            @Override
            public int read(byte[] bytes, int offset, int length) throws IOException {
                return read();
            }
        });
    }

    private String text(Context context) throws Exception {
        return Files.readString(store.content(context, context.documents().getFirst()));
    }

    private long kept() throws Exception {
        try (Stream<Path> files = Files.list(temporary.resolve("uploads"))) {
            return files.count();
        }
    }

    @Test
    void aFileBecomesAContextOfItsSenderAndNothingIsLeftOfIt() throws Exception {
        Context context =
                uploads.take(whole("a.log", "one\ntwo\n"), bytes("one\ntwo\n")).orElseThrow();
        assertThat(context.name()).isEqualTo("a.log");
        assertThat(context.owner()).isEqualTo("ann");
        assertThat(text(context)).isEqualTo("one\ntwo\n");
        assertThat(kept()).isZero();
        assertThat(uploads.received("ann", "a.log")).isEmpty();
    }

    @Test
    void anArchiveBecomesItsFiles() throws Exception {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(packed)) {
            zip.putNextEntry(new ZipEntry("a/b.txt"));
            zip.write("first".getBytes(StandardCharsets.UTF_8));
            zip.putNextEntry(new ZipEntry("c.txt"));
            zip.write("second".getBytes(StandardCharsets.UTF_8));
        }
        Upload upload = part("ann", "all.zip", null, String.valueOf(packed.size()));
        Context context = uploads.take(upload, new ByteArrayInputStream(packed.toByteArray()))
                .orElseThrow();
        assertThat(context.documents()).extracting(Document::name).containsExactly("a/b.txt", "c.txt");
    }

    @Test
    void whatBrokeOffGoesOnWhereItWas() throws Exception {
        assertThatThrownBy(() -> uploads.take(whole("a", "0123456789"), breaking("0123")))
                .isInstanceOf(IOException.class);
        assertThat(uploads.received("ann", "a")).contains(4L);
        assertThat(uploads.received("bob", "a")).as("another's").isEmpty();

        assertThatThrownBy(() -> uploads.take(part("ann", "a", "bytes 5-9/10", "5"), bytes("56789")))
                .isInstanceOfSatisfying(UploadException.class, e -> {
                    assertThat(e.status()).isEqualTo(409);
                    assertThat(e.headers()).containsEntry("Upload-Offset", "4");
                    assertThat(e).hasMessageContaining("4 bytes of the file have come");
                });
        assertThat(uploads.take(part("ann", "a", "bytes 4-6/10", "3"), bytes("456")))
                .isEmpty();
        Context context = uploads.take(part("ann", "a", "bytes 7-9/10", "3"), bytes("789"))
                .orElseThrow();
        assertThat(text(context)).isEqualTo("0123456789");
        assertThat(kept()).isZero();
    }

    @Test
    void anUploadFromTheStartReplacesWhatWasKept() throws Exception {
        assertThatThrownBy(() -> uploads.take(whole("a", "old text"), breaking("old")))
                .isInstanceOf(IOException.class);
        assertThat(text(uploads.take(whole("a", "new"), bytes("new")).orElseThrow()))
                .isEqualTo("new");
    }

    @Test
    void whatDoesNotSayHowLongItIsIsTakenButNotKept() throws Exception {
        assertThat(text(uploads.take(part("ann", "a", null, null), bytes("text"))
                        .orElseThrow()))
                .isEqualTo("text");
        assertThatThrownBy(() -> uploads.take(part("ann", "a", null, null), breaking("te")))
                .isInstanceOf(IOException.class);
        assertThat(kept()).isZero();
    }

    @Test
    void aWrongDigestThrowsTheFileAway() throws Exception {
        byte[] sha256 = MessageDigest.getInstance("SHA-256").digest("right".getBytes(StandardCharsets.UTF_8));
        String header = "sha-512=:AAAA:, sha-256=:" + Base64.getEncoder().encodeToString(sha256) + ":";
        Upload wrong = new Upload("ann", "a", Part.of(null, "5"), Digest.of(header), null);
        assertThatThrownBy(() -> uploads.take(wrong, bytes("wrong")))
                .isInstanceOf(UploadException.class)
                .hasMessageContaining("which is not the one that Repr-Digest names");
        assertThat(kept()).isZero();
        assertThat(uploads.take(wrong, bytes("right"))).isPresent();
        assertThatThrownBy(() -> Digest.of("md5=:AAAA:")).hasMessageContaining("must have a SHA-256");
    }

    @Test
    void whatIsTooLargeIsRefusedBeforeOrWhileItComes() throws Exception {
        assertThatThrownBy(() -> uploads.require(part("ann", "a", null, "10001")))
                .isInstanceOfSatisfying(
                        UploadException.class, e -> assertThat(e.status()).isEqualTo(413));
        assertThatThrownBy(() -> uploads.require(part("ann", "a", "bytes 0-9/20000", "10")))
                .hasMessageContaining("rlm.context.max-bytes");
        assertThatThrownBy(() -> uploads.take(part("ann", "a", null, null), bytes("x".repeat(10_001))))
                .hasMessageContaining("more than 10000 bytes");
        assertThat(kept()).isZero();
    }

    @Test
    void whatCannotBeLoadedIsToldAsLoadingTellsIt() throws Exception {
        assertThatThrownBy(() -> uploads.take(part("ann", "a.bin", null, "4"), new ByteArrayInputStream(new byte[4])))
                .isInstanceOfSatisfying(UploadException.class, e -> {
                    assertThat(e.status()).isEqualTo(422);
                    assertThat(e.getMessage()).startsWith("a.bin ").doesNotContain(temporary.toString());
                });
        assertThatThrownBy(() -> uploads.take(part("ann", "a", null, "0"), bytes("")))
                .hasMessageContaining("no text");
    }

    @Test
    void theSameKeyIsTheSameContext() throws Exception {
        Upload keyed = new Upload("ann", "a", Part.of(null, "3"), Optional.empty(), "once");
        String first = uploads.take(keyed, bytes("one")).orElseThrow().id();
        assertThat(uploads.take(keyed, bytes("one")).orElseThrow().id()).isEqualTo(first);
    }

    @Test
    void oneNameIsWrittenByOneRequestAtATime() throws Exception {
        CountDownLatch reading = new CountDownLatch(1);
        CountDownLatch end = new CountDownLatch(1);
        InputStream slow = new InputStream() {
            @Override
            public int read() throws IOException {
                reading.countDown();
                try {
                    end.await();
                } catch (InterruptedException e) {
                    throw new IOException(e);
                }
                return -1;
            }

            @Override
            public int read(byte[] bytes, int offset, int length) throws IOException {
                return read();
            }
        };
        Thread first = Thread.ofVirtual().start(() -> {
            try {
                uploads.take(part("ann", "a", null, "5"), slow);
            } catch (Exception e) {
                // It came to less than it had said.
            }
        });
        reading.await();
        assertThatThrownBy(() -> uploads.take(whole("a", "x"), bytes("x")))
                .isInstanceOfSatisfying(
                        UploadException.class, e -> assertThat(e.status()).isEqualTo(409));
        assertThat(uploads.take(part("bob", "a", null, "1"), bytes("x"))).isPresent();
        end.countDown();
        first.join();
        assertThat(uploads.take(whole("a", "x"), bytes("x"))).isPresent();
    }

    @Test
    void aCallerHasSoManyIncompleteUploadsAndTheyAreGoneAfterADay() throws Exception {
        for (int number = 0; number < UploadFolder.MOST; number++) {
            String name = "file " + number;
            assertThatThrownBy(() -> uploads.take(whole(name, "0123"), breaking("0")))
                    .isInstanceOf(IOException.class);
        }
        assertThatThrownBy(() -> uploads.take(whole("one more", "0123"), bytes("0123")))
                .isInstanceOfSatisfying(
                        UploadException.class, e -> assertThat(e.status()).isEqualTo(429));
        assertThat(uploads.take(part("bob", "mine", null, "1"), bytes("x"))).isPresent();
        clock.advance(Duration.between(clock.instant(), java.time.Instant.now()).plusDays(2));
        assertThat(uploads.take(whole("one more", "0123"), bytes("0123"))).isPresent();
        assertThat(kept()).isZero();
    }

    @ParameterizedTest
    @CsvSource({
        "bytes 0-9/10, 9",
        "bytes 5-4/10, 0",
        "bytes 0-10/10, 11",
        "bytes */10, 1",
        "bytes 0-9/*, 10",
        "items 0-9/10, 10",
        "bytes 0-9999999999999999999/1, 10",
        ", -1",
        ", 1e3"
    })
    void rangesAndLengthsThatMakeNoSenseAreRefused(String range, String length) {
        assertThatThrownBy(() -> Part.of(range, length))
                .isInstanceOfSatisfying(
                        UploadException.class, e -> assertThat(e.status()).isEqualTo(400));
    }
}
