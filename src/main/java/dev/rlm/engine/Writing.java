package dev.rlm.engine;

import java.util.Locale;

/**
 * How far a root model is with a reply.
 *
 * @param turn the turn of the reply, 0 for a direct answer
 * @param kind what it is writing: {@code end} is all of this kind
 * @param characters how long the reply is so far
 * @param end the end of what it is writing, at most {@value #MOST_CHARACTERS} characters, with control characters made
 *     visible
 */
public record Writing(int turn, Kind kind, long characters, String end) {

    /** The most characters of a reply that are shown while it is written. */
    public static final int MOST_CHARACTERS = 500;

    /** What a part of a reply is. */
    public enum Kind {
        /** What the model says. */
        TEXT,
        /** Code that it wants to be run, or another fenced block: not the output of anything. */
        CODE;

        /** The name in reports. */
        public String label() {
            return name().toLowerCase(Locale.ROOT);
        }
    }
}
