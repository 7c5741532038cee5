package dev.rlm.pdf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who reads PDFs at the same time. */
class PdfReadersTest {
    private static final PdfSettings ONE =
            new PdfSettings(1, 128L << 20, Duration.ofMinutes(1), Duration.ofMinutes(5), 10, Optional.empty());

    @TempDir
    Path folder;

    private Path file;

    @BeforeEach
    void write() throws Exception {
        file = Files.write(folder.resolve("a.pdf"), SamplePdfs.ofTexts("one", "two"));
    }

    @Test
    void theProcessOfAReaderThatRestsIsKeptUntilAnotherReaderNeedsOne() throws Exception {
        PdfReaders readers = new PdfReaders(ONE);
        await().until(() -> processes().isEmpty());
        try (PdfReader first = readers.reader();
                PdfReader second = readers.reader()) {
            assertThat(processes()).isEmpty();
            read(first);
            List<Long> process = processes();
            assertThat(process).hasSize(1);
            read(first);
            assertThat(processes()).isEqualTo(process);
            read(second);
            await().until(() -> processes().size() == 1);
            assertThat(processes()).isNotEqualTo(process);
            read(first);
            await().until(() -> processes().size() == 1);
        }
        await().until(() -> processes().isEmpty());
    }

    @Test
    void aReaderWaitsWhileTooManyOthersRead() throws Exception {
        PdfReaders readers = new PdfReaders(ONE);
        try (PdfReader first = readers.reader();
                PdfReader second = readers.reader()) {
            CompletableFuture<Integer> pages = new CompletableFuture<>();
            Thread waiting;
            try (PdfFile open = first.open(file)) {
                waiting = Thread.ofPlatform().start(() -> {
                    try (PdfFile other = second.open(file)) {
                        pages.complete(other.pages());
                    } catch (UnreadablePdfException | InterruptedException e) {
                        pages.completeExceptionally(e);
                    }
                });
                await().until(() -> waiting.getState() == Thread.State.WAITING);
                assertThat(open.text(2)).isEqualTo(new PageText.Read("two\n", true));
                assertThat(pages).isNotDone();
            }
            assertThat(pages.get(1, TimeUnit.MINUTES)).isEqualTo(2);
            waiting.join();
        }
    }

    @Test
    void settingsThatCannotWorkAreRefused() {
        assertThatThrownBy(() -> new PdfSettings(
                        0, 128L << 20, Duration.ofMinutes(1), Duration.ofMinutes(5), 10, Optional.empty()))
                .hasMessage("At least 1 PDF must be read at a time, not 0.");
        assertThatThrownBy(() -> new PdfSettings(
                        1, 1L << 20, Duration.ofMinutes(1), Duration.ofMinutes(5), 10, Optional.empty()))
                .hasMessage("Reading a PDF takes at least 64 MiB of memory.");
        assertThatThrownBy(() ->
                        new PdfSettings(1, 128L << 20, Duration.ZERO, Duration.ofMinutes(5), 10, Optional.empty()))
                .hasMessage("The time for a PDF and for a page must be positive.");
        assertThatThrownBy(() -> new PdfSettings(
                        1, 128L << 20, Duration.ofMinutes(1), Duration.ofMinutes(5), -1, Optional.empty()))
                .hasMessage("The number of pages that become images must be at least 0.");
    }

    private void read(PdfReader reader) throws Exception {
        try (PdfFile pdf = reader.open(file)) {
            assertThat(pdf.pages()).isEqualTo(2);
            assertThat(pdf.text(1)).isEqualTo(new PageText.Read("one\n", true));
        }
    }

    private static List<Long> processes() {
        return children().map(ProcessHandle::pid).toList();
    }

    private static Stream<ProcessHandle> children() {
        return ProcessHandle.current()
                .children()
                .filter(child ->
                        child.isAlive() && child.info().commandLine().orElse("").contains("PdfWorker"));
    }
}
