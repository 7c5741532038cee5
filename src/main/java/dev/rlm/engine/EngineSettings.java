package dev.rlm.engine;

import dev.rlm.engine.ModelProfile.CodeStyle;
import dev.rlm.journal.TaskEvent.Options;
import dev.rlm.model.Ability;
import java.time.Duration;

/**
 * How questions are answered.
 *
 * @param outputCharacters how much of a cell's output the root model sees, at least 1,000
 * @param cellTime how long a cell may be active, waits for sub-calls not counted
 * @param totalCellTime how long all cells of a question may be active together
 * @param callTime how long one model call may take, retries included
 * @param toolCalls whether root models that have tools write their code in tool calls; otherwise in fenced blocks
 * @param retryStragglers whether the slowest calls of a batch are asked a second time
 */
public record EngineSettings(
        int outputCharacters,
        Duration cellTime,
        Duration totalCellTime,
        Duration callTime,
        boolean toolCalls,
        boolean retryStragglers) {

    /** The defaults. */
    public static final EngineSettings DEFAULTS = new EngineSettings(
            20_000, Duration.ofMinutes(2), Duration.ofMinutes(30), Duration.ofMinutes(10), true, false);

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
                options.toolCalls(),
                options.retryStragglers());
    }

    /**
     * These settings for a task with this root model: with tool calls only if the model's profile is for them. To be asked
     * once, when the task is submitted: a conversation that began with tool calls cannot go on without.
     */
    public EngineSettings suiting(Role root) {
        return new EngineSettings(
                outputCharacters,
                cellTime,
                totalCellTime,
                callTime,
                toolCalls && root.profile().code() == CodeStyle.TOOL_CALLS,
                retryStragglers);
    }

    /** These settings for models whose calls may take this long, if that is longer, and are made once. */
    public EngineSettings unhurried(Duration longerCallTime) {
        return new EngineSettings(
                outputCharacters,
                cellTime,
                totalCellTime,
                callTime.compareTo(longerCallTime) < 0 ? longerCallTime : callTime,
                toolCalls,
                false);
    }

    /** Whether a root model writes its code in tool calls by these settings. */
    public boolean toolCallsOf(Role root) {
        return toolCalls && root.description().can(Ability.TOOLS);
    }
}
