package dev.rlm.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** What every object store promises. */
public abstract class ObjectStoreContract {

    /** More than two parts of a multipart upload, and no multiple of one. */
    protected static final int LARGE = (17 << 20) + 5;

    /** The store under test, always on the same objects; the first call finds none. */
    protected abstract ObjectStore store() throws Exception;

    @Test
    void whatIsPutIsReadBack() throws Exception {
        for (int size : new int[] {0, 1, 70_000, (8 << 20) - 1, 8 << 20, LARGE}) {
            byte[] bytes = bytes(size);
            store().put("some/key-" + size, Upload.of(new ByteArrayInputStream(bytes)));
            assertThat(read("some/key-" + size)).isEqualTo(bytes);
            StoredObject found = store().find("some/key-" + size).orElseThrow();
            assertThat(found.size()).isEqualTo(size);
            assertThat(found.modified())
                    .isBetween(Instant.now().minusSeconds(600), Instant.now().plusSeconds(600));
        }
    }

    @Test
    void partsAreRead() throws Exception {
        byte[] bytes = bytes(100_000);
        store().put("a", Upload.of(bytes));
        assertThat(read("a", 0, 10)).isEqualTo(Arrays.copyOf(bytes, 10));
        assertThat(read("a", 99_990, 1_000)).isEqualTo(Arrays.copyOfRange(bytes, 99_990, 100_000));
        assertThat(read("a", 5, Long.MAX_VALUE)).isEqualTo(Arrays.copyOfRange(bytes, 5, 100_000));
        assertThat(read("a", 100_000, 1)).isEmpty();
        assertThat(read("a", 1L << 40, 1)).isEmpty();
    }

    @Test
    void whatIsNotThereIsEmpty() throws Exception {
        assertThat(store().find("nothing")).isEmpty();
        assertThat(store().get("nothing")).isEmpty();
        assertThat(store().get("nothing", 5, 5)).isEmpty();
        assertThat(store().listAll("")).isEmpty();
        store().delete("nothing");
    }

    @Test
    void aPutReplacesAndADeleteRemoves() throws Exception {
        store().put("a", Upload.of(new byte[] {1}));
        store().put("a", Upload.of(new byte[] {2, 3}));
        assertThat(read("a")).containsExactly(2, 3);
        store().delete("a");
        assertThat(store().find("a")).isEmpty();
        assertThat(store().get("a")).isEmpty();
    }

    @Test
    void aPutIfAbsentReplacesNothing() throws Exception {
        assertThat(store().putIfAbsent("a/b", Upload.of(new byte[] {1}))).isTrue();
        assertThat(store().putIfAbsent("a/b", Upload.of(new byte[] {2}))).isFalse();
        assertThat(read("a/b")).containsExactly(1);
        assertThat(store().putIfAbsent("large", Upload.of(bytes(LARGE)))).isTrue();
        assertThat(store().putIfAbsent("large", Upload.of(new byte[] {2}))).isFalse();
        assertThat(store().find("large").orElseThrow().size()).isEqualTo(LARGE);
    }

    @Test
    void ofManyThatPutIfAbsentOneSucceeds() throws Exception {
        ObjectStore store = store();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Boolean>> stored = new ArrayList<>();
            for (int i = 0; i < 12; i++) {
                byte[] own = {(byte) i};
                stored.add(threads.submit(() -> store.putIfAbsent("contested", Upload.of(own))));
            }
            int winner = -1;
            for (int i = 0; i < stored.size(); i++) {
                if (stored.get(i).get()) {
                    assertThat(winner).isEqualTo(-1);
                    winner = i;
                }
            }
            assertThat(read("contested")).containsExactly(winner);
        }
    }

    @Test
    void listsArePagedInTheOrderOfKeys() throws Exception {
        List<String> keys = new ArrayList<>(List.of("a-b", "a.b", "a/b", "a/b.json", "aa", "b/c/d", "b/c_d", "c"));
        for (String key : keys) {
            store().put(key, Upload.of(new byte[key.length()]));
        }
        keys.sort(null);
        assertThat(keys(store().listAll(""))).isEqualTo(keys);
        assertThat(keys(store().listAll("a"))).containsExactly("a-b", "a.b", "a/b", "a/b.json", "aa");
        assertThat(keys(store().listAll("a/"))).containsExactly("a/b", "a/b.json");
        assertThat(keys(store().listAll("b/c"))).containsExactly("b/c/d", "b/c_d");
        assertThat(store().listAll("d/e/f")).isEmpty();
        List<String> paged = new ArrayList<>();
        String after = null;
        do {
            ObjectPage page = store().list("", after, 3);
            assertThat(page.objects()).hasSizeLessThanOrEqualTo(3);
            paged.addAll(keys(page.objects()));
            after = page.next();
        } while (after != null);
        assertThat(paged).isEqualTo(keys);
        assertThat(store().list("", null, 8).next()).isNull();
    }

    @Test
    void anUploadThatFailsLeavesWhatWasThere() throws Exception {
        store().put("a", Upload.of(new byte[] {1}));
        for (int size : new int[] {10, LARGE}) {
            assertThatThrownBy(() -> store().put("a", Upload.of(new BreakingStream(bytes(size)))))
                    .isInstanceOf(StorageException.class)
                    .hasMessageContaining("the source broke");
            assertThatThrownBy(() -> store().put("b", Upload.of(new BreakingStream(bytes(size)))))
                    .isInstanceOf(StorageException.class);
        }
        assertThat(read("a")).containsExactly(1);
        assertThat(keys(store().listAll(""))).containsExactly("a");
        assertThat(store().clearAbandoned(Instant.now().plus(Duration.ofDays(1))))
                .isZero();
    }

    @Test
    void whatIsNotWhatWasPromisedIsNotStored() throws Exception {
        for (int size : new int[] {10, LARGE}) {
            byte[] bytes = bytes(size);
            String sha256 = sha256(bytes);
            assertThatThrownBy(() ->
                            store().put("a", Upload.of(new ByteArrayInputStream(bytes), size, sha256(bytes(size + 1)))))
                    .isInstanceOf(StorageException.class)
                    .hasMessageContaining("SHA-256");
            assertThatThrownBy(() -> store().put("a", Upload.of(new ByteArrayInputStream(bytes), size + 1, sha256)))
                    .isInstanceOf(StorageException.class)
                    .hasMessageContaining("bytes, not");
            assertThat(store().find("a")).isEmpty();
            store().put("b", Upload.of(new ByteArrayInputStream(bytes), size, sha256));
            assertThat(read("b")).isEqualTo(bytes);
        }
    }

    @Test
    void keysThatAreNoneAreRefused() {
        for (String key :
                List.of("", "/", "/a", "a/", "a//b", "..", "a/../b", ".incoming/x", "a b", "a\0", "a\\b", "é")) {
            assertThatThrownBy(() -> store().put(key, Upload.of(new byte[1])))
                    .as(key)
                    .isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> store().get(key)).isInstanceOf(IllegalArgumentException.class);
        }
        assertThatThrownBy(() -> store().find("a".repeat(901))).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void anInterruptedThreadStoresNothing() throws Exception {
        ObjectStore store = store();
        Thread.currentThread().interrupt();
        assertThatThrownBy(() -> store.put("a", Upload.of(bytes(LARGE)))).isInstanceOf(InterruptedException.class);
        assertThat(Thread.interrupted()).isFalse();
        assertThat(store.listAll("")).isEmpty();
    }

    /** All bytes of an object. */
    protected byte[] read(String key) throws Exception {
        return read(key, 0, Long.MAX_VALUE);
    }

    private byte[] read(String key, long offset, long length) throws Exception {
        Optional<InputStream> found = store().get(key, offset, length);
        try (InputStream in = found.orElseThrow()) {
            return in.readAllBytes();
        }
    }

    /** The keys of objects. */
    protected static List<String> keys(List<StoredObject> objects) {
        return objects.stream().map(StoredObject::key).toList();
    }

    /** Bytes that look random, the same for the same size. */
    protected static byte[] bytes(int size) {
        byte[] bytes = new byte[size];
        new Random(size).nextBytes(bytes);
        return bytes;
    }

    /** The SHA-256 of bytes in hex. */
    protected static String sha256(byte[] bytes) throws Exception {
        return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    }

    /** Gives bytes and then fails instead of ending. */
    private static final class BreakingStream extends InputStream {
        private final ByteArrayInputStream bytes;

        BreakingStream(byte[] bytes) {
            this.bytes = new ByteArrayInputStream(bytes);
        }

        @Override
        public int read() throws IOException {
            int next = bytes.read();
            if (next < 0) {
                throw new IOException("the source broke");
            }
            return next;
        }

        @Override
        public int read(byte[] into, int offset, int length) throws IOException {
            int count = bytes.read(into, offset, length);
            if (count < 0 && length > 0) {
                throw new IOException("the source broke");
            }
            return count;
        }
    }
}
