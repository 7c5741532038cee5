package dev.rlm.access;

import java.util.EnumSet;
import java.util.Set;

/**
 * Who calls. Names of different kinds of callers differ in what they start with, so nobody can be taken for somebody else.
 *
 * @param name whose contexts and tasks it sees: {@link #LOCAL}, or a kind and a name such as {@code key:ci}; at most
 *     {@value #LONGEST} characters without control characters
 * @param scopes what it may do
 */
public record Caller(String name, Set<Scope> scopes) {

    /** How long a name may be, in UTF-16 units. */
    public static final int LONGEST = 300;

    /** The one caller of a server that does not tell callers apart. It may do everything. */
    public static final Caller LOCAL = new Caller("local", EnumSet.allOf(Scope.class));

    /** @throws IllegalArgumentException if the name cannot be one */
    public Caller {
        if (name.isBlank() || name.length() > LONGEST || name.chars().anyMatch(Character::isISOControl)) {
            throw new IllegalArgumentException(
                    "A caller's name has 1 to " + LONGEST + " characters and no control characters.");
        }
        scopes = Set.copyOf(scopes);
    }

    /** Whether it may do this. */
    public boolean may(Scope scope) {
        return scopes.contains(scope);
    }
}
