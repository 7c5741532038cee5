package dev.rlm.context;

import dev.rlm.storage.PrivateFiles;
import dev.rlm.storage.StorageException;
import dev.rlm.storage.s3.S3Access;
import dev.rlm.storage.s3.S3Reader;
import dev.rlm.storage.s3.S3Reader.ObjectReplacedException;
import dev.rlm.storage.s3.S3Reader.Opened;
import dev.rlm.storage.s3.UnreadableObjectException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Fetches objects from allowed addresses in S3. Thread-safe. */
public final class S3Fetch implements AutoCloseable {

    private static final int PIECE = 1 << 16;

    private final AllowedObjects allowed;
    private final S3Reader reader;
    private final FetchTime time;

    /**
     * A way to fetch objects.
     *
     * @param allowed which
     * @param access how they are reached
     * @param time how long fetching one of them, or a page of their list, may take
     */
    public S3Fetch(AllowedObjects allowed, S3Access access, Duration time) {
        this.allowed = allowed;
        this.reader = new S3Reader(access);
        this.time = new FetchTime(time);
    }

    /** Fetches nothing. */
    static S3Fetch none() {
        return new S3Fetch(AllowedObjects.NONE, new S3Access(null, null, false, null), Duration.ofMinutes(1));
    }

    /**
     * What an address means, if it may be loaded.
     *
     * @throws ContextException if it may not
     */
    S3Address require(String text) throws ContextException {
        return allowed.require(text);
    }

    /**
     * Fetches an object.
     *
     * @param address that of an object that may be loaded
     * @param mostBytes how many bytes it may have
     * @param file where it goes
     */
    void fetch(S3Address address, long mostBytes, FileChannel file)
            throws Unreadable, IOException, ContextException, InterruptedException {
        time.within(() -> {
            try (Opened object = open(address)) {
                copy(object, mostBytes, file);
                return address;
            } catch (UnreadableObjectException e) {
                throw new ContextException(address + " " + e.getMessage() + ": " + e.advice() + ".", e);
            }
        });
    }

    /** A page of the objects of a folder that may be loaded. */
    S3Reader.Page list(S3Address folder, @Nullable String next)
            throws IOException, ContextException, InterruptedException {
        try {
            return time.within(() -> {
                try {
                    return reader.list(folder.bucket(), folder.key(), next);
                } catch (StorageException e) {
                    throw new ContextException(e.getMessage(), e);
                }
            });
        } catch (Unreadable e) {
            throw new ContextException("The list of " + folder + " " + e.reason() + ": try again later.", e);
        }
    }

    /**
     * Reads the first bytes of an object that may be loaded; the rest can be read from what is returned.
     *
     * @throws Unreadable if this object cannot be read
     * @throws ContextException if nothing can be read any more
     */
    BegunObject begin(S3Address address, int bytes) throws Unreadable, ContextException, InterruptedException {
        try {
            Opened object = open(address);
            boolean begun = false;
            try {
                byte[] head = new byte[(int) Math.min(bytes, object.size())];
                int count = 0;
                for (int read = 0; read >= 0 && count < head.length; count += Math.max(0, read)) {
                    read = read(object.bytes(), head, count);
                }
                if (count == object.size()) {
                    requireEnd(object);
                }
                begun = true;
                return new BegunObject(object, head, count);
            } finally {
                if (!begun) {
                    object.bytes().close();
                }
            }
        } catch (UnreadableObjectException e) {
            throw new Unreadable(e.getMessage());
        } catch (IOException e) {
            throw brokenOff(e);
        }
    }

    /** The first bytes of an object that may be loaded. */
    byte[] head(S3Address address, int bytes) throws Unreadable, IOException, ContextException, InterruptedException {
        return time.within(() -> {
            try (BegunObject object = begin(address, bytes)) {
                return object.bytes();
            }
        });
    }

    /** How long fetching one of them may take. */
    FetchTime time() {
        return time;
    }

    /** Writes all of an object to a file. */
    void copy(BegunObject object, long mostBytes, FileChannel file)
            throws Unreadable, IOException, ContextException, InterruptedException {
        time.within(() -> {
            PrivateFiles.writeFully(file, object.head());
            copy(object.object(), mostBytes, file);
            return object;
        });
    }

    @Override
    public void close() {
        reader.close();
    }

    private Opened open(S3Address address) throws UnreadableObjectException, ContextException, InterruptedException {
        try {
            return reader.open(address.bucket(), address.key());
        } catch (StorageException e) {
            throw new ContextException(e.getMessage(), e);
        }
    }

    private static void copy(Opened object, long mostBytes, FileChannel file)
            throws Unreadable, IOException, ContextException, InterruptedException {
        if (object.size() > mostBytes) {
            throw new Unreadable("has more than " + mostBytes + " bytes (rlm.context.max-bytes)");
        }
        byte[] piece = new byte[PIECE];
        for (int count = read(object.bytes(), piece, 0); count >= 0; count = read(object.bytes(), piece, 0)) {
            PrivateFiles.writeFully(file, ByteBuffer.wrap(piece, 0, count));
        }
    }

    /** Checksums are compared at the end. */
    private static void requireEnd(Opened object) throws Unreadable, ContextException, InterruptedException {
        if (read(object.bytes(), new byte[1], 0) >= 0) {
            throw new Unreadable("has more bytes than it says");
        }
    }

    /** The failures of the connection are not those of the store. */
    private static int read(InputStream bytes, byte[] into, int offset)
            throws Unreadable, ContextException, InterruptedException {
        try {
            return bytes.read(into, offset, into.length - offset);
        } catch (ObjectReplacedException e) {
            throw new Unreadable(String.valueOf(e.getMessage()));
        } catch (InterruptedIOException _) {
            throw new InterruptedException();
        } catch (IOException e) {
            throw brokenOff(e);
        }
    }

    private static ContextException brokenOff(IOException e) {
        String sentence = e.getCause() instanceof StorageException told
                ? told.getMessage()
                : e.getMessage() + " Try again later.";
        return new ContextException(sentence, e);
    }
}
