package dev.rlm.pdf.worker;

import java.io.IOException;
import java.io.Writer;

/** A text that is written, up to a length. Not thread-safe. */
final class BoundedText extends Writer {
    private final StringBuilder text = new StringBuilder();
    private final int most;

    BoundedText(int mostCharacters) {
        this.most = mostCharacters;
    }

    /** The text is too long. */
    static final class TooLongException extends IOException {
        TooLongException(int most) {
            super("more than " + most + " characters");
        }
    }

    @Override
    public void write(char[] characters, int offset, int length) throws TooLongException {
        if (text.length() + length > most) {
            throw new TooLongException(most);
        }
        text.append(characters, offset, length);
    }

    @Override
    public void flush() {}

    @Override
    public void close() {}

    @Override
    public String toString() {
        return text.toString();
    }
}
