package dev.rlm.context;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

class ContextLoaderTest {
    @TempDir
    Path temporary;

    private Workbench bench;

    @BeforeEach
    void open() throws Exception {
        bench = new Workbench(temporary);
    }

    @Test
    void aTextBecomesAContextThatCanBeFound() throws Exception {
        Context context = bench.loader().load("notes", List.of(new Source.Text("a.txt", "one\ntwo\u00e9\n")));

        assertThat(context.id()).matches("ctx_[a-z2-7]{26}");
        assertThat(context.name()).isEqualTo("notes");
        assertThat(context.created()).isEqualTo(Workbench.NOW);
        assertThat(context.characters()).isEqualTo(9);
        assertThat(context.tokens()).isBetween(3L, 8L);
        assertThat(context.preview()).isEqualTo("one\ntwo\u00e9\n");
        assertThat(context.skipped()).isEmpty();
        Document document = context.documents().getFirst();
        assertThat(document.name()).isEqualTo("a.txt");
        assertThat(document.bytes()).isEqualTo(10);
        assertThat(document.lines()).isEqualTo(2);
        assertThat(bench.text(context, null)).isEqualTo("one\ntwo\u00e9\n");
        assertThat(bench.store.find(context.id())).contains(context);
    }

    @Test
    void linesCountAsAReaderWouldCountThem() throws Exception {
        Context context = bench.loadText("a", "a\n", "a\nb", "\n", "", "\n\n");
        assertThat(context.documents()).extracting(Document::lines).containsExactly(1L, 1L, 2L, 1L, 0L, 2L);
    }

    @Test
    void loneSurrogatesInATextAreReplacedAndPairsKept() throws Exception {
        String given = "x".repeat(32_767) + "\uD83D\uDE00 \uD83D y\uDE00";
        Context context = bench.loadText(given);
        String text = bench.text(context, null);
        assertThat(text).isEqualTo("x".repeat(32_767) + "\uD83D\uDE00 \uFFFD y\uFFFD");
        assertThat(context.characters()).isEqualTo(text.length());
        assertThat(context.documents().getFirst().bytes()).isEqualTo(text.getBytes(StandardCharsets.UTF_8).length);
    }

    @Test
    void sourcesOfAllKindsMakeOneContext() throws Exception {
        Path file = bench.write("single.txt", "single");
        bench.write("src/a.txt", "a");
        Context context = bench.loader()
                .load(
                        null,
                        List.of(
                                new Source.Text("t", "text"),
                                new Source.OnDisk(file.toString()),
                                new Source.OnDisk(bench.inputs.resolve("src").toString()),
                                new Source.Stream("stdin", new ByteArrayInputStream(new byte[] {'i', 'n'}))));
        assertThat(bench.names(context)).containsExactly("t", "single.txt", "src/a.txt", "stdin");
        assertThat(context.name()).isEqualTo("t and 3 more");
    }

    @Test
    void equalNamesAreMadeDifferent() throws Exception {
        Context context = bench.loader()
                .load(
                        null,
                        List.of(
                                new Source.Text("a", "1"),
                                new Source.Text("a", "2"),
                                new Source.Text("a", "3"),
                                new Source.Text("a (2)", "4")));
        assertThat(bench.names(context)).containsExactly("a", "a (2)", "a (3)", "a (2) (2)");
    }

    @Test
    void namesCannotGarbleATerminal() throws Exception {
        Context context = bench.loader()
                .load("x\u001B[2Jy", List.of(new Source.Text("a\nb\u202Ec", "1"), new Source.Text("", "2")));
        assertThat(bench.names(context)).containsExactly("a\uFFFDb\uFFFDc", "unnamed");
        assertThat(context.name()).isEqualTo("x\uFFFD[2Jy");
    }

    @Test
    void thePreviewIsTheHarmlessStartOfTheFirstTextThatIsNotEmpty() throws Exception {
        Context context = bench.loadText("", "a\u0007b\r\n" + "\uD83D\uDE00".repeat(400), "other");
        assertThat(context.preview()).startsWith("a\uFFFDb\n\uD83D\uDE00").hasSizeBetween(490, 500);
        assertThat(context.preview().codePoints()).noneMatch(c -> c >= 0xD800 && c < 0xE000);
    }

    @Test
    void aContextWithoutTextIsRefusedAndLeavesNothing() throws Exception {
        assertThatThrownBy(() -> bench.loadText("", "")).hasMessageContaining("There is no text");
        assertThatThrownBy(() -> bench.loader().load(null, List.of())).hasMessageContaining("Nothing to load");
        assertThat(bench.stored()).isEmpty();
    }

    @Test
    void aBinaryFileThatIsNamedIsRefused() throws Exception {
        Path file = bench.write("a.bin", new byte[] {0, 1, 2, 0, 3});
        assertThatThrownBy(() -> bench.load(file))
                .isInstanceOf(ContextException.class)
                .hasMessageContaining("a.bin is binary: give a file of text, a PDF, an image");
        assertThatThrownBy(() -> bench.loader()
                        .load(null, List.of(new Source.Stream("stdin", new ByteArrayInputStream(new byte[4])))))
                .hasMessageContaining("stdin is binary");
        assertThat(bench.stored()).isEmpty();
    }

    @Test
    void moreTextThanTheLimitIsRefusedAndLeavesNothing() throws Exception {
        ContextLimits limits = new ContextLimits(1_024, 3, 100, 10_000, 200, Long.MAX_VALUE);
        assertThatThrownBy(() -> bench.loader(limits).load(null, List.of(new Source.Text("a", "x".repeat(1_025)))))
                .hasMessageContaining("1 KiB")
                .hasMessageContaining("rlm.context.max-bytes");
        assertThat(bench.loader(limits)
                        .load(null, List.of(new Source.Text("a", "x".repeat(1_024))))
                        .characters())
                .isEqualTo(1_024);
        Source one = new Source.Text("a", "x");
        assertThatThrownBy(() -> bench.loader(limits).load(null, List.of(one, one, one, one)))
                .hasMessageContaining("3 documents")
                .hasMessageContaining("rlm.context.max-documents");
        assertThat(bench.stored()).hasSize(2);
    }

    @Test
    void allContextsOfAnOwnerTogetherKeepToItsLimit() throws Exception {
        ContextLoader loader = bench.loader(Workbench.SMALL.withOwnedBytes(100));
        Context first = loader.load("me", null, text(60), null);
        assertThat(first.owner()).isEqualTo("me");
        assertThatThrownBy(() -> loader.load("me", null, text(41), null))
                .isInstanceOf(ContextException.class)
                .hasMessageContaining("more than the 100 bytes of text together")
                .hasMessageContaining("delete contexts");
        loader.load("you", null, text(41), null);
        loader.load("me", null, text(40), null);
        assertThatThrownBy(() -> loader.load("me", null, text(1), null)).hasMessageContaining("100 bytes");
        assertThat(bench.store.list()).hasSize(3);

        assertThat(bench.store.delete(first.id())).isTrue();
        assertThat(loader.load("me", null, text(60), null).bytes()).isEqualTo(60);
    }

    @Test
    void loadsOfAnOwnerAtTheSameTimeKeepToItsLimitTogether() throws Exception {
        ContextLoader loader = bench.loader(Workbench.SMALL.withOwnedBytes(100));
        List<Future<Context>> loads = new ArrayList<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < 20; i++) {
                loads.add(threads.submit(() -> loader.load("me", null, text(30), null)));
            }
        }
        assertThat(loads)
                .filteredOn(load -> load.state() == Future.State.SUCCESS)
                .hasSize(3);
        assertThat(bench.store.list()).hasSize(3);
    }

    private static List<Source> text(int bytes) {
        return List.of(new Source.Text("a", "x".repeat(bytes)));
    }

    @Test
    void anEndlessStreamEndsAtTheLimit() throws Exception {
        InputStream endless = new EndlessStream(Long.MAX_VALUE);
        assertThatThrownBy(() -> bench.loader(new ContextLimits(1 << 20, 3, 100, 10_000, 200, Long.MAX_VALUE))
                        .load(null, List.of(new Source.Stream("stdin", endless))))
                .hasMessageContaining("1 MiB");
        assertThat(bench.stored()).isEmpty();
    }

    @Test
    void aStreamThatFailsGivesASentenceAndLeavesNothing() throws Exception {
        InputStream failing = new EndlessStream(100_000);
        assertThatThrownBy(() -> bench.loader().load(null, List.of(new Source.Stream("stdin", failing))))
                .isInstanceOf(ContextException.class)
                .hasMessageContaining("stdin cannot be read (connection reset)");
        assertThat(bench.stored()).isEmpty();
    }

    @Test
    @Timeout(300)
    void anInterruptEndsALoadAndLeavesNothing() throws Exception {
        EndlessStream endless = new EndlessStream(Long.MAX_VALUE);
        ContextLoader loader = bench.loader(new ContextLimits(Long.MAX_VALUE / 8, 3, 100, 10_000, 200, Long.MAX_VALUE));
        AtomicReference<Throwable> thrown = new AtomicReference<>();
        Thread thread = new Thread(() -> {
            try {
                loader.load(null, List.of(new Source.Stream("stdin", endless)));
            } catch (Exception e) {
                thrown.set(e);
            }
        });
        thread.start();
        endless.started.await();
        thread.interrupt();
        assertThat(thread.join(Duration.ofMinutes(2))).isTrue();
        assertThat(thrown.get()).isInstanceOf(InterruptedException.class);
        assertThat(bench.stored()).isEmpty();
    }

    @Test
    void aStreamThatBreaksInAnyWayGivesASentence() throws Exception {
        InputStream broken = new java.io.FilterInputStream(InputStream.nullInputStream()) {
            @Override
            public int read(byte[] bytes, int offset, int length) {
                throw new IllegalStateException("broken");
            }
        };
        assertThatThrownBy(() -> bench.loader().load(null, List.of(new Source.Stream("stdin", broken))))
                .isInstanceOf(ContextException.class)
                .hasMessageContaining("stdin cannot be read (damaged)");
    }

    @Test
    void whatIsNoFileIsRefusedWithoutWaiting() throws Exception {
        Path pipe = bench.inputs.resolve("pipe");
        assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor())
                .isZero();
        assertThatThrownBy(() -> bench.load(pipe)).hasMessageContaining("is not a regular file");
        ContextLoader anywhere = new ContextLoader(
                bench.store,
                ContextRoots.of(List.of(Path.of("/"))),
                Workbench.SMALL,
                Workbench.CLOCK,
                new java.util.Random());
        assertThatThrownBy(() -> anywhere.load(null, List.of(new Source.OnDisk("/dev/zero"))))
                .hasMessageContaining("is not a regular file");
        assertThatThrownBy(() -> anywhere.load(null, List.of(new Source.OnDisk("/proc/self/mem"))))
                .hasMessageContaining("cannot be read");
    }

    @Test
    void aLargeFileLoadsInLittleMemory() throws Exception {
        Path file = bench.inputs.resolve("large.txt");
        byte[] block = "2026-01-01 INFO something happened here\n".repeat(1_000).getBytes(StandardCharsets.UTF_8);
        try (var out = Files.newOutputStream(file)) {
            for (int i = 0; i < 500; i++) {
                out.write(block);
            }
        }
        Context context = bench.load(file);
        assertThat(context.characters()).isEqualTo(500L * block.length);
        assertThat(context.documents().getFirst().lines()).isEqualTo(500_000);
        assertThat(context.tokens()).isBetween(context.characters() / 6, context.characters() / 2);
    }

    @Test
    void theDefaultLimitsAreThosePromised() {
        assertThat(ContextLimits.DEFAULT.bytes()).isEqualTo(1L << 30);
        assertThat(ContextLimits.DEFAULT.documents()).isEqualTo(100_000);
        ContextLimits raised = ContextLimits.DEFAULT.with(8L << 30, 2_000_000);
        assertThat(raised.unpackedBytes()).isEqualTo(32L << 30);
        assertThat(raised.entries()).isEqualTo(2_000_000);
        assertThatThrownBy(() -> ContextLimits.DEFAULT.with(0, 1)).isInstanceOf(IllegalArgumentException.class);
    }
}
