package dev.rlm.sandbox;

import dev.rlm.sandbox.protocol.Frame;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** How a run of a cell ended. */
sealed interface RunOutcome {
    /** How long the cell was active. */
    Duration active();

    /** The cell ended, by itself or because it was stopped. */
    record Ended(Frame.CellEnded cell, Duration active) implements RunOutcome {}

    /**
     * The worker is gone: killed, or dead.
     *
     * @param reason why
     * @param output what is known of what the cell printed
     * @param value the final value that the cell had handed over, or null
     */
    record Lost(Reason reason, Frame.Output output, Frame.@Nullable Value value, Duration active)
            implements RunOutcome {}

    /** Why a worker is gone. */
    enum Reason {
        /** It was killed because the cell did not stop at its time limit. */
        TIMED_OUT,
        /** It was killed because it sent what no worker sends. */
        NONSENSE,
        /** It was killed because of a cell of another REPL that it held. */
        BESIDE,
        /** It died by itself. */
        DEAD
    }
}
