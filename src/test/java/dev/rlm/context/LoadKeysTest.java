package dev.rlm.context;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rlm.TestClock;
import dev.rlm.storage.FolderObjectStore;
import dev.rlm.storage.ObjectStore;
import dev.rlm.storage.Upload;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(300)
class LoadKeysTest {
    @TempDir
    Path temporary;

    private final TestClock clock = new TestClock();
    private LocalContextStore store;
    private ContextLoader loader;

    @BeforeEach
    void open() throws Exception {
        store = LocalContextStore.open(temporary.resolve("store"), clock);
        loader = loader(store, 1);
    }

    private ContextLoader loader(DurableContextStore of, long seed) {
        return new ContextLoader(of, ContextRoots.none(), Workbench.SMALL, clock, new Random(seed));
    }

    private Context load(String caller, String key, String text) throws Exception {
        return loader.load(caller, null, List.of(new Source.Text("t", text)), key);
    }

    @Test
    void theSameKeyIsTheSameContextForADay() throws Exception {
        Context context = load("me", "key", "alpha");
        clock.advance(Duration.ofHours(23));
        LocalContextStore again = LocalContextStore.open(temporary.resolve("store"), clock);
        assertThat(loader(again, 2).load("me", null, List.of(new Source.Text("t", "beta")), "key"))
                .isEqualTo(context);
        clock.advance(Duration.ofHours(2));
        Context next = load("me", "key", "gamma");
        assertThat(next.id()).isNotEqualTo(context.id());
        assertThat(load("me", "key", "delta")).isEqualTo(next);
        assertThat(store.list()).containsExactlyInAnyOrder(context, next);
    }

    @Test
    void otherKeysAndOtherCallersLoadTheirOwn() throws Exception {
        List<String> ids = new ArrayList<>();
        for (LoadKey key : List.of(
                LoadKey.of("me", "key"), LoadKey.of("me", "key2"), LoadKey.of("you", "key"), LoadKey.of("m", "ekey"))) {
            ids.add(loader.load(key.caller(), null, List.of(new Source.Text("t", "x")), key.text())
                    .id());
        }
        ids.add(loader.load("me", null, List.of(new Source.Text("t", "x")), null)
                .id());
        assertThat(ids).doesNotHaveDuplicates();
    }

    @Test
    void manyAtTheSameTimeLoadOnceAcrossProcesses() throws Exception {
        LocalContextStore other = LocalContextStore.open(temporary.resolve("store"), clock);
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Context>> loads = new ArrayList<>();
            for (int i = 0; i < 16; i++) {
                ContextLoader mine = loader(i % 2 == 0 ? store : other, i);
                loads.add(threads.submit(() -> mine.load("me", null, List.of(new Source.Text("t", "same")), "key")));
            }
            Context context = loads.getFirst().get();
            for (Future<Context> load : loads) {
                assertThat(load.get()).isEqualTo(context);
            }
            assertThat(store.list()).containsExactly(context);
        }
    }

    @Test
    void whoWaitsForALoadThatFailsLoadsItself() throws Exception {
        CountDownLatch reading = new CountDownLatch(1);
        CountDownLatch fail = new CountDownLatch(1);
        InputStream failing = new InputStream() {
            @Override
            public int read() throws java.io.IOException {
                reading.countDown();
                try {
                    fail.await();
                } catch (InterruptedException _) {
                    Thread.currentThread().interrupt();
                }
                throw new java.io.IOException("broke");
            }

            @Override
            public int read(byte[] bytes, int offset, int length) throws java.io.IOException {
                return read();
            }
        };
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<Context> broken =
                    threads.submit(() -> loader.load("me", null, List.of(new Source.Stream("s", failing)), "key"));
            reading.await();
            Future<Context> waiting = threads.submit(() -> loader(store, 2)
                    .load(
                            "me",
                            null,
                            List.of(new Source.Stream("s", new ByteArrayInputStream(new byte[] {'o', 'k'}))),
                            "key"));
            Thread.sleep(300);
            assertThat(waiting.isDone()).isFalse();
            fail.countDown();
            assertThatThrownBy(broken::get).hasMessageContaining("broke");
            assertThat(waiting.get().characters()).isEqualTo(2);
        }
    }

    @Test
    void theClaimOfAKilledProcessIsTakenOverWhenItsLeaseHasPassed() throws Exception {
        ObjectStore claims = new FolderObjectStore(temporary.resolve("store/keys"));
        String dead = "{\"context_id\":\"ctx_%s\",\"since\":\"%s\",\"renewed\":\"%s\",\"ended\":false}"
                .formatted("a".repeat(26), clock.instant(), clock.instant());
        String claim = LoadKey.of("me", "key").hash() + "-000001";
        assertThat(claims.putIfAbsent(claim, Upload.of(dead.getBytes(StandardCharsets.UTF_8))))
                .isTrue();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<Context> waiting = threads.submit(() -> load("me", "key", "alpha"));
            Thread.sleep(300);
            assertThat(waiting.isDone()).isFalse();
            clock.advance(Lease.TIME);
            assertThat(store.find(waiting.get().id())).isPresent();
        }
    }

    @Test
    void aKeyWhoseContextWasDeletedLoadsAgainAtOnce() throws Exception {
        Context context = load("me", "key", "alpha");
        store.delete(context.id());
        assertThat(load("me", "key", "alpha").id()).isNotEqualTo(context.id());
    }

    @Test
    void anUnreadableClaimHoldsNothing() throws Exception {
        load("me", "key", "alpha");
        try (Stream<Path> claims = Files.list(temporary.resolve("store/keys"))) {
            for (Path claim : claims.filter(Files::isRegularFile).toList()) {
                Files.writeString(claim, "{\"context");
            }
        }
        assertThat(load("me", "key", "beta").characters()).isEqualTo(4);
    }

    @Test
    void keysAreForgottenAfterTwoDays() throws Exception {
        load("me", "key", "alpha");
        assertThat(store.clearRemains(Instant.now().plus(Duration.ofDays(1)))).isZero();
        assertThat(store.clearRemains(Instant.now().plus(Duration.ofDays(3)))).isEqualTo(1);
    }

    @Test
    void whatIsNoKeyIsASentence() {
        for (String text : List.of("", " ", "x".repeat(201))) {
            assertThatThrownBy(() -> LoadKey.of("me", text))
                    .isInstanceOf(ContextException.class)
                    .hasMessageContaining("1 to 200 characters");
        }
    }
}
