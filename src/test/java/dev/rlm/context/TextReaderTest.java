package dev.rlm.context;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_16BE;
import static java.nio.charset.StandardCharsets.UTF_16LE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.CharBuffer;
import java.nio.charset.Charset;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Assume;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class TextReaderTest {
    private static final String EMOJI = "\uD83D\uDE00";

    @Property(tries = 500)
    void utf8RoundTrips(@ForAll("texts") String text, @ForAll @IntRange(min = 1, max = 70_000) int chunk)
            throws Exception {
        assertThat(decode(text.getBytes(UTF_8), chunk)).isEqualTo(text);
        assertThat(decode(with(text.getBytes(UTF_8), 0xEF, 0xBB, 0xBF), chunk)).isEqualTo(text);
    }

    @Property(tries = 300)
    void utf16WithAMarkRoundTrips(@ForAll("texts") String text, @ForAll @IntRange(min = 1, max = 70_000) int chunk)
            throws Exception {
        Assume.that(!text.isEmpty());
        assertThat(decode(with(text.getBytes(UTF_16LE), 0xFF, 0xFE), chunk)).isEqualTo(text);
        assertThat(decode(with(text.getBytes(UTF_16BE), 0xFE, 0xFF), chunk)).isEqualTo(text);
    }

    @Property(tries = 300)
    void utf16WithoutAMarkIsToldFromItsZeroBytes(@ForAll("texts") String text) throws Exception {
        String line = "name: value\n".repeat(5) + text;
        assertThat(decode(line.getBytes(UTF_16LE), 100)).isEqualTo(line);
        assertThat(decode(line.getBytes(UTF_16BE), 100)).isEqualTo(line);
    }

    @Property(tries = 1_000)
    void anyBytesAreDecodedOrRefused(@ForAll byte[] bytes) throws Exception {
        TextReader reader = new TextReader(new ByteArrayInputStream(bytes));
        if (reader.kind() instanceof ByteKind.Text) {
            assertThat(rest(reader).codePoints()).noneMatch(c -> c >= 0xD800 && c < 0xE000);
        }
    }

    @Test
    void chineseUtf16WithoutAMarkIsToldByItsLineBreaks() throws Exception {
        String text = "\u4eca\u5929\u5929\u6c14\u5f88\u597d\u3002\n\u6211\u4eec\u53bb\u516c\u56ed\u3002\n".repeat(20);
        assertThat(decode(text.getBytes(UTF_16LE), 1_000)).isEqualTo(text);
        assertThat(decode(text.getBytes(UTF_16BE), 1_000)).isEqualTo(text);
    }

    @Test
    void latin1AndWindows1252AreRead() throws Exception {
        assertThat(decode("Stra\u00dfe, caf\u00e9\n".getBytes(ISO_8859_1), 5)).isEqualTo("Stra\u00dfe, caf\u00e9\n");
        assertThat(decode("\u20ac 5 \u2013 \u201cso\u201d".getBytes(Charset.forName("windows-1252")), 5))
                .isEqualTo("\u20ac 5 \u2013 \u201cso\u201d");
    }

    @Test
    void anAccentFarDownInALatin1FileStillCounts() throws Exception {
        String text = "plain text\n".repeat(20_000) + "caf\u00e9\n";
        assertThat(decode(text.getBytes(ISO_8859_1), 10_000)).isEqualTo(text);
        assertThat(decode(text.getBytes(UTF_8), 10_000)).isEqualTo(text);
    }

    @Test
    void fewWrongBytesInUtf8BecomeReplacementCharacters() throws Exception {
        byte[] bytes = "caf\u00e9 \u00fc\u00e4\u00f6? end".getBytes(UTF_8);
        bytes[new String(bytes, ISO_8859_1).indexOf('?')] = (byte) 0xFF;
        assertThat(decode(bytes, 3)).isEqualTo("caf\u00e9 \u00fc\u00e4\u00f6\uFFFD end");
    }

    @Test
    void aCharacterCutAtTheEndOfTheFileIsReplaced() throws Exception {
        byte[] whole = ("\u00e9\u00e9\u00e9" + EMOJI).getBytes(UTF_8);
        String text = decode(java.util.Arrays.copyOf(whole, whole.length - 1), 10);
        assertThat(text).startsWith("\u00e9\u00e9\u00e9\uFFFD");
        assertThat(decode(new byte[] {(byte) 0xFF, (byte) 0xFE, 'a', 0, 'b'}, 10))
                .isEqualTo("a\uFFFD");
    }

    @Test
    void pairsOfSurrogatesAreNeverSplitBetweenPieces() throws Exception {
        String text = "a" + EMOJI.repeat(100_000);
        TextReader reader = new TextReader(new ByteArrayInputStream(text.getBytes(UTF_8)));
        assertThat(reader.kind()).isInstanceOf(ByteKind.Text.class);
        int length = 0;
        for (CharBuffer piece = reader.next(); piece != null; piece = reader.next()) {
            assertThat(Character.isHighSurrogate(piece.get(piece.limit() - 1))).isFalse();
            length += piece.remaining();
        }
        assertThat(length).isEqualTo(text.length());
    }

    @Test
    void loneSurrogatesInUtf16AreReplaced() throws Exception {
        assertThat(decode(new byte[] {(byte) 0xFE, (byte) 0xFF, 0, 'a', (byte) 0xD8, 0, 0, 'b', 0, 'c'}, 10))
                .isEqualTo("a\uFFFDc");
    }

    @Test
    void lineBreaksStayAsTheyAre() throws Exception {
        assertThat(decode("a\r\nb\rc\n".getBytes(UTF_8), 2)).isEqualTo("a\r\nb\rc\n");
    }

    @Test
    void logsWithTerminalColoursAreText() throws Exception {
        String text = "\u001B[31merror\u001B[0m\n".repeat(10);
        assertThat(decode(text.getBytes(UTF_8), 100)).isEqualTo(text);
    }

    @Test
    void binariesAreRefused() throws Exception {
        byte[] noise = new byte[100_000];
        new Random(1).nextBytes(noise);
        assertThat(refusal(noise)).isEqualTo("is binary");
        assertThat(refusal("text\0with one zero byte in it".getBytes(UTF_8))).isEqualTo("is binary");
        assertThat(refusal("\u007fELF\2\1\1\0\0\0".getBytes(ISO_8859_1))).isEqualTo("is binary");
        assertThat(refusal(new byte[] {(byte) 0xFF, (byte) 0xFE, 0, 0, 'a', 0, 0, 0}))
                .isEqualTo("is binary");
        assertThat(refusal(new byte[] {'a', 0, 'b'})).isEqualTo("is binary");
        assertThat(refusal(new byte[] {5, 0, 6, 0, 7, 0, 8, 0})).isEqualTo("is binary");
        assertThat(refusal("PK\3\4....".getBytes(ISO_8859_1))).isEqualTo("is an archive");
    }

    @Test
    void aPdfIsToldByItsHeaderAlsoWhereBytesStandBeforeIt() throws Exception {
        assertThat(kind("%PDF-1.7 text".getBytes(ISO_8859_1))).isEqualTo(new ByteKind.Pdf());
        assertThat(kind("\0\1\2\3\4 junk %PDF-1.7".getBytes(ISO_8859_1))).isEqualTo(new ByteKind.Pdf());
        assertThat(kind(("\0".repeat(1_024) + "%PDF-1.7").getBytes(ISO_8859_1))).isEqualTo(ByteKind.BINARY);
        assertThat(kind("about the header %PDF-1.7".getBytes(UTF_8))).isInstanceOf(ByteKind.Text.class);
    }

    @Test
    void nothingIsAnEmptyText() throws Exception {
        assertThat(decode(new byte[0], 1)).isEmpty();
        assertThat(decode(new byte[] {(byte) 0xEF, (byte) 0xBB, (byte) 0xBF}, 1))
                .isEmpty();
    }

    @Provide
    Arbitrary<String> texts() {
        Arbitrary<String> part = Arbitraries.of(
                "a", "b ", "\n", "\r\n", "\t", "\u00e9", "\u4e2d", EMOJI, "\u20ac", "plain words ".repeat(3_000));
        return Combinators.combine(part.list().ofMaxSize(30), Arbitraries.of("", "\n"))
                .as((parts, end) -> String.join("", parts) + end);
    }

    private static String decode(byte[] bytes, int chunk) throws IOException {
        TextReader reader = new TextReader(inChunks(bytes, chunk));
        assertThat(reader.kind()).isInstanceOf(ByteKind.Text.class);
        return rest(reader);
    }

    private static String refusal(byte[] bytes) throws IOException {
        return kind(bytes) instanceof ByteKind.NoText noText ? noText.reason() : null;
    }

    private static ByteKind kind(byte[] bytes) throws IOException {
        return new TextReader(new ByteArrayInputStream(bytes)).kind();
    }

    private static String rest(TextReader reader) throws IOException {
        StringBuilder text = new StringBuilder();
        for (CharBuffer piece = reader.next(); piece != null; piece = reader.next()) {
            text.append(piece);
        }
        return text.toString();
    }

    private static byte[] with(byte[] bytes, int... mark) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (int b : mark) {
            all.write(b);
        }
        all.writeBytes(bytes);
        return all.toByteArray();
    }

    private static InputStream inChunks(byte[] bytes, int chunk) {
        return new ByteArrayInputStream(bytes) {
            @Override
            public synchronized int read(byte[] into, int offset, int length) {
                return super.read(into, offset, Math.min(length, chunk));
            }
        };
    }
}
