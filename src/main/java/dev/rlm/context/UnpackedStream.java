package dev.rlm.context;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.function.LongSupplier;

/** Counts what an archive unpacks to, and stops what grows too much. Not thread-safe. */
final class UnpackedStream extends FilterInputStream {
    /** Small entries may be as repetitive as they like. */
    private static final long HARMLESS = 10L << 20;

    private final LongSupplier packed;
    private final long ratio;
    private long count;
    private long stop = Long.MAX_VALUE;

    /** A stream is unpacked to too much. */
    static final class BombException extends IOException {
        /** What to say of the entry. */
        String reason() {
            return "is compressed so strongly that it may be a bomb";
        }
    }

    /**
     * Counts a stream.
     *
     * @param packed how many bytes it has been unpacked from so far, or altogether
     * @param ratio how many times more it may be
     */
    UnpackedStream(InputStream in, LongSupplier packed, long ratio) {
        super(in);
        this.packed = packed;
        this.ratio = ratio;
    }

    /** How many bytes were read. */
    long count() {
        return count;
    }

    /** Lets this many bytes more be read, and no others. */
    void allow(long bytes) {
        stop = bytes > Long.MAX_VALUE - count ? Long.MAX_VALUE : count + bytes;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        if (count > HARMLESS && count / ratio > packed.getAsLong()) {
            throw new BombException();
        }
        if (count >= stop) {
            throw new IOException("damaged");
        }
        int read = in.read(bytes, offset, length);
        count += Math.max(0, read);
        return read;
    }

    @Override
    public long skip(long bytes) throws IOException {
        byte[] unwanted = new byte[(int) Math.min(bytes, 1 << 13)];
        return Math.max(0, bytes <= 0 ? 0 : read(unwanted, 0, unwanted.length));
    }

    @Override
    public boolean markSupported() {
        return false;
    }
}
