package dev.rlm.engine;

import dev.rlm.journal.TaskEvent.Options;
import java.util.Locale;

/**
 * Which ways of answering a question are allowed.
 *
 * @param choice who chooses the way
 * @param directTokens how many tokens the contexts may have together to be read in one call by choice of the router, 0 or
 *     more; with 0 it never is
 */
public record Routing(Choice choice, long directTokens) {

    /** The router chooses, and contexts of up to 16,000 tokens may be read directly. */
    public static final Routing DEFAULT = new Routing(Choice.AUTO, 16_000);

    /** @throws IllegalArgumentException with a sentence for users if the number is negative */
    public Routing {
        if (directTokens < 0) {
            throw new IllegalArgumentException(
                    "The tokens that may be read directly must be 0 or more, not " + directTokens + ".");
        }
    }

    /** The routing that a task was submitted with. */
    public static Routing of(Options options) {
        return new Routing(Choice.ofLabel(options.route()), options.directTokens());
    }

    /** This routing with another choice. */
    public Routing with(Choice other) {
        return new Routing(other, directTokens);
    }

    /** Who chooses the way. */
    public enum Choice {
        /** The {@link Router}, by the size of the contexts and the question. */
        AUTO,
        /** The caller: the root model reads the contexts in one call. */
        DIRECT,
        /** The caller: the root model writes code. */
        RLM;

        /** Its name as callers and records have it. */
        public String label() {
            return name().toLowerCase(Locale.ROOT);
        }

        /**
         * The choice with a label.
         *
         * @throws IllegalArgumentException if there is none
         */
        public static Choice ofLabel(String label) {
            return valueOf(label.toUpperCase(Locale.ROOT));
        }
    }
}
