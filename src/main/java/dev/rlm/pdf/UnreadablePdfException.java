package dev.rlm.pdf;

/** A PDF of which nothing can be read. The message says why and follows its name, as in "is a damaged PDF". */
public final class UnreadablePdfException extends Exception {
    private static final long serialVersionUID = 1L;

    UnreadablePdfException(String reason) {
        super(reason);
    }

    /** Why, as in "is a damaged PDF". */
    public String reason() {
        return String.valueOf(getMessage());
    }
}
