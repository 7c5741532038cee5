package dev.rlm.context;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rlm.TestClock;
import dev.rlm.context.ContextRetention.Sweep;
import dev.rlm.storage.s3.S3ObjectStore;
import dev.rlm.storage.s3.S3Server;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ContextRetentionTest {
    @TempDir
    Path temporary;

    private final TestClock clock = new TestClock();
    private S3Server server;
    private final List<DurableContextStore> opened = new ArrayList<>();

    @BeforeEach
    void start() throws Exception {
        server = S3Server.open();
    }

    @AfterEach
    void stop() {
        opened.forEach(DurableContextStore::close);
        server.close();
    }

    /** Replicas of one store. */
    private DurableContextStore open(String kind) throws Exception {
        DurableContextStore store = kind.equals("folder")
                ? LocalContextStore.open(temporary.resolve("store"), clock)
                : SharedContextStore.open(
                        new S3ObjectStore(server.settings("")), temporary.resolve("cache"), 1 << 20, clock);
        opened.add(store);
        return store;
    }

    /** Contexts of 10 bytes each, an hour apart, the oldest first. */
    private List<String> load(DurableContextStore store, int count) throws Exception {
        ContextLoader loader = new ContextLoader(store, ContextRoots.none(), Workbench.SMALL, clock, new Random(5));
        List<String> ids = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            ids.add(loader.load(null, List.of(new Source.Text("t", "%010d".formatted(i))))
                    .id());
            clock.advance(Duration.ofHours(1));
        }
        return ids;
    }

    private static List<String> left(DurableContextStore store) throws Exception {
        return store.list().reversed().stream().map(Context::id).toList();
    }

    @ParameterizedTest
    @ValueSource(strings = {"folder", "s3"})
    void whatIsTooOldGoesUnlessItIsNeeded(String kind) throws Exception {
        DurableContextStore store = open(kind);
        List<String> ids = load(store, 5);
        ContextRetention retention =
                new ContextRetention(store, Duration.ofMinutes(150), null, id -> id.equals(ids.get(1)));

        Sweep sweep = retention.sweep(clock.instant());

        assertThat(sweep.deleted()).containsExactly(ids.get(0), ids.get(2));
        assertThat(sweep.spared()).containsExactly(ids.get(1));
        assertThat(left(store)).containsExactly(ids.get(1), ids.get(3), ids.get(4));
        assertThat(retention.sweep(clock.instant()).deleted()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"folder", "s3"})
    void theOldestGoUntilTheRestIsSmallEnough(String kind) throws Exception {
        DurableContextStore store = open(kind);
        List<String> ids = load(store, 5);

        Sweep sweep = new ContextRetention(store, null, 30L, id -> id.equals(ids.get(0))).sweep(clock.instant());

        assertThat(sweep.spared()).containsExactly(ids.get(0));
        assertThat(sweep.deleted()).containsExactly(ids.get(1), ids.get(2));
        assertThat(left(store)).containsExactly(ids.get(0), ids.get(3), ids.get(4));
    }

    @ParameterizedTest
    @ValueSource(strings = {"folder", "s3"})
    void twoReplicasMaySweepAtOnce(String kind) throws Exception {
        DurableContextStore first = open(kind);
        DurableContextStore second = open(kind);
        List<String> ids = load(first, 12);
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Sweep>> sweeps = new ArrayList<>();
            for (DurableContextStore store : List.of(first, second)) {
                sweeps.add(threads.submit(() -> new ContextRetention(
                                store, Duration.ofHours(4).plusMinutes(30), null, id -> id.equals(ids.get(2)))
                        .sweep(clock.instant())));
            }
            for (Future<Sweep> sweep : sweeps) {
                assertThat(sweep.get().deleted()).doesNotContain(ids.get(2));
            }
        }
        assertThat(left(first)).containsExactly(ids.get(2), ids.get(8), ids.get(9), ids.get(10), ids.get(11));
        assertThat(left(second)).isEqualTo(left(first));
    }

    @ParameterizedTest
    @ValueSource(strings = {"folder", "s3"})
    void withoutLimitsNothingGoes(String kind) throws Exception {
        DurableContextStore store = open(kind);
        List<String> ids = load(store, 2);
        clock.advance(Duration.ofDays(1_000));
        assertThat(new ContextRetention(store, null, null, id -> false)
                        .sweep(clock.instant())
                        .deleted())
                .isEmpty();
        assertThat(left(store)).isEqualTo(ids);
    }

    @ParameterizedTest
    @ValueSource(longs = {0, -1})
    void limitsMustBeAboveZero(long limit) throws Exception {
        DurableContextStore store = open("folder");
        assertThatThrownBy(() -> new ContextRetention(store, Duration.ofSeconds(limit), null, id -> false))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new ContextRetention(store, null, limit, id -> false))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
