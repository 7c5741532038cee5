package dev.rlm.mcp;

import io.vertx.core.buffer.Buffer;
import java.io.InputStream;
import java.util.Objects;

/** Reads a request's body where it lies. */
public final class BodyStream extends InputStream {

    private final Buffer body;
    private int position;

    public BodyStream(Buffer body) {
        this.body = body;
    }

    @Override
    public int read() {
        return position < body.length() ? body.getByte(position++) & 0xff : -1;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) {
        Objects.checkFromIndexSize(offset, length, bytes.length);
        int count = Math.min(length, body.length() - position);
        if (count <= 0) {
            return length == 0 ? 0 : -1;
        }
        body.getBytes(position, position + count, bytes, offset);
        position += count;
        return count;
    }
}
