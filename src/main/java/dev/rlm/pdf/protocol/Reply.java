package dev.rlm.pdf.protocol;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** What the process that reads PDFs replies. */
public sealed interface Reply {

    /** How many bytes a text or image may have; a reply that says more is none. */
    int MOST_BYTES = 32 << 20;

    /**
     * The PDF is open.
     *
     * @param pages how many pages it has
     */
    record Opened(int pages) implements Reply {}

    /**
     * The text of a page.
     *
     * @param text what PDFBox gives, with line feeds
     * @param enough whether it is what a reader would see: false for a scan, a drawing, or letters without a meaning
     */
    record Text(String text, boolean enough) implements Reply {}

    /**
     * An image of a page.
     *
     * @param jpeg whether it is a JPEG, else a PNG
     * @param whole whether all that the page shows could be drawn
     */
    record Image(boolean jpeg, ByteBuffer content, boolean whole) implements Reply {}

    /** The page shows nothing. */
    record Blank() implements Reply {}

    /** It cannot be had. */
    record Refused(Refusal why) implements Reply {}

    /** Writes this reply, and flushes. */
    default void writeTo(DataOutputStream out) throws IOException {
        switch (this) {
            case Opened opened -> {
                out.writeByte('O');
                out.writeInt(opened.pages());
            }
            case Text text -> {
                out.writeByte('T');
                out.writeBoolean(text.enough());
                writeBytes(out, StandardCharsets.UTF_8.encode(text.text()));
            }
            case Image image -> {
                out.writeByte('I');
                out.writeBoolean(image.jpeg());
                out.writeBoolean(image.whole());
                writeBytes(out, image.content());
            }
            case Blank _ -> out.writeByte('B');
            case Refused refused -> {
                out.writeByte('R');
                out.writeUTF(refused.why().name());
            }
        }
        out.flush();
    }

    /**
     * The next reply.
     *
     * @throws IOException also if what comes is none
     */
    static Reply readFrom(DataInputStream in) throws IOException {
        byte kind = in.readByte();
        return switch (kind) {
            case 'O' -> new Opened(atLeastZero(in.readInt()));
            case 'T' -> {
                boolean enough = in.readBoolean();
                yield new Text(StandardCharsets.UTF_8.decode(readBytes(in)).toString(), enough);
            }
            case 'I' -> {
                boolean jpeg = in.readBoolean();
                boolean whole = in.readBoolean();
                yield new Image(jpeg, readBytes(in), whole);
            }
            case 'B' -> new Blank();
            case 'R' -> new Refused(refusal(in.readUTF()));
            default -> throw new IOException("not a reply");
        };
    }

    private static void writeBytes(DataOutputStream out, ByteBuffer bytes) throws IOException {
        out.writeInt(bytes.remaining());
        out.write(bytes.array(), bytes.arrayOffset() + bytes.position(), bytes.remaining());
    }

    private static ByteBuffer readBytes(DataInputStream in) throws IOException {
        int length = atLeastZero(in.readInt());
        if (length > MOST_BYTES) {
            throw new IOException("too long a reply");
        }
        byte[] bytes = new byte[length];
        in.readFully(bytes);
        return ByteBuffer.wrap(bytes);
    }

    private static int atLeastZero(int number) throws IOException {
        if (number < 0) {
            throw new IOException("not a reply");
        }
        return number;
    }

    private static Refusal refusal(String name) throws IOException {
        try {
            return Refusal.valueOf(name);
        } catch (IllegalArgumentException e) {
            throw new IOException("not a reply", e);
        }
    }
}
