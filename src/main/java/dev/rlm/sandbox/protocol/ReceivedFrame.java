package dev.rlm.sandbox.protocol;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The fields of one frame while it is decoded; every length is checked before anything is allocated. */
final class ReceivedFrame {
    private final ByteBuffer bytes;

    ReceivedFrame(byte[] body) {
        this.bytes = ByteBuffer.wrap(body);
    }

    /** Decodes one element of a list. */
    interface Element<T> {
        T take() throws ProtocolException;
    }

    long number() throws ProtocolException {
        try {
            return bytes.getLong();
        } catch (BufferUnderflowException e) {
            throw truncated();
        }
    }

    int smallNumber() throws ProtocolException {
        long value = number();
        if (value < 0 || value > Integer.MAX_VALUE) {
            throw new ProtocolException("A frame holds a number out of range.");
        }
        return (int) value;
    }

    boolean flag() throws ProtocolException {
        int octet = octet();
        if (octet > 1) {
            throw new ProtocolException("A frame holds a truth value that is none.");
        }
        return octet == 1;
    }

    /** A length or count, of which the sender knows at least this. */
    long length(long least) throws ProtocolException {
        long value = number();
        if (value < least) {
            throw new ProtocolException("A frame holds a number out of range.");
        }
        return value;
    }

    String text() throws ProtocolException {
        int length = remainingLength();
        try {
            // Strictly: what is malformed here would be something else for the next reader.
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(bytes.slice(bytes.position(), length))
                    .toString();
            bytes.position(bytes.position() + length);
            return text;
        } catch (CharacterCodingException e) {
            throw new ProtocolException("A frame holds text that is not UTF-8.");
        }
    }

    /** A text of at most so many characters. */
    String text(int most) throws ProtocolException {
        String text = text();
        if (text.length() > most) {
            throw new ProtocolException("A frame holds a text of " + text.length() + " characters, and " + most
                    + " are allowed in its place.");
        }
        return text;
    }

    /** A short text, such as a name or a sentence. */
    String line() throws ProtocolException {
        return text(Frame.MOST_LINE_CHARACTERS);
    }

    /** A text of at most so many characters, or null. */
    @Nullable
    String optionalText(int most) throws ProtocolException {
        return flag() ? text(most) : null;
    }

    @Nullable
    String optionalLine() throws ProtocolException {
        return flag() ? line() : null;
    }

    /** Bytes that are not copied. */
    ByteBuffer bytes() throws ProtocolException {
        int length = remainingLength();
        ByteBuffer slice = bytes.slice(bytes.position(), length);
        bytes.position(bytes.position() + length);
        return slice;
    }

    @Nullable
    String optionalText() throws ProtocolException {
        return flag() ? text() : null;
    }

    <T> List<T> list(Element<T> element) throws ProtocolException {
        return list(Integer.MAX_VALUE, element);
    }

    /** A list of at most so many elements. */
    <T> List<T> list(int most, Element<T> element) throws ProtocolException {
        int size = remainingLength();
        if (size > most) {
            throw new ProtocolException(
                    "A frame holds a list of " + size + ", and " + most + " are allowed in its place.");
        }
        List<T> elements = new ArrayList<>(Math.min(size, 1024));
        for (int i = 0; i < size; i++) {
            elements.add(element.take());
        }
        return List.copyOf(elements);
    }

    void end() throws ProtocolException {
        if (bytes.hasRemaining()) {
            throw new ProtocolException("A frame is longer than what it holds.");
        }
    }

    /** A length or count, of which each unit takes at least one byte. */
    private int remainingLength() throws ProtocolException {
        try {
            int length = bytes.getInt();
            if (length < 0 || length > bytes.remaining()) {
                throw truncated();
            }
            return length;
        } catch (BufferUnderflowException e) {
            throw truncated();
        }
    }

    private int octet() throws ProtocolException {
        if (!bytes.hasRemaining()) {
            throw truncated();
        }
        return bytes.get() & 0xff;
    }

    private static ProtocolException truncated() {
        return new ProtocolException("A frame is shorter than what it holds.");
    }
}
