package dev.rlm.context;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ArchiveTest {
    @TempDir
    Path temporary;

    private Workbench bench;

    @BeforeEach
    void open() throws Exception {
        bench = new Workbench(temporary);
    }

    @Test
    void everyEntryOfAZipIsADocument() throws Exception {
        Path zip = bench.write("a.zip", zip(Map.of("dir/", "", "dir/a.txt", "alpha")));
        Context context = bench.load(zip);
        assertThat(bench.names(context)).containsExactly("dir/a.txt");
        assertThat(bench.text(context, null)).isEqualTo("alpha");
        assertThat(context.name()).isEqualTo("a.zip");
    }

    @Test
    void everyEntryOfATarIsADocumentWhetherCompressedOrNot() throws Exception {
        byte[] tar = tar("dir/", "", "dir/a.txt", "alpha", "b.txt", "beta");
        for (Path file : List.of(
                bench.write("a.tar", tar),
                bench.write("a.tar.gz", gzip(tar)),
                bench.write("a.tgz", gzip(tar)),
                bench.write("no-extension", gzip(tar)))) {
            Context context = bench.load(file);
            assertThat(bench.names(context)).containsExactly("dir/a.txt", "b.txt");
            assertThat(bench.text(context, "b.txt")).isEqualTo("beta");
        }
    }

    @Test
    void aSingleGzipIsOneDocument() throws Exception {
        Context context = bench.load(bench.write("log.txt.gz", gzip("a line\n".getBytes(UTF_8))));
        assertThat(bench.names(context)).containsExactly("log.txt");
        byte[] twice = new byte[gzip("a".getBytes(UTF_8)).length * 2];
        byte[] once = gzip("a".getBytes(UTF_8));
        System.arraycopy(once, 0, twice, 0, once.length);
        System.arraycopy(once, 0, twice, once.length, once.length);
        assertThat(bench.text(bench.load(bench.write("joined.gz", twice)), "joined"))
                .isEqualTo("aa");
    }

    @Test
    void amongSeveralSourcesTheArchivesNameComesFirst() throws Exception {
        Path zip = bench.write("a.zip", zip(Map.of("x.txt", "1")));
        Path gzip = bench.write("b.gz", gzip("2".getBytes(UTF_8)));
        assertThat(bench.names(bench.load(zip, gzip))).containsExactly("a.zip/x.txt", "b.gz/b");
    }

    @Test
    void entryNamesLeadNowhere() throws Exception {
        Path zip = bench.write(
                "a.zip", zip(Map.of("../../../evil.txt", "1", "/etc/passwd", "2", "C:\\temp\\x.txt", "3", "..", "4")));
        Context context = bench.load(zip);
        assertThat(bench.names(context)).containsExactlyInAnyOrder("evil.txt", "etc/passwd", "temp/x.txt", "unnamed");
        Path tar = bench.write("b.tar", tar("../../../evil2.txt", "1"));
        assertThat(bench.names(bench.load(tar))).containsExactly("evil2.txt");
        assertThat(temporary.resolve("evil.txt")).doesNotExist();
        assertThat(bench.inputs.resolve("../evil2.txt")).doesNotExist();
    }

    @Test
    void whatIsNoTextInAnArchiveIsLeftOutAndToldOf() throws Exception {
        byte[] inner = zip(Map.of("x", "1"));
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
            put(zip, "a.txt", "text".getBytes(UTF_8));
            put(zip, "b.bin", new byte[] {0, 1, 2, 3});
            put(zip, "c.zip", inner);
        }
        Context context = bench.load(bench.write("a.zip", bytes.toByteArray()));
        assertThat(bench.names(context)).containsExactly("a.txt");
        assertThat(context.skipped())
                .containsExactly("b.bin is left out: it is binary.", "c.zip is left out: it is an archive.");
    }

    @Test
    void linksAndDevicesInATarAreLeftOut() throws Exception {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (TarArchiveOutputStream tar = new TarArchiveOutputStream(bytes)) {
            put(tar, new TarArchiveEntry("a.txt"), "text");
            TarArchiveEntry link = new TarArchiveEntry("link", TarConstants.LF_SYMLINK);
            link.setLinkName("/etc/passwd");
            put(tar, link, "");
            put(tar, new TarArchiveEntry("pipe", TarConstants.LF_FIFO), "");
        }
        Context context = bench.load(bench.write("a.tar", bytes.toByteArray()));
        assertThat(bench.names(context)).containsExactly("a.txt");
        assertThat(context.skipped())
                .containsExactly("link is left out: it is a link.", "pipe is left out: it is not a regular file.");
    }

    @Test
    void encryptedEntriesAreLeftOut() throws Exception {
        byte[] zip = zip(Map.of("a.txt", "alpha"));
        zip[6] |= 1;
        String all = new String(zip, java.nio.charset.StandardCharsets.ISO_8859_1);
        zip[all.indexOf("PK\1\2") + 8] |= 1;
        Path file = bench.write("a.zip", zip);
        Path other = bench.write("b.txt", "beta");
        assertThat(bench.load(other, file).skipped()).containsExactly("a.zip/a.txt is left out: it is encrypted.");
    }

    @Test
    void aZipBombIsNotUnpacked() throws Exception {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
            put(zip, "a.txt", "text".getBytes(UTF_8));
            zip.putNextEntry(new ZipEntry("bomb.txt"));
            writeMany(zip, 30 << 20);
            zip.closeEntry();
        }
        Context context = bench.load(bench.write("bomb.zip", bytes.toByteArray()));
        assertThat(bench.names(context)).containsExactly("a.txt");
        assertThat(context.skipped())
                .containsExactly("bomb.txt is left out: it is compressed so strongly that it may be a bomb.");
        assertThat(context.characters()).isEqualTo(4);
        assertThat(bench.stored()).hasSize(2);
    }

    @Test
    void aGzipBombIsNotUnpacked() throws Exception {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (OutputStream gzip = new GZIPOutputStream(bytes)) {
            writeMany(gzip, 30 << 20);
        }
        Path file = bench.write("bomb.gz", bytes.toByteArray());
        assertThatThrownBy(() -> bench.load(file)).hasMessageContaining("may be a bomb");
        assertThat(bench.stored()).isEmpty();
    }

    @Test
    void aTarWithAnEndlessNameIsRefused() throws Exception {
        ByteArrayOutputStream tar = new ByteArrayOutputStream();
        TarArchiveEntry name = new TarArchiveEntry("././@LongLink", TarConstants.LF_GNUTYPE_LONGNAME);
        name.setSize(20 << 20);
        byte[] header = new byte[512];
        name.writeEntryHeader(header);
        tar.write(header);
        tar.write(new byte[20 << 20]);
        Path file = bench.write("a.tar.gz", gzip(tar.toByteArray()));
        assertThatThrownBy(() -> bench.load(file)).hasMessageContaining("a.tar.gz is damaged or incomplete");
    }

    @Test
    void anArchiveThatUnpacksToTooMuchIsRefused() throws Exception {
        ContextLimits limits = new ContextLimits(1 << 20, 100, 100, 1 << 20, 1_000_000, Long.MAX_VALUE);
        ByteArrayOutputStream tar = new ByteArrayOutputStream();
        try (TarArchiveOutputStream out = new TarArchiveOutputStream(tar)) {
            TarArchiveEntry entry = new TarArchiveEntry("zeros.bin");
            entry.setSize(2 << 20);
            out.putArchiveEntry(entry);
            out.write(new byte[2 << 20]);
            out.closeArchiveEntry();
        }
        Path file = bench.write("a.tar", tar.toByteArray());
        assertThatThrownBy(() -> bench.loader(limits).load(null, List.of(new Source.OnDisk(file.toString()))))
                .hasMessageContaining("unpacks to more than 1 MiB");
        Path large = bench.write("b.gz", gzip(new byte[0]));
        Files.write(large, gzip("x".repeat(2 << 20).getBytes(UTF_8)));
        assertThatThrownBy(() -> bench.loader(limits).load(null, List.of(new Source.OnDisk(large.toString()))))
                .hasMessageContaining("rlm.context.max-bytes");
    }

    @Test
    void tooManyEntriesAreRefused() throws Exception {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
            for (int i = 0; i < 200; i++) {
                put(zip, "d" + i + "/", new byte[0]);
            }
        }
        Path file = bench.write("a.zip", bytes.toByteArray());
        assertThatThrownBy(() -> bench.loader(new ContextLimits(100, 10, 100, 1_000, 9, Long.MAX_VALUE))
                        .load(null, List.of(new Source.OnDisk(file.toString()))))
                .hasMessageContaining("more than 100 files and folders");
    }

    @Test
    void damagedArchivesGiveOneSentence() throws Exception {
        byte[] zip = zip(Map.of("a.txt", "alpha".repeat(1_000)));
        byte[] tarGz = gzip(tar("a.txt", "alpha".repeat(100_000)));
        for (Path file : List.of(
                bench.write("cut.zip", Arrays.copyOf(zip, zip.length / 2)),
                bench.write("cut.tar.gz", Arrays.copyOf(tarGz, tarGz.length / 2)),
                bench.write("head.gz", Arrays.copyOf(tarGz, 5)),
                bench.write(
                        "garbage.tar",
                        "no tar at all, but long enough".repeat(100).getBytes(UTF_8)))) {
            assertThatThrownBy(() -> bench.load(file))
                    .isInstanceOf(ContextException.class)
                    .hasMessageContaining(file.getFileName() + " is damaged or incomplete");
        }
        assertThat(bench.stored()).isEmpty();
    }

    @Test
    void everyFlippedByteIsRefusedOrHarmless() throws Exception {
        byte[] whole = zip(Map.of("a.txt", "alpha beta"));
        for (int i = 0; i < whole.length; i++) {
            byte[] broken = whole.clone();
            broken[i] ^= (byte) 0xFF;
            try {
                bench.load(bench.write("broken.zip", broken));
            } catch (ContextException e) {
                assertThat(e.getMessage()).endsWith(".");
            }
        }
    }

    @Test
    void emptyAndUnknownArchivesAreRefused() throws Exception {
        Path empty = bench.write("empty.zip", zip(Map.of()));
        assertThatThrownBy(() -> bench.load(empty)).hasMessageContaining("There is no text");
        Path seven = bench.write("a.7z", new byte[] {'7', 'z', (byte) 0xBC, (byte) 0xAF, 0x27, 0x1C, 0, 4});
        assertThatThrownBy(() -> bench.load(seven)).hasMessageContaining("an archive of a kind that is not read");
    }

    private static byte[] zip(Map<String, String> entries) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
            for (Map.Entry<String, String> entry : entries.entrySet()) {
                put(zip, entry.getKey(), entry.getValue().getBytes(UTF_8));
            }
        }
        return bytes.toByteArray();
    }

    private static void put(ZipOutputStream zip, String name, byte[] content) throws IOException {
        zip.putNextEntry(new ZipEntry(name));
        zip.write(content);
        zip.closeEntry();
    }

    private static byte[] tar(String... namesAndTexts) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (TarArchiveOutputStream tar = new TarArchiveOutputStream(bytes)) {
            for (int i = 0; i < namesAndTexts.length; i += 2) {
                put(tar, new TarArchiveEntry(namesAndTexts[i], true), namesAndTexts[i + 1]);
            }
        }
        return bytes.toByteArray();
    }

    private static void put(TarArchiveOutputStream tar, TarArchiveEntry entry, String text) throws IOException {
        byte[] content = text.getBytes(UTF_8);
        entry.setSize(content.length);
        tar.putArchiveEntry(entry);
        tar.write(content);
        tar.closeArchiveEntry();
    }

    private static byte[] gzip(byte[] content) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (OutputStream gzip = new GZIPOutputStream(bytes)) {
            gzip.write(content);
        }
        return bytes.toByteArray();
    }

    private static void writeMany(OutputStream out, int count) throws IOException {
        byte[] block = new byte[1 << 16];
        Arrays.fill(block, (byte) 'x');
        for (int written = 0; written < count; written += block.length) {
            out.write(block);
        }
    }
}
