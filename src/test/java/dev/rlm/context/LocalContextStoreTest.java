package dev.rlm.context;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

class LocalContextStoreTest {
    @TempDir
    Path temporary;

    private Workbench bench;
    private LocalContextStore store;

    @BeforeEach
    void open() throws Exception {
        bench = new Workbench(temporary);
        store = bench.store;
    }

    @Test
    void contextsOutliveTheProcess() throws Exception {
        Context context = bench.loadText("alpha \u00e9\uD83D\uDE00 \" \\ \n", "beta");
        LocalContextStore again = LocalContextStore.open(bench.folder, Workbench.CLOCK);
        assertThat(again.find(context.id())).contains(context);
        assertThat(again.list()).containsExactly(context);
        assertThat(Files.readString(again.content(context.documents().getLast())))
                .isEqualTo("beta");
    }

    @Test
    void theNewestContextIsListedFirst() throws Exception {
        List<Context> loaded = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            Clock clock = Clock.offset(Workbench.CLOCK, Duration.ofMinutes(i));
            loaded.add(new ContextLoader(store, ContextRoots.none(), Workbench.SMALL, clock, new Random(i))
                    .load("c" + i, List.of(new Source.Text("t", "text"))));
        }
        assertThat(store.list()).containsExactlyElementsOf(loaded.reversed());
    }

    @Test
    void equalTextsAreStoredOnceAndKeptWhileAContextHasThem() throws Exception {
        Context first = bench.loadText("shared", "only first", "shared");
        Context second = bench.loadText("shared", "only second");
        assertThat(bench.stored())
                .filteredOn(name -> name.startsWith("content/"))
                .hasSize(3);

        assertThat(store.delete(first.id())).isTrue();

        assertThat(store.find(first.id())).isEmpty();
        assertThat(bench.text(second, "text 1")).isEqualTo("shared");
        assertThat(bench.stored())
                .filteredOn(name -> name.startsWith("content/"))
                .hasSize(2);
        assertThat(store.delete(second.id())).isTrue();
        assertThat(bench.stored()).isEmpty();
        assertThat(store.delete(second.id())).isFalse();
    }

    @Test
    void textThatIsNoIdNeverReachesTheFileSystem() throws Exception {
        Context context = bench.loadText("a");
        for (String id : List.of(
                "", "x", "../contexts/" + context.id(), context.id() + ".json", "ctx_" + "A".repeat(26), "a\0b")) {
            assertThat(store.find(id)).isEmpty();
            assertThat(store.delete(id)).isFalse();
        }
        assertThat(store.find(context.id())).isPresent();
    }

    @Property(tries = 500)
    void onlyIdsAreIds(@ForAll String text, @ForAll long seed) {
        String id = new ContextIds(new Random(seed)).next();
        assertThat(ContextIds.isId(id)).isTrue();
        assertThat(ContextIds.isId(text)).isEqualTo(text.matches("ctx_[a-z2-7]{26}"));
        assertThat(ContextIds.isId(id + text)).isEqualTo(text.isEmpty());
    }

    @Test
    void aDamagedManifestIsToldOfAndHidesNoOther() throws Exception {
        Context whole = bench.loadText("whole");
        Context cut = bench.loadText("cut");
        Path manifest = bench.folder.resolve("contexts/" + cut.id() + ".json");
        byte[] bytes = Files.readAllBytes(manifest);
        for (int length : new int[] {0, 1, bytes.length / 2, bytes.length - 1}) {
            Files.write(manifest, java.util.Arrays.copyOf(bytes, length));
            assertThat(store.list()).containsExactly(whole);
            assertThatThrownBy(() -> store.find(cut.id()))
                    .isInstanceOf(ContextException.class)
                    .hasMessageContaining(cut.id() + " is damaged");
            assertThat(store.problems()).hasSize(1);
        }
        assertThat(store.delete(cut.id())).isTrue();
        assertThat(store.problems()).isEmpty();
        assertThat(bench.text(whole, null)).isEqualTo("whole");
    }

    @Test
    void manifestsThatAreNotOursAreRefused() throws Exception {
        Context context = bench.loadText("a");
        Path manifest = bench.folder.resolve("contexts/" + context.id() + ".json");
        String json = Files.readString(manifest);
        for (String wrong : List.of(
                "[]",
                "null",
                "{}",
                "{\"version\":1}",
                json.replace("\"bytes\":1", "\"bytes\":-1"),
                json.replace("\"bytes\":1", "\"bytes\":1e400"),
                json.replace("\"bytes\":1", "\"bytes\":\"x\""),
                json.replaceAll("\"sha256\":\"[0-9a-f]+\"", "\"sha256\":\"../../etc/passwd\""),
                json.replaceAll("\"created\":\"[^\"]+\"", "\"created\":\"yesterday\""),
                json.replaceAll("\"documents\":.*", "\"documents\":7}"),
                "[".repeat(100_000))) {
            Files.writeString(manifest, wrong);
            assertThatThrownBy(() -> store.find(context.id()))
                    .isInstanceOf(ContextException.class)
                    .hasMessageContaining("is damaged");
        }
        Files.writeString(manifest, json.replace("\"version\":1", "\"version\":2"));
        assertThatThrownBy(() -> store.find(context.id())).hasMessageContaining("newer version of rlm");
        Files.writeString(manifest, json.replace("\"version\":1", "\"version\":1,\"later\":{\"a\":[1]}"));
        assertThat(store.find(context.id())).contains(context);
    }

    @Test
    void damagedContentIsToldOfAndReplacedByTheNextLoad() throws Exception {
        Context context = bench.loadText("some text");
        Document document = context.documents().getFirst();
        Files.writeString(store.content(document), "so");
        assertThatThrownBy(() -> store.content(document)).hasMessageContaining("gone or damaged");
        bench.loadText("some text");
        assertThat(Files.readString(store.content(document))).isEqualTo("some text");
    }

    @Test
    void aLoadThatWasKilledIsClearedAway() throws Exception {
        Context kept = bench.loadText("kept", "both");
        Path abandoned = Files.createDirectories(bench.folder.resolve("staging/ctx_" + "a".repeat(26)));
        Files.writeString(abandoned.resolve("incoming"), "half a te");
        Path running = Files.createDirectories(bench.folder.resolve("staging/ctx_" + "b".repeat(26)));
        Files.setLastModifiedTime(abandoned, FileTime.from(Workbench.NOW.minus(Duration.ofDays(2))));
        Files.setLastModifiedTime(running, FileTime.from(Workbench.NOW.minus(Duration.ofMinutes(2))));
        Context dying = bench.loadText("dying", "both");
        Path manifests = bench.folder.resolve("contexts");
        Files.move(manifests.resolve(dying.id() + ".json"), manifests.resolve(dying.id() + ".pending"));
        Files.writeString(manifests.resolve("ctx_" + "c".repeat(26) + ".pending"), "{\"vers");

        LocalContextStore again = LocalContextStore.open(bench.folder, Workbench.CLOCK);

        assertThat(again.list()).containsExactly(kept);
        assertThat(bench.text(kept, "text 2")).isEqualTo("both");
        assertThat(abandoned).doesNotExist();
        assertThat(running).exists();
        assertThat(bench.stored()).hasSize(3).noneMatch(name -> name.endsWith(".pending"));
    }

    @Test
    void nobodyElseCanReadWhatIsStored() throws Exception {
        bench.loadText("secret");
        try (var files = Files.walk(bench.folder)) {
            for (Path file : files.toList()) {
                assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                        .isEqualTo(Files.isDirectory(file) ? "rwx------" : "rw-------");
            }
        }
    }

    @Test
    @Timeout(600)
    void equalContentCanBeLoadedAndDeletedAtOnceByTwoStores() throws Exception {
        LocalContextStore other = LocalContextStore.open(bench.folder, Workbench.CLOCK);
        Context kept = bench.loadText("shared 0", "kept");
        List<Future<?>> running = new ArrayList<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int thread = 0; thread < 8; thread++) {
                LocalContextStore mine = thread % 2 == 0 ? store : other;
                long seed = 100L + thread;
                running.add(threads.submit(() -> {
                    ContextLoader loader = new ContextLoader(
                            mine, ContextRoots.none(), Workbench.SMALL, Workbench.CLOCK, new Random(seed));
                    for (int i = 0; i < 25; i++) {
                        Context context = loader.load(
                                null, List.of(new Source.Text("a", "shared " + i % 3), new Source.Text("b", "kept")));
                        for (Document document : context.documents()) {
                            assertThat(Files.readString(mine.content(document))).matches("shared \\d|kept");
                        }
                        assertThat(mine.delete(context.id())).isTrue();
                    }
                    return null;
                }));
            }
        }
        for (Future<?> thread : running) {
            assertThatCode(thread::get).doesNotThrowAnyException();
        }
        assertThat(bench.text(kept, "text 1")).isEqualTo("shared 0");
        assertThat(store.delete(kept.id())).isTrue();
        assertThat(bench.stored()).isEmpty();
    }

    @Test
    void contentIsDeletedDuringALoadWithoutHarmToIt() throws Exception {
        Context first = bench.loadText("same text");
        InputStream deleting = new InputStream() {
            private int read;

            @Override
            public int read() {
                return -1;
            }

            @Override
            public int read(byte[] bytes, int offset, int length) {
                if (read++ > 0) {
                    return -1;
                }
                try {
                    store.delete(first.id());
                } catch (ContextException e) {
                    throw new IllegalStateException(e);
                }
                bytes[offset] = 'x';
                return 1;
            }
        };
        Context second =
                bench.loader().load(null, List.of(new Source.Text("a", "same text"), new Source.Stream("b", deleting)));
        assertThat(store.find(first.id())).isEmpty();
        assertThat(bench.text(second, "a")).isEqualTo("same text");
    }

    @Test
    void aFolderThatCannotBeMadeGivesASentence() throws Exception {
        Path file = Files.writeString(temporary.resolve("file"), "x");
        assertThatThrownBy(() -> LocalContextStore.open(file.resolve("store"), Workbench.CLOCK))
                .isInstanceOf(ContextException.class)
                .hasMessageContaining("rlm.context.folder");
    }
}
