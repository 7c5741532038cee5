package dev.rlm.context;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.Charset;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Reads bytes as text piece by piece. The encoding is told from the first bytes; while they are all ASCII it stays open
 * until the first that are not, so that an accent far down in a file counts. Bytes that are wrong in the encoding become
 * U+FFFD. Not thread-safe; does not close the stream.
 */
final class TextReader {
    /** From so many of the first bytes it is told what they are. */
    static final int BUFFER = 1 << 15;

    private final InputStream in;
    private final ByteBuffer bytes = ByteBuffer.allocate(BUFFER).flip();
    private final CharBuffer piece = CharBuffer.allocate(BUFFER + 16);
    private boolean ended;
    private boolean finished;
    private @Nullable CharsetDecoder decoder;

    TextReader(InputStream in) {
        this.in = in;
    }

    /** Looks at the first bytes; to be called once, before {@link #next}, which can be called only if they are text. */
    ByteKind kind() throws IOException {
        fill();
        ByteKind kind = ByteKind.of(bytes, ended);
        if (kind instanceof ByteKind.Text text) {
            bytes.position(text.byteOrderMark());
            if (!isAscii() || !text.charset().equals(StandardCharsets.UTF_8)) {
                decoder = decoder(text.charset());
            }
        }
        return kind;
    }

    /** The next bytes as they are, instead of {@link #next}; valid until the next call. Null at the end. */
    @Nullable
    ByteBuffer nextBytes() throws IOException {
        if (!bytes.hasRemaining()) {
            fill();
        }
        if (!bytes.hasRemaining()) {
            return null;
        }
        ByteBuffer next = bytes.duplicate();
        bytes.position(bytes.limit());
        return next;
    }

    /**
     * The next piece of the text; valid until the next call. Never ends within a surrogate pair.
     *
     * @return null at the end
     */
    @Nullable
    CharBuffer next() throws IOException {
        piece.clear();
        while (piece.position() == 0 && !finished) {
            fill();
            if (decoder == null && !isAscii()) {
                decoder = decoder(ByteKind.singleByteOrUtf8(bytes, ended));
            }
            if (decoder == null) {
                appendAscii();
            } else {
                decoder.decode(bytes, piece, ended);
            }
            if (ended && !bytes.hasRemaining()) {
                finish();
            }
        }
        return piece.position() == 0 ? null : piece.flip();
    }

    private void finish() {
        finished = true;
        if (decoder != null) {
            decoder.flush(piece);
        }
    }

    private void appendAscii() {
        piece.put(StandardCharsets.ISO_8859_1.decode(bytes));
    }

    private void fill() throws IOException {
        bytes.compact();
        while (!ended && bytes.hasRemaining()) {
            int read = in.read(bytes.array(), bytes.position(), bytes.remaining());
            if (read < 0) {
                ended = true;
            } else {
                bytes.position(bytes.position() + read);
            }
        }
        bytes.flip();
    }

    private boolean isAscii() {
        int all = 0;
        byte[] array = bytes.array();
        for (int i = bytes.position(); i < bytes.limit(); i++) {
            all |= array[i];
        }
        return all >= 0;
    }

    private static CharsetDecoder decoder(Charset charset) {
        return charset.newDecoder()
                .onMalformedInput(CodingErrorAction.REPLACE)
                .onUnmappableCharacter(CodingErrorAction.REPLACE);
    }
}
