package dev.rlm.context;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;
import static org.awaitility.Awaitility.await;

import dev.rlm.pdf.PdfReaders;
import dev.rlm.pdf.PdfSettings;
import dev.rlm.pdf.SamplePdfs;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import javax.imageio.ImageIO;
import org.apache.pdfbox.pdmodel.common.PDRectangle;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** PDFs among what is loaded. */
class PdfTest {
    private static final String LINES = "The quick brown fox jumps over the lazy dog, and the dog does not mind.\n"
            + "It has seen foxes before, and it will see them again tomorrow morning.";

    @TempDir
    Path temporary;

    private Workbench bench;

    @BeforeEach
    void open() throws Exception {
        bench = new Workbench(temporary);
    }

    private Context load(PdfSettings settings, PdfPages pages, Path path) throws Exception {
        ContextLoader loader = new ContextLoader(
                bench.store,
                ContextRoots.of(List.of(bench.inputs)),
                UrlFetch.none(),
                S3Fetch.none(),
                Workbench.SMALL,
                new PdfReaders(settings),
                Workbench.CLOCK,
                new Random(3));
        return loader.load(Context.LOCAL, null, List.of(new Source.OnDisk(path.toString())), null, pages);
    }

    private Context load(PdfPages pages, Path path) throws Exception {
        return load(PdfSettings.DEFAULT, pages, path);
    }

    private static PdfSettings settings(long heapMebibytes, Duration pageTime, int images) {
        return new PdfSettings(1, heapMebibytes << 20, pageTime, Duration.ofMinutes(5), images, Optional.empty());
    }

    private byte[] content(Context context, String document) throws Exception {
        return Files.readAllBytes(bench.store.content(Documents.find(context, document)));
    }

    private BufferedImage image(Context context, String document) throws Exception {
        return ImageIO.read(new ByteArrayInputStream(content(context, document)));
    }

    @Test
    void aPdfBecomesADocumentOfItsTextPageByPage() throws Exception {
        Path file = bench.write(
                "report.pdf",
                SamplePdfs.pdf()
                        .text("First page.\n" + LINES)
                        .columns("left one\nleft two", "right one\nright two")
                        .blank()
                        .text("Umlauts: \u00e4\u00f6\u00fc, [page 7]\n[page 8]\nand the end.")
                        .bytes());
        Context context = load(PdfPages.AUTO, file);
        assertThat(bench.names(context)).containsExactly("report.pdf");
        assertThat(bench.text(context, "report.pdf")).isEqualTo("""
                        [page 1]
                        First page.
                        The quick brown fox jumps over the lazy dog, and the dog does not mind.
                        It has seen foxes before, and it will see them again tomorrow morning.
                        [page 2]
                        left one
                        left two
                        right one
                        right two
                        [page 3]
                        [page 4]
                        Umlauts: \u00e4\u00f6\u00fc, [page 7]
                         [page 8]
                        and the end.
                        """);
        assertThat(context.skipped()).isEmpty();
        assertThat(bench.store.find(context.id())).contains(context);
    }

    @Test
    void pagesWithoutTextBecomeImagesAndAScanKeepsItsOwnJpeg() throws Exception {
        byte[] jpeg = SamplePdfs.jpeg(800, 1_131);
        Path file = bench.write(
                "mixed.pdf",
                SamplePdfs.pdf()
                        .text(LINES)
                        .scan(jpeg)
                        .stampedScan(jpeg, "Received 3 May")
                        .drawing(PDRectangle.A4)
                        .blank()
                        .bytes());
        Context context = load(PdfPages.AUTO, file);
        assertThat(context.documents())
                .extracting(Document::name, Document::mediaType)
                .containsExactly(
                        tuple("mixed.pdf", null),
                        tuple("mixed.pdf#page=2", "image/jpeg"),
                        tuple("mixed.pdf#page=3", "image/png"),
                        tuple("mixed.pdf#page=4", "image/png"));
        assertThat(content(context, "mixed.pdf#page=2")).isEqualTo(jpeg);
        assertThat(bench.text(context, "mixed.pdf")).contains("[page 3]\nReceived 3 May\n");
        BufferedImage drawn = image(context, "mixed.pdf#page=4");
        assertThat(Math.max(drawn.getWidth(), drawn.getHeight())).isBetween(1_490, 1_500);
        assertThat(drawn.getRGB(drawn.getWidth() / 2, drawn.getHeight() / 2)).isEqualTo(0xFFFF0000);
        assertThat(drawn.getRGB(5, 5)).isEqualTo(0xFFFFFFFF);
        assertThat(context.skipped()).isEmpty();
    }

    @Test
    void ofAScanNothingIsTakenThatThePageDoesNotShow() throws Exception {
        byte[] jpeg = SamplePdfs.jpeg(800, 1_131);
        Path file = bench.write(
                "clipped.pdf",
                SamplePdfs.pdf()
                        .clippedScan(jpeg, PDRectangle.A4)
                        .clippedScan(jpeg, new PDRectangle(0, 0, 100, 100))
                        .bytes());
        Context context = load(PdfPages.AUTO, file);
        assertThat(context.documents())
                .extracting(Document::name, Document::mediaType)
                .containsExactly(tuple("clipped.pdf#page=1", "image/jpeg"), tuple("clipped.pdf#page=2", "image/png"));
        assertThat(content(context, "clipped.pdf#page=1")).isEqualTo(jpeg);
    }

    @Test
    void scansOfOtherKindsAreDrawnSmallerAndWhatCannotBeDecodedIsToldOf() throws Exception {
        Path file = bench.write(
                "kinds.pdf",
                SamplePdfs.pdf()
                        .scan(SamplePdfs.jpeg(2_480, 3_508))
                        .jbig2Scan(1_240, 1_754)
                        .undecodable()
                        .bytes());
        Context context = load(PdfPages.AUTO, file);
        assertThat(context.documents())
                .extracting(Document::name, Document::mediaType)
                .containsExactly(tuple("kinds.pdf#page=1", "image/png"), tuple("kinds.pdf#page=2", "image/png"));
        for (String page : bench.names(context)) {
            BufferedImage drawn = image(context, page);
            assertThat(drawn.getHeight()).isBetween(1_490, 1_500);
            assertThat(drawn.getRGB(drawn.getWidth() / 3, drawn.getHeight() / 10 + 5) & 0xFF)
                    .isLessThan(64);
            assertThat(drawn.getRGB(drawn.getWidth() - 10, drawn.getHeight() / 2) & 0xFF)
                    .isGreaterThan(192);
        }
        assertThat(context.skipped())
                .containsExactly("Left out of kinds.pdf: the image of page 3 (pictures of a kind that is not read).");
    }

    @Test
    void allPagesBecomeImagesOnRequestOrNone() throws Exception {
        Path file = bench.write(
                "two.pdf",
                SamplePdfs.pdf().text(LINES).scan(SamplePdfs.jpeg(300, 424)).bytes());
        assertThat(bench.names(load(PdfPages.ALL, file)))
                .containsExactly("two.pdf", "two.pdf#page=1", "two.pdf#page=2");
        Context none = load(PdfPages.NONE, file);
        assertThat(bench.names(none)).containsExactly("two.pdf");
        assertThat(none.skipped())
                .containsExactly(
                        "Left out of two.pdf: the image of page 2 (no text on it, and images are not wanted).");
    }

    @Test
    void aPdfOfScansHasNoDocumentOfText() throws Exception {
        Path file = bench.write(
                "scan.pdf", SamplePdfs.pdf().scan(SamplePdfs.jpeg(300, 424)).bytes());
        Context context = load(PdfPages.AUTO, file);
        assertThat(bench.names(context)).containsExactly("scan.pdf#page=1");
        assertThat(context.characters()).isZero();
        assertThatThrownBy(() -> load(PdfPages.NONE, file))
                .isInstanceOf(ContextException.class)
                .hasMessageContaining(
                        "is a PDF of which nothing is left (the image of page 1 (no text on it, and images"
                                + " are not wanted)): give a file of text, a PDF,");
    }

    @Test
    void onlySoManyPagesBecomeImages() throws Exception {
        SamplePdfs pdf = SamplePdfs.pdf();
        for (int page = 0; page < 5; page++) {
            pdf.drawing(PDRectangle.A6);
        }
        Path file = bench.write("slides.pdf", pdf.bytes());
        Context context = load(settings(256, Duration.ofSeconds(60), 2), PdfPages.AUTO, file);
        assertThat(bench.names(context)).containsExactly("slides.pdf#page=1", "slides.pdf#page=2");
        assertThat(context.skipped())
                .containsExactly(
                        "Left out of slides.pdf: the image of pages 3 to 5 (rlm.context.pdf.images allows 2).");
    }

    @Test
    void pdfsInFoldersAndArchivesAreLoadedAndBadOnesDoNotFailTheOthers() throws Exception {
        byte[] good = SamplePdfs.ofTexts("A good one. " + LINES);
        bench.write("docs/a.txt", "a text");
        bench.write("docs/b.pdf", good);
        bench.write("docs/c.pdf", "%PDF-1.7 and nothing else".getBytes(StandardCharsets.UTF_8));
        bench.write("docs/d.pdf", Arrays.copyOf(good, 20));
        bench.write("docs/e.pdf", SamplePdfs.pdf().text("secret").encrypted("password"));
        bench.write("docs/f.pdf", SamplePdfs.pdf().text("open. " + LINES).encrypted(""));
        ByteArrayOutputStream zip = new ByteArrayOutputStream();
        try (ZipOutputStream out = new ZipOutputStream(zip)) {
            out.putNextEntry(new ZipEntry("inner/g.pdf"));
            out.write(good);
        }
        Path archive = bench.write("all.zip", zip.toByteArray());
        Context folder = load(PdfPages.AUTO, bench.inputs.resolve("docs"));
        assertThat(bench.names(folder)).containsExactly("a.txt", "b.pdf", "f.pdf");
        assertThat(bench.text(folder, "f.pdf")).startsWith("[page 1]\nopen. The quick");
        assertThat(folder.skipped())
                .containsExactly(
                        "c.pdf is left out: it is a damaged PDF.",
                        "d.pdf is left out: it is a damaged PDF.",
                        "e.pdf is left out: it is a PDF that needs a password or a key.");
        assertThat(bench.names(load(PdfPages.AUTO, archive))).containsExactly("inner/g.pdf");
    }

    @Test
    void aTruncatedPdfGivesThePagesThatAreThere() throws Exception {
        byte[] whole = SamplePdfs.ofTexts("One. " + LINES, "Two. " + LINES);
        Path file = bench.write("cut.pdf", Arrays.copyOf(whole, whole.length - 200));
        assertThat(bench.text(load(PdfPages.AUTO, file), "cut.pdf")).contains("[page 1]\nOne.", "[page 2]\nTwo.");
    }

    @Test
    void pagesThatNeverEndAreLeftOutAndTheOthersAreRead() throws Exception {
        Path file = bench.write(
                "endless.pdf",
                SamplePdfs.pdf()
                        .text("One. " + LINES)
                        .endless(20)
                        .text("Three. " + LINES)
                        .bytes());
        Context context = load(settings(128, Duration.ofSeconds(10), 5), PdfPages.NONE, file);
        assertThat(bench.text(context, "endless.pdf")).contains("[page 1]\nOne.", "[page 2]\n[page 3]\nThree.");
        assertThat(context.skipped())
                .containsExactly(
                        "Left out of endless.pdf: the text of page 2 (a page may take 10 s).",
                        "Left out of endless.pdf: the image of page 2 (no text on it, and images are not wanted).");
    }

    @Test
    void pagesThatTakeTooMuchMemoryAreLeftOut() throws Exception {
        Path file = bench.write(
                "bomb.pdf", SamplePdfs.pdf().text("One. " + LINES).bomb(400).bytes());
        assertThat(Files.size(file)).isLessThan(1 << 20);
        Context context = load(settings(64, Duration.ofSeconds(60), 5), PdfPages.AUTO, file);
        assertThat(bench.text(context, "bomb.pdf")).startsWith("[page 1]\nOne.").endsWith("[page 2]\n");
        assertThat(context.skipped())
                .containsExactly(
                        "Left out of bomb.pdf: the text of page 2 (reading may take 64 MiB of memory).",
                        "Left out of bomb.pdf: the image of page 2 (reading may take 64 MiB of memory).");
    }

    @Test
    void afterThreeLostProcessesTheRestOfAPdfIsLeftOut() throws Exception {
        SamplePdfs pdf = SamplePdfs.pdf();
        for (int page = 0; page < 5; page++) {
            pdf.endless(20);
        }
        Path file = bench.write("endless.pdf", pdf.text("Six. " + LINES).bytes());
        assertThatThrownBy(() -> load(settings(128, Duration.ofMillis(500), 5), PdfPages.AUTO, file))
                .isInstanceOf(ContextException.class)
                .hasMessageContaining("is a PDF of which nothing is left (the text of pages 1 to 3 (a page may take"
                        + " 500 ms); the text of pages 4 to 6 (too many pages before could not be read);");
    }

    @Test
    void pagesOfAnySizeAreDrawnWithinTheSameSize() throws Exception {
        Path file = bench.write(
                "sizes.pdf",
                SamplePdfs.pdf()
                        .drawing(new PDRectangle(1_000_000_000, 700_000_000))
                        .drawing(new PDRectangle(10, 20))
                        .drawing(new PDRectangle(0, 0))
                        .bytes());
        Context context = load(PdfPages.AUTO, file);
        assertThat(bench.names(context)).containsExactly("sizes.pdf#page=1", "sizes.pdf#page=2");
        assertThat(image(context, "sizes.pdf#page=1").getWidth()).isBetween(1_490, 1_500);
        assertThat(image(context, "sizes.pdf#page=2").getHeight()).isEqualTo(83);
        assertThat(context.skipped()).containsExactly("Left out of sizes.pdf: the image of page 3 (damaged).");
    }

    @Test
    void whatAPdfSaysOfItselfIsNotBelieved() throws Exception {
        bench.write("loop/a.pdf", hostile("""
                1 0 obj <</Type /Catalog /Pages 2 0 R /OpenAction <</S /JavaScript /JS (app.alert\\(1\\))>> >> endobj
                2 0 obj <</Type /Pages /Count 2000000000 /Kids [2 0 R 3 0 R 2 0 R]>> endobj
                3 0 obj <</Type /Page /Parent 2 0 R /MediaBox [0 0 200 200] /Contents 4 0 R>> endobj
                4 0 obj <</Length 33 /F (http://localhost:1/x)>> stream
                1 0 0 rg 50 50 100 100 re f
                endstream endobj
                """));
        bench.write("loop/b.pdf", hostile("""
                1 0 obj <</Type /Catalog /Pages 2 0 R>> endobj
                2 0 obj <</Type /Pages /Count 1 /Kids [2 0 R]>> endobj
                """));
        bench.write("loop/c.pdf", hostile("1 0 obj <</Type /Catalog /Pages " + "[".repeat(200_000) + "\n"));
        Context context = load(PdfPages.AUTO, bench.inputs.resolve("loop"));
        assertThat(bench.names(context)).containsExactly("a.pdf#page=1");
        assertThat(context.skipped())
                .containsExactly("b.pdf is left out: it is a damaged PDF.", "c.pdf is left out: it is a damaged PDF.");
    }

    private static byte[] hostile(String objects) {
        return ("%PDF-1.7\n" + objects + "trailer <</Root 1 0 R>>\n%%EOF\n").getBytes(StandardCharsets.ISO_8859_1);
    }

    @Test
    void anInterruptEndsTheLoadAndItsProcess() throws Exception {
        Path file = bench.write("endless.pdf", SamplePdfs.pdf().endless(20).bytes());
        Thread loading = Thread.currentThread();
        Thread interrupting = Thread.ofVirtual().start(() -> {
            await().atMost(Duration.ofMinutes(1))
                    .until(() -> readers().findAny().isPresent());
            loading.interrupt();
        });
        assertThatThrownBy(() -> load(PdfPages.AUTO, file)).isInstanceOf(InterruptedException.class);
        interrupting.join();
        await().until(() -> readers().findAny().isEmpty());
        assertThat(bench.stored()).isEmpty();
    }

    private static Stream<ProcessHandle> readers() {
        return ProcessHandle.current()
                .children()
                .filter(child ->
                        child.isAlive() && child.info().commandLine().orElse("").contains("PdfWorker"));
    }
}
