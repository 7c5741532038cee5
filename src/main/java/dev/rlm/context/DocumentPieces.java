package dev.rlm.context;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The text of a document, in pieces that are cut behind a line break where there is one, and never within a character. Not
 * thread-safe.
 */
final class DocumentPieces {
    private final InputStream in;
    private final int most;
    private byte[] carried = new byte[0];
    private boolean ended;
    private int bytes;

    /**
     * Pieces of a document.
     *
     * @param in its text in UTF-8, which the caller closes
     * @param most how many bytes a piece has at most
     */
    DocumentPieces(InputStream in, Document document, int most) {
        this.in = in;
        this.most = (int) Math.min(most, document.bytes());
    }

    /** The next piece; an empty document has one, which is empty. Null if there are no more. */
    @Nullable
    String next() throws IOException {
        if (ended) {
            return null;
        }
        byte[] read = in.readNBytes(most - carried.length + 1);
        byte[] piece = carried.length == 0 ? read : join(carried, read);
        ended = piece.length <= most;
        bytes = ended ? piece.length : cut(piece);
        carried = Arrays.copyOfRange(piece, bytes, piece.length);
        return new String(piece, 0, bytes, StandardCharsets.UTF_8);
    }

    /** How many bytes the last piece has. */
    int bytes() {
        return bytes;
    }

    /** Behind the last line break, or else before the last character, which may not be whole. */
    private static int cut(byte[] piece) {
        for (int i = piece.length - 1; i >= 0; i--) {
            if (piece[i] == '\n') {
                return i + 1;
            }
        }
        int end = piece.length - 1;
        while (end > 1 && (piece[end] & 0xC0) == 0x80) {
            end--;
        }
        return end;
    }

    private static byte[] join(byte[] first, byte[] second) {
        byte[] joined = Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, joined, first.length, second.length);
        return joined;
    }
}
