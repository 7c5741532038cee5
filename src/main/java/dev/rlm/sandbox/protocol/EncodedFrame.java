package dev.rlm.sandbox.protocol;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The bytes of one frame while it is encoded. */
final class EncodedFrame {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final DataOutputStream data = new DataOutputStream(bytes);
    private final int limit;

    EncodedFrame(int limit) {
        this.limit = limit;
    }

    /** Encodes one element of a list. */
    interface Element<T> {
        void put(T element) throws IOException;
    }

    void kind(int kind) throws IOException {
        data.writeByte(kind);
    }

    /** The kind of a frame about a REPL, and the REPL's number. */
    void kind(int kind, int repl) throws IOException {
        kind(kind);
        number(repl);
    }

    void number(long value) throws IOException {
        data.writeLong(value);
    }

    void flag(boolean value) throws IOException {
        data.writeBoolean(value);
    }

    void text(String value) throws IOException {
        room(value.length());
        byte[] utf8 = value.getBytes(StandardCharsets.UTF_8);
        room(utf8.length);
        data.writeInt(utf8.length);
        data.write(utf8);
    }

    /** Encodes the rest of a buffer that has an array. */
    void bytes(ByteBuffer value) throws IOException {
        room(value.remaining());
        data.writeInt(value.remaining());
        data.write(value.array(), value.arrayOffset() + value.position(), value.remaining());
    }

    void optionalText(@Nullable String value) throws IOException {
        flag(value != null);
        if (value != null) {
            text(value);
        }
    }

    <T> void list(List<T> elements, Element<T> element) throws IOException {
        data.writeInt(elements.size());
        for (T each : elements) {
            element.put(each);
            room(0);
        }
    }

    void writeTo(OutputStream out) throws IOException {
        room(0);
        DataOutputStream framed = new DataOutputStream(out);
        framed.writeInt(bytes.size());
        bytes.writeTo(framed);
        framed.flush();
    }

    private void room(int more) throws FrameTooLargeException {
        if ((long) bytes.size() + more > limit) {
            throw new FrameTooLargeException(limit);
        }
    }
}
