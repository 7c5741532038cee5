package dev.rlm.context;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.Charset;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** What the first bytes of a file are: text in some encoding, or no text. */
sealed interface ByteKind {

    /**
     * Text.
     *
     * @param charset its encoding
     * @param byteOrderMark how many bytes at the start are a byte order mark
     */
    record Text(Charset charset, int byteOrderMark) implements ByteKind {}

    /**
     * An image of a kind that models read.
     *
     * @param mediaType its media type
     */
    record Image(String mediaType) implements ByteKind {}

    /** A PDF. */
    record Pdf() implements ByteKind {}

    /**
     * No text.
     *
     * @param reason what it is, as in "is binary"
     */
    record NoText(String reason) implements ByteKind {}

    /** Of a text's characters, one and one in so many may be no text. */
    int TOLERANCE = 20;

    /** In so many bytes the header of a PDF is looked for. */
    int PDF_HEADER_WITHIN = 1 << 10;

    /** Where a RIFF file says that it is WebP. */
    int WEBP = 8;

    NoText BINARY = new NoText("is binary");

    /**
     * Tells the kind from the first bytes.
     *
     * @param head the bytes, from position to limit; left as it is
     * @param complete whether there are no more, so that a character cut at the end is an error
     */
    static ByteKind of(ByteBuffer head, boolean complete) {
        if (startsWith(head, 0xEF, 0xBB, 0xBF)) {
            return new Text(StandardCharsets.UTF_8, 3);
        }
        boolean utf32 = startsWith(head, 0xFF, 0xFE, 0, 0) || startsWith(head, 0, 0, 0xFE, 0xFF);
        if (startsWith(head, 0xFF, 0xFE) && !utf32) {
            return ifText(head, new Text(StandardCharsets.UTF_16LE, 2));
        }
        if (startsWith(head, 0xFE, 0xFF)) {
            return ifText(head, new Text(StandardCharsets.UTF_16BE, 2));
        }
        if (Archive.Format.of(head, "").isPresent()) {
            return new NoText("is an archive");
        }
        String image = imageType(head);
        if (image != null) {
            return new Image(image);
        }
        if (startsPdf(head)) {
            return new Pdf();
        }
        ByteKind kind = textOrBinary(head, complete, utf32);
        return kind instanceof NoText && hasPdfHeader(head) ? new Pdf() : kind;
    }

    private static ByteKind textOrBinary(ByteBuffer head, boolean complete, boolean utf32) {
        for (int i = head.position(); i < head.limit(); i++) {
            if (head.get(i) == 0) {
                return utf32 ? BINARY : utf16WithoutMark(head, complete);
            }
        }
        return ifText(head, new Text(singleByteOrUtf8(head, complete), 0));
    }

    /** Viewers open also what mailers and servers put something before. */
    private static boolean hasPdfHeader(ByteBuffer head) {
        ByteBuffer rest = head.duplicate();
        int end = Math.min(head.limit(), head.position() + PDF_HEADER_WITHIN);
        for (int i = head.position(); i < end; i++) {
            if (startsPdf(rest.position(i))) {
                return true;
            }
        }
        return false;
    }

    private static boolean startsPdf(ByteBuffer head) {
        return startsWith(head, '%', 'P', 'D', 'F', '-');
    }

    private static @Nullable String imageType(ByteBuffer head) {
        if (startsWith(head, 0x89, 'P', 'N', 'G', '\r', '\n', 0x1A, '\n')) {
            return "image/png";
        }
        if (startsWith(head, 0xFF, 0xD8, 0xFF)) {
            return "image/jpeg";
        }
        if (startsWith(head, 'G', 'I', 'F', '8', '7', 'a') || startsWith(head, 'G', 'I', 'F', '8', '9', 'a')) {
            return "image/gif";
        }
        boolean webp = startsWith(head, 'R', 'I', 'F', 'F')
                && head.remaining() > WEBP
                && startsWith(head.duplicate().position(head.position() + WEBP), 'W', 'E', 'B', 'P');
        return webp ? "image/webp" : null;
    }

    /** UTF-8, or windows-1252 where more of the bytes beyond ASCII are wrong in UTF-8 than right. */
    static Charset singleByteOrUtf8(ByteBuffer head, boolean complete) {
        CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
        ByteBuffer bytes = head.duplicate();
        CharBuffer characters = CharBuffer.allocate(bytes.remaining());
        int wrong = 0;
        CoderResult result = decoder.decode(bytes, characters, complete);
        while (result.isError()) {
            bytes.position(bytes.position() + result.length());
            wrong++;
            result = decoder.decode(bytes, characters, complete);
        }
        long right = characters.flip().chars().filter(c -> c >= 0x80).count();
        return wrong == 0 || right > wrong ? StandardCharsets.UTF_8 : Charset.forName("windows-1252");
    }

    /**
     * Zero bytes are half of the ASCII characters of UTF-16, so most of them stand at even or at odd places, and what the
     * bytes say must be flawless. Few zero bytes among bytes that are right in UTF-8 are no such half.
     */
    private static ByteKind utf16WithoutMark(ByteBuffer head, boolean complete) {
        int[] zeros = new int[2];
        for (int i = 0; i < head.remaining(); i++) {
            zeros[i % 2] += head.get(head.position() + i) == 0 ? 1 : 0;
        }
        boolean half = complete && head.remaining() % 2 == 1;
        boolean few = (zeros[0] + zeros[1]) * 8L < head.remaining();
        if (half || (few && isUtf8(head))) {
            return BINARY;
        }
        Charset charset = zeros[0] < zeros[1] ? StandardCharsets.UTF_16LE : StandardCharsets.UTF_16BE;
        return noTextIn(decoded(head, charset, 0)) == 0 ? new Text(charset, 0) : BINARY;
    }

    private static ByteKind ifText(ByteBuffer head, Text text) {
        CharSequence characters = decoded(head, text.charset(), text.byteOrderMark());
        return noTextIn(characters) <= 1 + characters.length() / TOLERANCE ? text : BINARY;
    }

    private static boolean isUtf8(ByteBuffer head) {
        return StandardCharsets.UTF_8.equals(singleByteOrUtf8(head, false))
                && noTextIn(decoded(head, StandardCharsets.UTF_8, 0)) <= head.remaining() / TOLERANCE;
    }

    /** The characters of the bytes; one that is cut at the end is left out. */
    private static CharSequence decoded(ByteBuffer head, Charset charset, int skip) {
        CharBuffer characters = CharBuffer.allocate(head.remaining());
        charset.newDecoder()
                .onMalformedInput(CodingErrorAction.REPLACE)
                .onUnmappableCharacter(CodingErrorAction.REPLACE)
                .decode(head.duplicate().position(head.position() + skip), characters, false);
        return characters.flip();
    }

    private static int noTextIn(CharSequence characters) {
        return (int) characters
                .codePoints()
                .filter(c -> switch (Character.getType(c)) {
                    case Character.CONTROL ->
                        c != '\t' && c != '\n' && c != '\r' && c != '\f' && c != '\b' && c != 0x1B;
                    case Character.UNASSIGNED, Character.PRIVATE_USE, Character.SURROGATE -> true;
                    default -> c == 0xFFFD;
                })
                .count();
    }

    private static boolean startsWith(ByteBuffer head, int... bytes) {
        if (head.remaining() < bytes.length) {
            return false;
        }
        for (int i = 0; i < bytes.length; i++) {
            if ((head.get(head.position() + i) & 0xFF) != bytes[i]) {
                return false;
            }
        }
        return true;
    }
}
