package dev.rlm.access;

import java.util.Arrays;
import java.util.Optional;

/** What a caller may do, with its own contexts and tasks. */
public enum Scope {
    /** Ask questions, and stop them: what spends money on models. */
    ASK("rlm:ask"),
    /** Load and delete contexts: what takes room. */
    LOAD("rlm:load"),
    /** See how the server is doing for all callers. It does not open the contexts and tasks of others. */
    ADMIN("rlm:admin");

    private final String label;

    Scope(String label) {
        this.label = label;
    }

    /** Its name in configuration and tokens. */
    public String label() {
        return label;
    }

    /** The scope with a name; empty if there is none, for tokens have scopes of other services, too. */
    public static Optional<Scope> ofLabel(String label) {
        return Arrays.stream(values())
                .filter(scope -> scope.label.equals(label))
                .findFirst();
    }
}
