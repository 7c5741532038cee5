package dev.rlm.web;

import dev.rlm.context.Context;
import dev.rlm.context.ContextException;
import dev.rlm.context.ContextLoader;
import dev.rlm.context.Source;
import dev.rlm.storage.PrivateFiles;
import dev.rlm.web.UploadFolder.Held;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Takes files in that clients send in the body of a request, in one part or several, and loads them as contexts. What came
 * of a file before a connection broke is kept for a day, so that the client can go on from there. Thread-safe.
 */
public final class Uploads {

    /** How many bytes of a file have come. */
    static final String OFFSET = "Upload-Offset";

    private static final int PIECE = 1 << 16;

    private final UploadFolder folder;
    private final ContextLoader loader;
    private final long mostBytes;

    /**
     * Uploads.
     *
     * @param folder where files lie until they are complete; made when it is missing
     * @param loader loads them then
     * @param mostBytes how many bytes a file may have
     */
    public Uploads(Path folder, ContextLoader loader, long mostBytes, Clock clock) {
        this.folder = new UploadFolder(folder, clock);
        this.loader = loader;
        this.mostBytes = mostBytes;
    }

    /** How many bytes of a file have come; empty if nothing is kept of it. */
    Optional<Long> received(String caller, String name) throws IOException {
        return folder.received(caller, name);
    }

    /** Refuses what is too large before any of it has come. */
    void require(Upload upload) throws UploadException {
        if (Math.max(upload.part().total(), upload.part().end()) > mostBytes) {
            throw tooLarge();
        }
    }

    private UploadException tooLarge() {
        return new UploadException(
                413,
                "The file has more than " + mostBytes
                        + " bytes, which is the limit of a context (rlm.context.max-bytes): send a smaller one, or parts of"
                        + " it as contexts of their own.");
    }

    /**
     * Takes a part of a file.
     *
     * @return the context if the file is complete; else empty
     * @throws UploadException if it cannot be taken, or the file cannot be loaded
     * @throws IOException if the body breaks off; what came is kept if it can be continued
     */
    Optional<Context> take(Upload upload, InputStream body) throws UploadException, IOException, InterruptedException {
        require(upload);
        try (Held file = folder.hold(upload.caller(), upload.name())) {
            begin(file, upload.part());
            long end = receive(file, upload.part(), body);
            if (upload.part().total() > end) {
                return Optional.empty();
            }
            try {
                if (upload.digest().isPresent()) {
                    upload.digest().get().check(file.path());
                }
                return Optional.of(loader.load(
                        upload.caller(),
                        upload.name(),
                        List.of(new Source.Received(upload.name(), file.path())),
                        upload.key()));
            } catch (ContextException e) {
                throw new UploadException(422, e.getMessage());
            } finally {
                file.delete();
            }
        }
    }

    /** Goes to where the part starts. A whole file replaces what was kept. */
    private static void begin(Held file, Part part) throws IOException, UploadException {
        long kept = file.channel().size();
        if (part.start() == 0) {
            file.channel().truncate(0);
        } else if (part.start() != kept) {
            throw new UploadException(
                    409,
                    "This part starts at byte " + part.start() + ", but " + kept
                            + " bytes of the file have come: go on from there.",
                    Map.of(OFFSET, String.valueOf(kept)));
        }
        file.channel().position(part.start());
    }

    /** Writes what comes; returns how many bytes of the file there are then. */
    private long receive(Held file, Part part, InputStream body) throws IOException, UploadException {
        byte[] piece = new byte[PIECE];
        long place = part.start();
        boolean whole = false;
        try {
            for (int count = body.read(piece); count >= 0; count = body.read(piece)) {
                if (place + count > mostBytes) {
                    throw tooLarge();
                }
                PrivateFiles.writeFully(file.channel(), ByteBuffer.wrap(piece, 0, count));
                place += count;
            }
            if (part.end() >= 0 && place != part.end()) {
                throw new UploadException(400, "The body has another length than the headers say: send it again.");
            }
            whole = true;
            return place;
        } finally {
            if (!whole && !part.isResumable()) {
                file.delete();
            }
        }
    }
}
