package dev.rlm.engine;

import dev.rlm.engine.ModelProfile.CodeStyle;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A profile as a file writes it: what is null was left out. */
record ProfileDraft(
        String name,
        @Nullable List<String> models,
        @Nullable Long window,
        @Nullable Long chunkCharacters,
        @Nullable Integer batch,
        @Nullable CodeStyle code,
        @Nullable Integer thinkingTokens,
        @Nullable Integer compactAt,
        @Nullable Integer deepest,
        @Nullable List<String> addenda) {

    /** This draft, with what it leaves out taken from another. */
    ProfileDraft over(ProfileDraft other) {
        return new ProfileDraft(
                name,
                or(models, other.models),
                or(window, other.window),
                or(chunkCharacters, other.chunkCharacters),
                or(batch, other.batch),
                or(code, other.code),
                or(thinkingTokens, other.thinkingTokens),
                or(compactAt, other.compactAt),
                or(deepest, other.deepest),
                or(addenda, other.addenda));
    }

    /** The profile. */
    ModelProfile profile() {
        if (window == null
                || chunkCharacters == null
                || code == null
                || thinkingTokens == null
                || compactAt == null
                || deepest == null
                || addenda == null) {
            throw new IllegalStateException("The default profile of the program is not complete.");
        }
        return new ModelProfile(
                name, window, chunkCharacters, batch, code, thinkingTokens, compactAt, deepest, addenda);
    }

    private static <T> @Nullable T or(@Nullable T own, @Nullable T other) {
        return own == null ? other : own;
    }
}
