package dev.rlm.context;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import dev.rlm.search.Options;
import dev.rlm.search.RegexSearch;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Images among the documents of a context. */
class ImagesTest {

    private static final byte[] PNG = bytes("\u0089PNG\r\n\u001a\n and so on");
    private static final byte[] JPEG = bytes("\u00ff\u00d8\u00ff\u00e0 and so on");
    private static final byte[] GIF = bytes("GIF89a and so on");
    private static final byte[] WEBP = bytes("RIFF....WEBPVP8 and so on");

    @TempDir
    Path temporary;

    private Workbench bench;

    private static byte[] bytes(String latin1) {
        return latin1.getBytes(StandardCharsets.ISO_8859_1);
    }

    @BeforeEach
    void open() throws Exception {
        bench = new Workbench(temporary);
        bench.write("album/a.txt", "and so on");
        bench.write("album/b.png", PNG);
        bench.write("album/c", JPEG);
        bench.write("album/d.gif", GIF);
        bench.write("album/e.webp", WEBP);
        bench.write("album/f.wav", bytes("RIFF....WAVEfmt \0\0"));
    }

    @Test
    void imagesAreToldByTheirFirstBytesAndKeptAsTheyAre() throws Exception {
        Context context = bench.load(bench.inputs.resolve("album"));
        assertThat(context.documents())
                .extracting(Document::name, Document::mediaType)
                .containsExactly(
                        tuple("a.txt", null),
                        tuple("b.png", "image/png"),
                        tuple("c", "image/jpeg"),
                        tuple("d.gif", "image/gif"),
                        tuple("e.webp", "image/webp"));
        assertThat(context.skipped()).containsExactly("f.wav is left out: it is binary.");
        Context found = bench.store.find(context.id()).orElseThrow();
        assertThat(found).isEqualTo(context);
        Document png = found.documents().get(1);
        assertThat(Files.readAllBytes(bench.store.content(found, png))).isEqualTo(PNG);
        assertThat(png.characters()).isZero();
        assertThat(png.bytes()).isEqualTo(PNG.length);
        assertThat(context.characters()).isEqualTo(9);
    }

    @Test
    void aContextMayHaveNothingButImages() throws Exception {
        Context context = bench.load(bench.inputs.resolve("album/b.png"));
        assertThat(context.documents())
                .singleElement()
                .satisfies(document -> assertThat(document.isImage()).isTrue());
        assertThat(context.characters()).isZero();
    }

    @Test
    void imagesAreNotSearchedAndNotReadAsText() throws Exception {
        Context context = bench.load(bench.inputs.resolve("album"));
        ContextMatches found = new ContextSearch(bench.store)
                .search(context, RegexSearch.compile("so on", false), new Options(100, 0, 80), null);
        assertThat(found.documents())
                .extracting(ContextMatches.InDocument::document)
                .containsExactly("a.txt");
        try (PassageSearch passages = new PassageSearch(bench.store, 100 << 20)) {
            assertThat(passages.search(context, "so on", 10, null, Duration.ofMinutes(1))
                            .passages())
                    .extracting(ContextPassages.InDocument::document)
                    .containsExactly("a.txt");
        }
        assertThatThrownBy(() -> new ContextReader(bench.store).readLines(context, "b.png", 1, 1, 10))
                .isInstanceOf(ContextException.class)
                .hasMessage(
                        "The document b.png is an image (image/png) and has no text to read: ask about it with rlm_ask.");
    }

    @Test
    void anImageThatNoProviderTakesIsLeftOut() throws Exception {
        bench.write("album/b.png", Arrays.copyOf(PNG, (20 << 20) + 1));
        Context context = bench.load(bench.inputs.resolve("album"));
        assertThat(context.skipped()).contains("b.png is left out: it is an image of more than 20 MiB.");
        assertThat(context.documents()).hasSize(4);
        assertThat(bench.names(context)).isEqualTo(List.of("a.txt", "c", "d.gif", "e.webp"));
    }
}
