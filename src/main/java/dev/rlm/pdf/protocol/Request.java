package dev.rlm.pdf.protocol;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.util.Optional;

/** What the process that reads PDFs is asked. Each request gets one {@link Reply}. */
public sealed interface Request {

    /**
     * Open a PDF, and close the one before.
     *
     * @param file its absolute path
     */
    record Open(String file) implements Request {}

    /**
     * Read the text of a page of the open PDF.
     *
     * @param page its number, from 1
     */
    record Read(int page) implements Request {}

    /**
     * Make an image of a page of the open PDF.
     *
     * @param page its number, from 1
     */
    record Draw(int page) implements Request {}

    /** Writes this request, and flushes. */
    default void writeTo(DataOutputStream out) throws IOException {
        switch (this) {
            case Open open -> {
                out.writeByte('O');
                out.writeUTF(open.file());
            }
            case Read read -> {
                out.writeByte('R');
                out.writeInt(read.page());
            }
            case Draw draw -> {
                out.writeByte('D');
                out.writeInt(draw.page());
            }
        }
        out.flush();
    }

    /** The next request; empty if there will be none. */
    static Optional<Request> readFrom(DataInputStream in) throws IOException {
        try {
            byte kind = in.readByte();
            return Optional.of(
                    switch (kind) {
                        case 'O' -> new Open(in.readUTF());
                        case 'R' -> new Read(in.readInt());
                        case 'D' -> new Draw(in.readInt());
                        default -> throw new IOException("not a request");
                    });
        } catch (EOFException _) {
            return Optional.empty();
        }
    }
}
