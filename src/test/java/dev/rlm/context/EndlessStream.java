package dev.rlm.context;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.concurrent.CountDownLatch;

/** A stream of the letter x that fails after a number of bytes, if ever. */
final class EndlessStream extends InputStream {
    final CountDownLatch started = new CountDownLatch(1);
    private final long failsAfter;
    private long count;

    EndlessStream(long failsAfter) {
        this.failsAfter = failsAfter;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) == 1 ? one[0] : -1;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        started.countDown();
        count += length;
        if (count > failsAfter) {
            throw new IOException("Connection reset");
        }
        Arrays.fill(bytes, offset, offset + length, (byte) 'x');
        return length;
    }
}
