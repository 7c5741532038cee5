package dev.rlm.storage.s3;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.util.Objects;
import software.amazon.awssdk.core.ResponseInputStream;
import software.amazon.awssdk.core.exception.SdkException;

/** Reads an object, and where the connection breaks goes on from there over another. Not thread-safe. */
final class ResumingStream extends InputStream {
    /** How often in a row it goes on without having got a single byte. */
    private static final int FRUITLESS = 8;

    private final Opening opening;
    private InputStream current;
    private long position;
    private long left;
    private boolean ended;

    /** Opens what is left of an object. */
    interface Opening {
        /**
         * The bytes from a position.
         *
         * @throws IOException with a sentence for users if it cannot be had
         */
        InputStream from(long position, long length) throws IOException;
    }

    ResumingStream(InputStream first, long position, long length, Opening opening) {
        this.current = first;
        this.position = position;
        this.left = length;
        this.opening = opening;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, bytes.length);
        if (length == 0) {
            return 0;
        }
        if (left == 0) {
            checkEnd();
            return -1;
        }
        for (int attempt = 1; ; attempt++) {
            try {
                int count = current.read(bytes, offset, (int) Math.min(length, left));
                if (count < 0) {
                    throw new IOException("The connection ended early.");
                }
                position += count;
                left -= count;
                return count;
            } catch (IOException | SdkException e) {
                if (attempt == FRUITLESS || Thread.currentThread().isInterrupted()) {
                    throw failure(e);
                }
                quietlyClose();
                current = opening.from(position, left);
            }
        }
    }

    @Override
    public void close() {
        quietlyClose();
    }

    /** The SDK compares checksums when it meets the end. */
    private void checkEnd() throws IOException {
        if (ended) {
            return;
        }
        ended = true;
        try {
            current.read();
        } catch (SdkException e) {
            throw failure(e);
        } catch (IOException _) {
            // Everything was read.
        }
    }

    private static IOException failure(Exception e) {
        if (Thread.currentThread().isInterrupted()) {
            return new InterruptedIOException("Reading was interrupted.");
        }
        String message = String.valueOf(e.getMessage());
        return message.contains("hecksum")
                ? new IOException("The S3 bucket sent other bytes than were stored.", e)
                : new IOException("The connection to the S3 bucket broke again and again.", e);
    }

    private void quietlyClose() {
        try {
            if (left > 0 && current instanceof ResponseInputStream<?> response) {
                // Closing would read the rest first.
                response.abort();
            }
            current.close();
        } catch (IOException | SdkException _) {
            // It is broken anyway.
        }
    }
}
