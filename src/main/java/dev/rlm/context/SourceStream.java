package dev.rlm.context;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;

/** Marks the failures of a stream as its own, where it is copied to another that may fail, too. */
final class SourceStream extends FilterInputStream {

    /** Reading failed; the message is a sentence. */
    static final class BrokenException extends IOException {
        BrokenException(IOException cause) {
            super(cause.getMessage(), cause);
        }

        @Override
        public String getMessage() {
            return String.valueOf(super.getMessage());
        }
    }

    SourceStream(InputStream in) {
        super(in);
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        try {
            return super.read(bytes, offset, length);
        } catch (InterruptedIOException e) {
            throw e;
        } catch (IOException e) {
            throw new BrokenException(e);
        }
    }
}
