package dev.rlm.sandbox.abuse;

import java.time.Duration;
import java.util.List;
import java.util.OptionalInt;

/**
 * One attempt: cells that run one after the other, and what must come of each.
 *
 * @param family the kind of abuse, the name of its file
 * @param title what the attempt is and how it must end, as a sentence
 * @param cells the cells, at least one
 */
record AbuseCase(String family, String title, List<AbusiveCell> cells) {

    /**
     * One cell of an attempt.
     *
     * @param place whose REPL runs it
     * @param endings the ways in which it may end, at least one
     * @param limit its time limit
     * @param printed what its output must contain
     * @param unprinted what its output must not contain
     * @param prompts how many prompts must reach the server, if that matters
     * @param code its source
     */
    record AbusiveCell(
            Place place,
            List<Ending> endings,
            Duration limit,
            List<String> printed,
            List<String> unprinted,
            OptionalInt prompts,
            String code) {
        AbusiveCell {
            if (endings.isEmpty()) {
                throw new IllegalArgumentException("A cell must say how it ends.");
            }
        }

        /** Whether the worker may have to be killed. */
        boolean mayBeKilled() {
            return endings.stream()
                    .anyMatch(ending -> ending instanceof Ending.Killed || ending instanceof Ending.MemoryExhausted);
        }
    }

    /** Whose REPL runs a cell. */
    enum Place {
        /** The REPL that all attempts of a family share. */
        ABUSED,
        /** The REPL of another task, in the same pool. */
        OTHER
    }

    /** How a cell ends. */
    sealed interface Ending {
        /** By itself, without an error. */
        record Well() implements Ending {}

        /** With a Python error whose last line begins so; a regular expression. */
        record Failed(String pattern) implements Ending {}

        /** At its time limit; the worker goes on. */
        record Stopped() implements Ending {}

        /** At its time limit or that of a child, and the worker with it; the REPL is rebuilt. */
        record Killed() implements Ending {}

        /** The worker has ended itself for want of memory; the REPL is rebuilt. */
        record MemoryExhausted() implements Ending {}
    }
}
