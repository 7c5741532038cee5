package dev.rlm.sandbox.worker;

import dev.rlm.sandbox.protocol.Frame.DocumentHead;
import dev.rlm.sandbox.protocol.ProtocolException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Puts documents together from the pieces in which they come. Each is decoded as soon as it is whole, so that its bytes
 * and its text are in memory together only for one document at a time. For one thread.
 */
final class IncomingDocuments {
    /** Arrays cannot be longer in common JVMs. */
    private static final long MOST_BYTES = Integer.MAX_VALUE - 8;

    private final List<DocumentHead> heads;
    private final boolean tooLarge;
    private List<ContextText.Document> whole = new ArrayList<>();
    private int finished;
    private byte[] current = new byte[0];
    private int filled;

    /**
     * Documents of which nothing has come yet.
     *
     * @throws ProtocolException if a size is negative
     */
    IncomingDocuments(List<DocumentHead> heads) throws ProtocolException {
        this.heads = heads;
        if (heads.stream().anyMatch(head -> head.bytes() < 0)) {
            throw new ProtocolException("A document is said to have less than no bytes.");
        }
        this.tooLarge = heads.stream().anyMatch(head -> head.bytes() > MOST_BYTES);
        begin();
    }

    /** Whether all documents are whole, or one is larger than can be held. */
    boolean complete() {
        return tooLarge || finished == heads.size();
    }

    /** Whether a document is larger than can be held; nothing of the documents is kept then. */
    boolean tooLarge() {
        return tooLarge;
    }

    /**
     * Takes the next bytes.
     *
     * @throws ProtocolException if there are more than the documents have
     */
    void add(ByteBuffer piece) throws ProtocolException {
        if (tooLarge) {
            return;
        }
        while (piece.hasRemaining()) {
            if (complete()) {
                throw new ProtocolException("More text came than the documents have.");
            }
            int length = Math.min(piece.remaining(), current.length - filled);
            piece.get(current, filled, length);
            filled += length;
            if (filled == current.length) {
                finish();
                begin();
            }
        }
    }

    /** Hands over the documents, once they are complete, and keeps none of them. */
    List<ContextText.Document> take() {
        List<ContextText.Document> documents = whole;
        whole = List.of();
        return documents;
    }

    /** Makes room for the next document that has any bytes. */
    private void begin() {
        while (!complete()) {
            current = new byte[(int) heads.get(finished).bytes()];
            filled = 0;
            if (current.length > 0) {
                return;
            }
            finish();
        }
        current = new byte[0];
    }

    private void finish() {
        DocumentHead head = heads.get(finished);
        ContextText.Image image = head.mediaType() == null ? null : new ContextText.Image(finished, head.mediaType());
        whole.add(new ContextText.Document(head.name(), new String(current, StandardCharsets.UTF_8), image));
        finished++;
    }
}
