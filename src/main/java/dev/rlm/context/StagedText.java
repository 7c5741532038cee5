package dev.rlm.context;

import dev.rlm.storage.PrivateFiles;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.CharsetEncoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HexFormat;

/** Writes one text as UTF-8, or one image, to a file, and hashes and counts it meanwhile. Not thread-safe. */
final class StagedText implements AutoCloseable {
    private static final int BUFFER = 1 << 16;
    private static final byte[] REPLACEMENT = {(byte) 0xEF, (byte) 0xBF, (byte) 0xBD};

    private final FileChannel file;
    private final CharsetEncoder encoder =
            StandardCharsets.UTF_8.newEncoder().replaceWith(REPLACEMENT).onMalformedInput(CodingErrorAction.REPLACE);
    private final ByteBuffer encoded = ByteBuffer.allocate(BUFFER);
    private final MessageDigest sha256 = Sha256.digest();
    private long bytes;
    private long characters;
    private long lineBreaks;
    private char last = '\n';

    StagedText(FileChannel file) {
        this.file = file;
    }

    /** Adds a piece that ends with a whole character; leaves its position and limit as they are. */
    void append(CharBuffer piece) throws IOException {
        if (!piece.hasRemaining()) {
            return;
        }
        characters += piece.remaining();
        char[] array = piece.array();
        int end = piece.arrayOffset() + piece.limit();
        int breaks = 0;
        for (int i = piece.arrayOffset() + piece.position(); i < end; i++) {
            breaks += array[i] == '\n' ? 1 : 0;
        }
        lineBreaks += breaks;
        last = array[end - 1];
        encode(piece.duplicate());
    }

    /** Adds bytes of an image. */
    void append(ByteBuffer piece) throws IOException {
        bytes += piece.remaining();
        sha256.update(piece.duplicate());
        PrivateFiles.writeFully(file, piece);
    }

    /** How many bytes it has so far. */
    long bytes() {
        return bytes;
    }

    /** Ends the text. */
    Document finish(String name) {
        long lines = lineBreaks + (last == '\n' ? 0 : 1);
        return new Document(name, HexFormat.of().formatHex(sha256.digest()), bytes, characters, lines);
    }

    /** Ends the image. */
    Document finishImage(String name, String mediaType) {
        return new Document(name, HexFormat.of().formatHex(sha256.digest()), bytes, 0, 0, mediaType);
    }

    @Override
    public void close() throws IOException {
        file.close();
    }

    private void encode(CharBuffer piece) throws IOException {
        encoder.reset();
        CoderResult result;
        do {
            result = encoder.encode(piece, encoded.clear(), true);
            encoded.flip();
            bytes += encoded.remaining();
            sha256.update(encoded.array(), 0, encoded.limit());
            PrivateFiles.writeFully(file, encoded);
        } while (result.isOverflow());
    }
}
