package dev.rlm.context;

import dev.rlm.storage.s3.S3Reader.Opened;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;

/** An object in S3 of which the first bytes have been read; to be closed. */
final class BegunObject implements AutoCloseable {
    private final Opened object;
    private final byte[] bytes;
    private final int count;

    /** An object of which the first {@code count} of {@code bytes} have been read. */
    BegunObject(Opened object, byte[] bytes, int count) {
        this.object = object;
        this.bytes = bytes;
        this.count = count;
    }

    /** What is read on from. */
    Opened object() {
        return object;
    }

    /** What has been read, as often as it is asked for. */
    ByteBuffer head() {
        return ByteBuffer.wrap(bytes, 0, count);
    }

    /** Whether there is no more than what has been read. */
    boolean isWhole() {
        return count >= object.size();
    }

    /** What it is. */
    ByteKind kind() {
        return ByteKind.of(head().limit(Math.min(count, TextReader.BUFFER)), count <= TextReader.BUFFER && isWhole());
    }

    /** What has been read, as a copy. */
    byte[] bytes() {
        return Arrays.copyOf(bytes, count);
    }

    /** What has been read. */
    InputStream stream() {
        return new ByteArrayInputStream(bytes, 0, count);
    }

    @Override
    public void close() {
        try {
            object.close();
        } catch (IOException _) {
            // It is of no use any more.
        }
    }
}
