package dev.rlm.wiring;

import dev.rlm.engine.Routing;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;

/** How questions are answered. Callers may set the limits of a question themselves. */
@ConfigMapping(prefix = "rlm.engine")
public interface EngineConfig {

    /** How many turns the root model has. */
    @WithDefault("30")
    int turns();

    /** How many sub-calls the code may make. */
    @WithDefault("50")
    int subCalls();

    /** Who chooses how a question is answered: auto, or always direct or rlm. */
    @WithDefault("auto")
    Routing.Choice route();

    /** How many tokens the contexts of a question may have to be read in one call, by choice of the router; 0 for never. */
    @WithDefault("16000")
    long directTokens();

    /** How deep the recursion may go, 1 to 5: with 1 the code asks sub-models, with 2 also children that do, and so on. */
    @WithDefault("1")
    int depth();

    /** How many tokens all model calls of a question may read, cached ones included. Default: no limit. */
    OptionalLong maxInputTokens();

    /** How many tokens all model calls of a question may write. Default: no limit. */
    OptionalLong maxOutputTokens();

    /** How many tokens all model calls of a question may read from prompt caches. Default: no limit. */
    OptionalLong maxCachedTokens();

    /** What all model calls of a question may cost, in US dollars. Default: no limit. */
    Optional<BigDecimal> maxCost();

    /** How long answering may take. */
    @WithDefault("30M")
    Duration time();

    /** How many model calls of a question run at a time, 1 to 256. */
    @WithDefault("16")
    int parallel();

    /** How much of a cell's output the root model sees, in characters. */
    @WithDefault("20000")
    int outputCharacters();

    /** How long a cell may be active; waiting for sub-calls does not count. */
    @WithDefault("120S")
    Duration cellTime();

    /** How long all cells of a question may be active together. */
    @WithDefault("30M")
    Duration totalCellTime();

    /** How long one model call may take, retries included. */
    @WithDefault("10M")
    Duration callTime();

    /** Whether root models that have tools write their code in tool calls; otherwise in fenced blocks. */
    @WithDefault("true")
    boolean toolCalls();

    /**
     * Whether the slowest calls of a batch of sub-calls are asked a second time, once most of the others have been answered.
     * The reply that comes first counts, and both are paid for.
     */
    @WithDefault("false")
    boolean retryStragglers();
}
