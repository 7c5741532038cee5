package dev.rlm.engine;

import dev.rlm.journal.TaskEvent.Options;
import java.time.Duration;

/**
 * How questions are answered.
 *
 * @param outputCharacters how much of a cell's output the root model sees, at least 1,000
 * @param cellTime how long a cell may be active, waits for sub-calls not counted
 * @param totalCellTime how long all cells of a question may be active together
 * @param callTime how long one model call may take, retries included
 * @param toolCalls whether root models that have tools write their code in tool calls; otherwise in fenced blocks
 */
public record EngineSettings(
        int outputCharacters, Duration cellTime, Duration totalCellTime, Duration callTime, boolean toolCalls) {

    /** The defaults. */
    public static final EngineSettings DEFAULTS =
            new EngineSettings(20_000, Duration.ofMinutes(2), Duration.ofMinutes(30), Duration.ofMinutes(10), true);

    /** @throws IllegalArgumentException with a sentence for users if a value is out of range */
    public EngineSettings {
        if (outputCharacters < 1_000) {
            throw new IllegalArgumentException(
                    "The limit of a cell's output must be at least 1000 characters, not " + outputCharacters + ".");
        }
        if (!cellTime.isPositive() || !totalCellTime.isPositive() || !callTime.isPositive()) {
            throw new IllegalArgumentException("The time limits of cells and calls must be above 0.");
        }
    }

    /** The settings that a task was submitted with. */
    public static EngineSettings of(Options options) {
        return new EngineSettings(
                options.outputCharacters(),
                options.cellTime(),
                options.totalCellTime(),
                options.callTime(),
                options.toolCalls());
    }
}
