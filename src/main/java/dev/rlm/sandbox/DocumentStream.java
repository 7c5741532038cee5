package dev.rlm.sandbox;

import dev.rlm.sandbox.protocol.Frame;
import dev.rlm.sandbox.protocol.FrameTooLargeException;
import dev.rlm.sandbox.protocol.FrameWriter;
import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Sends documents to a worker, in pieces of a fixed size whatever the documents' sizes. A worker that does not read
 * keeps {@link #send} waiting until it is killed. One thread sends; the failure may be asked for by another.
 */
final class DocumentStream {
    private final int repl;
    private final List<Source> documents;
    private final FrameWriter toWorker;
    private final byte[] piece = new byte[Frame.CONTENTS_BYTES];
    private int filled;
    private final AtomicReference<@Nullable SandboxException> failure = new AtomicReference<>();

    private DocumentStream(int repl, List<Source> documents, FrameWriter toWorker) {
        this.repl = repl;
        this.documents = documents;
        this.toWorker = toWorker;
    }

    /** A document whose text is in UTF-8 somewhere. */
    private interface Source {
        String name();

        long bytes() throws IOException;

        /** The media type of an image, which has no text. */
        default @Nullable String mediaType() {
            return null;
        }

        InputStream open() throws IOException;
    }

    /** Documents in files, for a REPL. */
    static DocumentStream ofFiles(int repl, List<SandboxDocument> documents, FrameWriter toWorker) {
        return new DocumentStream(
                repl, documents.stream().<Source>map(FileSource::new).toList(), toWorker);
    }

    /** Texts in memory, for a REPL. */
    static DocumentStream ofTexts(int repl, List<ChildContext.Text> texts, FrameWriter toWorker) {
        return new DocumentStream(
                repl,
                texts.stream()
                        .<Source>map(
                                text -> new TextSource(text.name(), text.text().getBytes(StandardCharsets.UTF_8)))
                        .toList(),
                toWorker);
    }

    private record FileSource(SandboxDocument document) implements Source {
        @Override
        public String name() {
            return document.name();
        }

        @Override
        public long bytes() throws IOException {
            return mediaType() == null ? Files.size(document.file()) : 0;
        }

        @Override
        public @Nullable String mediaType() {
            return document.mediaType();
        }

        @Override
        public InputStream open() throws IOException {
            return Files.newInputStream(document.file());
        }
    }

    private static final class TextSource implements Source {
        private final String name;
        private final byte[] utf8;

        TextSource(String name, byte[] utf8) {
            this.name = name;
            this.utf8 = utf8;
        }

        @Override
        public String name() {
            return name;
        }

        @Override
        public long bytes() {
            return utf8.length;
        }

        @Override
        public InputStream open() {
            return new ByteArrayInputStream(utf8);
        }
    }

    /** Sends the documents' names and sizes, then their texts; whether all of it was sent. */
    boolean send() {
        try {
            List<Frame.DocumentHead> heads = new ArrayList<>(documents.size());
            for (Source document : documents) {
                heads.add(new Frame.DocumentHead(document.name(), size(document), document.mediaType()));
            }
            toWorker.write(new Frame.Open(repl, heads));
            for (int i = 0; i < heads.size(); i++) {
                if (heads.get(i).bytes() > 0) {
                    sendText(documents.get(i), heads.get(i).bytes());
                }
            }
            flush();
            return true;
        } catch (SandboxException e) {
            failure.set(e);
        } catch (FrameTooLargeException e) {
            failure.set(new SandboxException("The names of the documents are too long together for a sandbox.", e));
        } catch (IOException e) {
            // The worker is gone; why is told by whoever waits for its answer.
        }
        return false;
    }

    /** Which document could not be read, or null. */
    @Nullable
    SandboxException failure() {
        return failure.get();
    }

    private static long size(Source document) throws SandboxException {
        try {
            return document.bytes();
        } catch (IOException e) {
            throw unreadable(document, e);
        }
    }

    private void sendText(Source document, long bytes) throws SandboxException, IOException {
        try (InputStream file = open(document)) {
            long left = bytes;
            while (left > 0) {
                int read = read(document, file, (int) Math.min(left, piece.length - filled));
                filled += read;
                left -= read;
                if (filled == piece.length) {
                    flush();
                }
            }
        }
    }

    private static InputStream open(Source document) throws SandboxException {
        try {
            return document.open();
        } catch (IOException e) {
            throw unreadable(document, e);
        }
    }

    private int read(Source document, InputStream file, int length) throws SandboxException {
        try {
            int read = file.read(piece, filled, length);
            if (read < 0) {
                throw new EOFException("The file became shorter.");
            }
            return read;
        } catch (IOException e) {
            throw unreadable(document, e);
        }
    }

    private void flush() throws IOException {
        if (filled > 0) {
            toWorker.write(new Frame.Contents(repl, ByteBuffer.wrap(piece, 0, filled)));
            filled = 0;
        }
    }

    private static SandboxException unreadable(Source document, IOException cause) {
        return new SandboxException("The document " + document.name() + " cannot be read.", cause);
    }
}
