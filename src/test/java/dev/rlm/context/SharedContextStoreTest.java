package dev.rlm.context;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rlm.search.Options;
import dev.rlm.search.RegexSearch;
import dev.rlm.storage.ObjectStore;
import dev.rlm.storage.StorageException;
import dev.rlm.storage.Upload;
import dev.rlm.storage.s3.FaultyGateway;
import dev.rlm.storage.s3.S3ObjectStore;
import dev.rlm.storage.s3.S3Server;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
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
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SharedContextStoreTest {
    private static final long ROOMY = 1 << 30;

    @TempDir
    Path temporary;

    private S3Server server;
    private ObjectStore bucket;
    private Replica first;
    private Replica second;

    @BeforeEach
    void start() throws Exception {
        server = S3Server.open();
        bucket = objects();
        first = new Replica(objects(), temporary.resolve("first"), ROOMY, Workbench.CLOCK, 1);
        second = new Replica(objects(), temporary.resolve("second"), ROOMY, Workbench.CLOCK, 2);
    }

    @AfterEach
    void stop() {
        first.close();
        second.close();
        bucket.close();
        server.close();
    }

    private ObjectStore objects() {
        return new S3ObjectStore(server.settings("rlm"));
    }

    @Test
    void replicasSeeEachOthersContexts() throws Exception {
        Context context = first.load("alpha\nbeta é\n", "gamma");
        assertThat(second.store.find(context.id())).contains(context);
        assertThat(second.store.list()).containsExactly(context);
        assertThat(second.text(context, 0)).isEqualTo("alpha\nbeta é\n");
        assertThat(new ContextReader(second.store)
                        .readLines(context, "text 1", 2, 1, 100)
                        .text())
                .isEqualTo("beta é\n");
        assertThat(new ContextSearch(second.store)
                        .search(context, RegexSearch.compile("gam", false), new Options(5, 0, 100), null)
                        .documents())
                .hasSize(1);
    }

    @Test
    void whatOneReplicaDeletesIsGoneForAll() throws Exception {
        Context context = first.load("alpha", "beta");
        Context other = first.load("alpha");
        assertThat(second.text(context, 1)).isEqualTo("beta");

        assertThat(second.store.delete(context.id())).isTrue();

        assertThat(first.store.find(context.id())).isEmpty();
        assertThat(first.store.list()).containsExactly(other);
        assertThat(first.store.delete(context.id())).isFalse();
        assertThat(second.cached()).isEmpty();
        assertThat(first.text(other, 0)).isEqualTo("alpha");
        assertThat(second.store.delete(other.id())).isTrue();
        assertThat(bucket.listAll("")).isEmpty();
    }

    @Test
    void whatOthersDeletedLeavesTheCacheWithTheNextSweep() throws Exception {
        Context context = first.load("alpha");
        Context kept = first.load("beta");
        second.store.delete(context.id());
        assertThat(first.cached()).containsExactly("alpha", "beta");
        first.store.clearRemains(Instant.now());
        assertThat(first.cached()).containsExactly("beta");
        assertThat(first.text(kept, 0)).isEqualTo("beta");
    }

    @Test
    void contentThatIsThereIsNotFetchedAgain() throws Exception {
        Context context = first.load("alpha");
        for (int i = 0; i < 3; i++) {
            first.text(context, 0);
            second.text(context, 0);
            second.store.find(context.id());
        }
        assertThat(first.objects.operations).noneMatch(operation -> operation.startsWith("get"));
        assertThat(second.objects.operations)
                .filteredOn(operation -> operation.startsWith("get"))
                .hasSize(2);
    }

    @Test
    void manyThatWantTheSameContentFetchItOnce() throws Exception {
        Context context = first.load("a text of some length ".repeat(10_000));
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<String>> texts = new ArrayList<>();
            for (int i = 0; i < 16; i++) {
                texts.add(threads.submit(() -> second.text(context, 0)));
            }
            for (Future<String> text : texts) {
                assertThat(text.get()).hasSize(220_000);
            }
        }
        assertThat(second.objects.operations)
                .filteredOn(operation -> operation.startsWith("get content"))
                .hasSize(1);
    }

    @Test
    void aFetchThatIsInterruptedLeavesItToTheNext() throws Exception {
        Context context = first.load("alpha");
        second.objects.intercept(operation -> {
            if (operation.startsWith("get content")) {
                throw new InterruptedException();
            }
        });
        assertThatThrownBy(() -> second.text(context, 0)).hasMessageContaining("interrupted");
        assertThat(Thread.interrupted()).isTrue();
        second.objects.intercept(operation -> {});
        assertThat(second.text(context, 0)).isEqualTo("alpha");
        assertThat(second.cached()).containsExactly("alpha");
    }

    @Test
    void theLeastRecentlyUsedContentGoesFirstButNeverWhatIsHeld() throws Exception {
        Context context = first.load("a".repeat(100), "b".repeat(100), "c".repeat(100), "d".repeat(100));
        try (Replica small = new Replica(objects(), temporary.resolve("small"), 250, Workbench.CLOCK, 3)) {
            small.text(context, 0);
            small.text(context, 1);
            small.text(context, 0);
            small.text(context, 2);
            assertThat(small.cached()).containsExactly("a".repeat(100), "c".repeat(100));
            ContentHold hold = small.store.hold(context, context.documents().subList(0, 3));
            small.text(context, 3);
            assertThat(small.cached()).hasSize(4);
            hold.close();
            hold.close();
            assertThat(small.cached()).hasSize(2).contains("d".repeat(100));
            small.text(context, 1);
            assertThat(small.cached()).hasSize(2).contains("b".repeat(100));
        }
        try (Replica again = new Replica(objects(), temporary.resolve("small"), 250, Workbench.CLOCK, 3)) {
            again.text(context, 1);
            assertThat(again.objects.operations).noneMatch(operation -> operation.startsWith("get"));
        }
    }

    @Test
    void processesThatShareACacheFolderDoNotShareFiles() throws Exception {
        Context context = first.load("alpha");
        try (Replica beside = new Replica(objects(), temporary.resolve("first"), 1, Workbench.CLOCK, 3)) {
            assertThat(beside.text(context, 0)).isEqualTo("alpha");
            beside.load("beta");
            assertThat(first.text(context, 0)).isEqualTo("alpha");
        }
        assertThat(first.objects.operations).noneMatch(operation -> operation.startsWith("get"));
    }

    @Test
    void contentThatIsDamagedInTheBucketIsASentence() throws Exception {
        Context context = first.load("alpha", "beta");
        String key = bucket.listAll("content/").getFirst().key();
        bucket.put(key, Upload.of("wrong".getBytes(StandardCharsets.UTF_8)));
        String lost = bucket.listAll("content/").getLast().key();
        bucket.delete(lost);
        for (Document document : context.documents()) {
            assertThatThrownBy(() -> second.store.content(context, document))
                    .isInstanceOf(ContextException.class)
                    .hasMessageContaining(key.endsWith(document.sha256()) ? "is damaged in" : "is gone from")
                    .hasMessageEndingWith("load its context again.");
        }
        assertThat(second.cached()).isEmpty();
    }

    @Test
    void aDamagedManifestHidesNoOther() throws Exception {
        Context damaged = first.load("alpha");
        Context whole = first.load("beta");
        bucket.put("contexts/" + damaged.id() + ".json", Upload.of("{\"version\":1".getBytes(StandardCharsets.UTF_8)));
        assertThat(second.store.list()).containsExactly(whole);
        assertThatThrownBy(() -> second.store.find(damaged.id())).hasMessageContaining("is damaged");
        assertThat(second.store.delete(damaged.id())).isTrue();
        assertThat(bucket.listAll("content/")).hasSize(1);
    }

    @Test
    void aLoadThatIsKilledIsNeverSeenAndClearedAwayAfterADay() throws Exception {
        Context kept = second.load("kept");
        first.objects.intercept(operation -> {
            if (operation.startsWith("put contexts/")) {
                throw new StorageException("killed", null);
            }
        });
        assertThatThrownBy(() -> first.load("alpha", "beta")).hasMessage("killed");

        assertThat(second.store.list()).containsExactly(kept);
        assertThat(bucket.listAll("content/")).hasSize(3);
        assertThat(second.store.clearRemains(Instant.now())).isZero();
        assertThat(second.store.clearRemains(Instant.now().plus(Duration.ofDays(2))))
                .isEqualTo(2);
        assertThat(bucket.listAll("content/")).hasSize(1);
        assertThat(second.text(kept, 0)).isEqualTo("kept");
    }

    @Test
    void aDeletionThatIsKilledHidesTheContextAndIsFinishedAfterADay() throws Exception {
        Context context = first.load("alpha", "beta");
        first.objects.intercept(operation -> {
            if (operation.startsWith("delete")) {
                throw new StorageException("killed", null);
            }
        });
        assertThatThrownBy(() -> first.store.delete(context.id())).hasMessage("killed");

        assertThat(second.store.find(context.id())).isEmpty();
        assertThat(second.store.list()).isEmpty();
        assertThat(second.store.clearRemains(Instant.now().plus(Duration.ofDays(2))))
                .isEqualTo(2);
        assertThat(bucket.listAll("")).isEmpty();
    }

    @Test
    void aContextThatBecomesNeededWhileItIsDeletedStays() throws Exception {
        Context context = first.load("alpha");
        List<Boolean> answers = new ArrayList<>(List.of(false, true));
        assertThat(first.store.deleteUnless(context.id(), id -> answers.removeFirst()))
                .isFalse();
        assertThat(answers).isEmpty();
        assertThat(second.store.find(context.id())).contains(context);
        assertThat(second.text(context, 0)).isEqualTo("alpha");
    }

    @Test
    void textThatIsNoIdNeverReachesTheBucket() throws Exception {
        first.objects.operations.clear();
        for (String id : List.of("", "x", "../contexts", "ctx_" + "A".repeat(26), "a\0b")) {
            assertThat(first.store.find(id)).isEmpty();
            assertThat(first.store.delete(id)).isFalse();
        }
        assertThat(first.objects.operations).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(longs = {11, 12})
    void everythingIsRightWhileEveryFifthRequestFails(long seed) throws Exception {
        try (FaultyGateway gateway = new FaultyGateway(server.address(), FaultyGateway.share(0.2, seed));
                Replica loading = faulty(gateway, "loading", seed);
                Replica reading = faulty(gateway, "reading", seed + 1)) {
            String[] texts = new String[40];
            for (int i = 0; i < texts.length; i++) {
                texts[i] = "text %d of seed %d\n".formatted(i, seed).repeat(1 + i * 50);
            }
            Context context = loading.loader.load("me", null, Replica.sources(texts), "key");
            assertThat(reading.loader.load("me", null, Replica.sources("other"), "key"))
                    .isEqualTo(context);
            assertThat(reading.store.list()).containsExactly(context);
            try (ContentHold _ = reading.store.hold(context, context.documents())) {
                for (int i = 0; i < texts.length; i++) {
                    assertThat(reading.text(context, i)).isEqualTo(texts[i]);
                }
            }
            assertThat(reading.store.delete(context.id())).isTrue();
            assertThat(bucket.listAll("content/")).isEmpty();
            assertThat(gateway.faults()).isGreaterThan(gateway.requests() / 10);
        }
    }

    private Replica faulty(FaultyGateway gateway, String name, long seed) throws Exception {
        return new Replica(
                new S3ObjectStore(server.settings("rlm", gateway.address())),
                temporary.resolve(name),
                ROOMY,
                Workbench.CLOCK,
                seed);
    }

    @Test
    void aBucketThatIsNotThereIsRefusedAtTheStart() {
        S3ObjectStore missing = new S3ObjectStore(new dev.rlm.storage.s3.S3Settings(
                "missing-bucket",
                "",
                "us-east-1",
                server.address(),
                true,
                server.settings("").access().credentials()));
        assertThatThrownBy(() -> SharedContextStore.open(missing, temporary.resolve("x"), 1, Workbench.CLOCK))
                .isInstanceOf(ContextException.class)
                .hasMessageContaining("missing-bucket does not exist");
    }
}
