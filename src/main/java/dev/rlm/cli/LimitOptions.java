package dev.rlm.cli;

import dev.rlm.task.TaskRequest.Limits;
import java.math.BigDecimal;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What a question may use. */
final class LimitOptions {

    @Option(
            names = "--max-turns",
            paramLabel = "N",
            description = "Turns of the root model (default: rlm.engine.turns).")
    private @Nullable Integer maxTurns;

    @Option(names = "--max-sub-calls", paramLabel = "N", description = "Sub-calls (default: rlm.engine.sub-calls).")
    private @Nullable Integer maxSubCalls;

    @Option(
            names = "--max-cost",
            paramLabel = "USD",
            description = "What all model calls of a question may cost (default: rlm.engine.max-cost, or no limit).")
    private @Nullable BigDecimal maxCost;

    @Option(
            names = "--timeout",
            paramLabel = "D",
            converter = Durations.class,
            description = "How long answering may take, such as 90s, 10m or 1h (default: rlm.engine.time).")
    private @Nullable Duration timeout;

    /** These limits, with so many sub-calls at a time and so deep a recursion; null for the configured default. */
    Limits with(@Nullable Integer parallel, @Nullable Integer depth) {
        return new Limits(maxTurns, maxSubCalls, parallel, maxCost, timeout, depth);
    }
}
