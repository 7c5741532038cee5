package dev.rlm.storage;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * Bytes to be stored, to be read once. What is promised of them is checked before they can be seen in the store. Not
 * thread-safe.
 */
public final class Upload {
    private final InputStream in;
    private final long promisedSize;
    private final @Nullable String promisedSha256;
    private final MessageDigest digest = sha256();
    private long size;

    private Upload(InputStream in, long promisedSize, @Nullable String promisedSha256) {
        this.in = in;
        this.promisedSize = promisedSize;
        this.promisedSha256 = promisedSha256;
    }

    /** These bytes. */
    public static Upload of(byte[] bytes) {
        return new Upload(new ByteArrayInputStream(bytes), bytes.length, null);
    }

    /** What a stream holds to its end, of unknown size. The caller closes the stream. */
    public static Upload of(InputStream in) {
        return new Upload(in, -1, null);
    }

    /**
     * What a stream holds to its end, which must have this size and SHA-256. The caller closes the stream.
     *
     * @param size in bytes
     * @param sha256 in lower-case hex
     */
    public static Upload of(InputStream in, long size, String sha256) {
        return new Upload(in, size, sha256);
    }

    /**
     * Reads on.
     *
     * @param most how many bytes at most
     * @return fewer only at the end, none behind it
     * @throws IOException if the stream fails; the store then stores nothing
     */
    public byte[] read(int most) throws IOException {
        byte[] bytes = in.readNBytes(most);
        digest.update(bytes);
        size += bytes.length;
        return bytes;
    }

    /**
     * To be called once after all was read, and before anybody can see it.
     *
     * @throws IOException if it is not what was promised
     */
    public void check() throws IOException {
        if (promisedSize >= 0 && size != promisedSize) {
            throw new IOException("it has " + size + " bytes, not " + promisedSize);
        }
        if (promisedSha256 != null && !promisedSha256.equals(HexFormat.of().formatHex(digest.digest()))) {
            throw new IOException("its SHA-256 is not the expected one");
        }
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java platform has SHA-256.", e);
        }
    }
}
