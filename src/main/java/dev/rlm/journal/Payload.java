package dev.rlm.journal;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.Inflater;

/**
 * A text as a store keeps it: once, under the SHA-256 of its UTF-8, compressed.
 *
 * @param sha256 64 lower-case hexadecimal digits
 * @param characters the text's length in UTF-16 units
 * @param bytes its UTF-8 in the ZLIB format (RFC 1950); not to be changed
 */
@SuppressWarnings("ArrayRecordComponent") // Handed from codec to database and never compared.
public record Payload(String sha256, int characters, byte[] bytes) {

    /** Between speed and size; texts of models shrink to a half or a third with any level. */
    private static final int LEVEL = 3;

    private static final int BUFFER = 16_384;

    /** Compresses a text. */
    public static Payload of(String text) {
        byte[] plain = text.getBytes(StandardCharsets.UTF_8);
        return new Payload(sha256(plain), text.length(), deflated(plain));
    }

    /** The SHA-256 of a text's UTF-8, in lower-case hexadecimal digits. */
    public static String sha256(String text) {
        return sha256(text.getBytes(StandardCharsets.UTF_8));
    }

    /** Whether nothing of a text is lost in UTF-8. */
    static boolean keepsAll(String text) {
        return StandardCharsets.UTF_8.newEncoder().canEncode(text);
    }

    /**
     * The text.
     *
     * @throws JournalException if the bytes are damaged
     */
    public String text() {
        Inflater inflater = new Inflater();
        try {
            inflater.setInput(bytes);
            ByteArrayOutputStream plain = new ByteArrayOutputStream(Math.max(32, characters));
            byte[] buffer = new byte[BUFFER];
            while (!inflater.finished()) {
                int length = inflater.inflate(buffer);
                if (length == 0) {
                    throw damaged();
                }
                plain.write(buffer, 0, length);
            }
            return plain.toString(StandardCharsets.UTF_8);
        } catch (DataFormatException e) {
            throw damaged();
        } finally {
            inflater.end();
        }
    }

    @Override
    public String toString() {
        return "Payload " + sha256;
    }

    private JournalException damaged() {
        return new JournalException("A text of the journal is damaged. Restore the store from a backup.");
    }

    private static byte[] deflated(byte[] plain) {
        Deflater deflater = new Deflater(LEVEL);
        try {
            deflater.setInput(plain);
            deflater.finish();
            ByteArrayOutputStream bytes = new ByteArrayOutputStream(64 + plain.length / 2);
            byte[] buffer = new byte[BUFFER];
            while (!deflater.finished()) {
                bytes.write(buffer, 0, deflater.deflate(buffer));
            }
            return bytes.toByteArray();
        } finally {
            deflater.end();
        }
    }

    private static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java platform has SHA-256.", e);
        }
    }
}
