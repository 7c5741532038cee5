package dev.rlm.context;

/** Something that cannot become a document. The message says why and follows its name, as in "is binary". */
final class Unreadable extends Exception {
    Unreadable(String reason) {
        super(reason);
    }

    /** Why, as in "is binary". */
    String reason() {
        return String.valueOf(getMessage());
    }
}
