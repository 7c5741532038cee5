package dev.rlm.sandbox;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What a cell did.
 *
 * @param status how it ended
 * @param output what it printed, then the repr of a last expression, then the traceback if it failed; cut to the output
 *     limit
 * @param outputCharacters how long the output was before it was cut
 * @param error the last line of the traceback ({@code ValueError: ...}) or the reason of a stop; null if there was none
 * @param finalValue the final value if the cell ended the run, else null
 * @param active how long the cell was active, waits for host calls not counted
 * @param trace what is needed to run it again
 */
public record CellResult(
        Status status,
        String output,
        long outputCharacters,
        @Nullable String error,
        @Nullable FinalValue finalValue,
        Duration active,
        CellTrace trace) {

    /** A result of which nothing more is known. */
    public CellResult(
            Status status,
            String output,
            long outputCharacters,
            @Nullable String error,
            @Nullable FinalValue finalValue,
            Duration active) {
        this(status, output, outputCharacters, error, finalValue, active, CellTrace.NONE);
    }

    CellResult with(CellTrace newTrace) {
        return new CellResult(status, output, outputCharacters, error, finalValue, active, newTrace);
    }

    /** How a cell ended. */
    public enum Status {
        /** It ran to its end, or ended the run. */
        OK,
        /** It raised an exception; assignments before it are kept. */
        ERROR,
        /** It was stopped at its time limit; the variables are kept. */
        TIMED_OUT,
        /**
         * Its worker had to be ended, or died; in a new one the earlier cells were run again with the replies they had, so
         * the variables are as before the cell. The error tells which may differ.
         */
        KILLED,
        /** Its worker had to be ended, or died; a new one holds the context, and all variables are lost. */
        STATE_LOST
    }
}
