package dev.rlm.engine;

import dev.rlm.model.Ability;
import dev.rlm.model.ModelDescription;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How models of a family are worked with, which is not the same for all: some must be told to batch their sub-calls,
 * some overlook things in long texts, some think before they write. As a root model's profile it shapes the system
 * prompt, as a sub-model's it tells how much a sub-call should read.
 *
 * @param name the profile's name
 * @param window the tokens of input to reckon with for a model whose window is not known, at least 1,000
 * @param chunkCharacters what one sub-call to such a model should read at most, in characters, at least 1,000
 * @param batch how many prompts such a root model should ask about at once, or null to tell it nothing
 * @param code how such a root model writes its code, if it can choose
 * @param thinkingTokens the output tokens that such a model may need for thinking, 0 or more
 * @param compactAt at which part of its room for input the conversation of such a root model is compacted, in percent, 10 to 95
 * @param deepest how deep the recursion goes by choice of the router where such a model writes the code, 1 or more: with 1 the
 *     code asks sub-models, with 2 also children that do, and so on
 * @param addenda texts that end the system prompt of such a root model, with placeholders
 */
public record ModelProfile(
        String name,
        long window,
        long chunkCharacters,
        @Nullable Integer batch,
        CodeStyle code,
        int thinkingTokens,
        int compactAt,
        int deepest,
        List<String> addenda) {

    /** How a root model writes its code. */
    public enum CodeStyle {
        /** In calls of a tool. */
        TOOL_CALLS,
        /** In fenced blocks of its text. */
        FENCES
    }

    public ModelProfile {
        addenda = List.copyOf(addenda);
    }

    /** How much text one sub-call to a model of this profile should read, in characters, at least 1,000. */
    public long charactersOfSubCall(ModelDescription model) {
        long tokens = windowOf(model);
        // Three characters a token, and a quarter of the window for the instructions and the reply.
        long characters = tokens * 3 * 3 / 4;
        // A number that is easy to read.
        long unit = characters < 10_000 ? 1_000 : 10_000;
        return Math.max(1_000, Math.min(characters / unit * unit, chunkCharacters));
    }

    private long windowOf(ModelDescription model) {
        return model.window() == null ? window : model.window();
    }

    /** With more tokens than this, the conversation of a root model of this profile is compacted. */
    public long tokensOfConversation(ModelDescription model) {
        long tokens = windowOf(model);
        // The window is shared with the reply in most models.
        long reply = Math.min(tokens / 4, model.maxOutput() == null ? tokens / 4 : model.maxOutput());
        return (tokens - reply) * compactAt / 100;
    }

    /** How many output tokens a model of this profile may need for thinking; 0 if it is known to do without. */
    public int thinkingTokensOf(ModelDescription model) {
        boolean thinks = model.abilities().isEmpty() || model.can(Ability.REASONING);
        return thinks ? thinkingTokens : 0;
    }
}
