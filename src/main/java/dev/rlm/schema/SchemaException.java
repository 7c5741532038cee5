package dev.rlm.schema;

import java.util.Objects;

/** A schema that cannot be used. The message is a sentence for its author: what was wrong, what to do. */
public final class SchemaException extends Exception {

    SchemaException(String message) {
        super(message);
    }

    @Override
    public String getMessage() {
        return Objects.requireNonNull(super.getMessage());
    }
}
