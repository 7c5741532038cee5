package dev.rlm.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rlm.engine.ModelProfile.CodeStyle;
import dev.rlm.model.Ability;
import dev.rlm.model.ModelDescription;
import dev.rlm.model.ModelId;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class ModelProfilesTest {

    private final ModelProfiles shipped = ModelProfiles.load();

    private static ModelProfile of(ModelProfiles profiles, String id) {
        return profiles.of(ModelId.parse(id));
    }

    private static ModelDescription model(@Nullable Long window, Ability... abilities) {
        return new ModelDescription(ModelId.parse("test:m"), window, null, null, Set.of(abilities));
    }

    @ParameterizedTest
    @CsvSource({
        "bedrock:us.amazon.nova-pro-v1:0, nova",
        "bedrock:amazon.nova-2-lite-v1:0, nova",
        "bedrock:arn:aws:bedrock:us-east-1:123456789012:inference-profile/us.amazon.nova-micro-v1:0, nova",
        "openai:amazon/nova-lite-v1, nova",
        "bedrock:global.anthropic.claude-sonnet-4-5-20250929-v1:0, claude",
        "openai:anthropic/claude-opus-5, claude",
        "openai:gpt-5-mini, gpt",
        "openai:gpt-4.1, gpt",
        "openai:openai/gpt-5.2, gpt",
        "openai:o3-mini, gpt",
        "bedrock:openai.gpt-oss-120b-1:0, gpt-oss",
        "openai:gpt-oss:20b, gpt-oss",
        "openai:openai/gpt-oss-20b, gpt-oss",
        "bedrock:qwen.qwen3-coder-480b-a35b-v1:0, qwen",
        "bedrock:qwen.qwen3-coder-30b-a3b-v1:0, qwen",
        "openai:Qwen/Qwen3-Coder-30B-A3B-Instruct, qwen",
        "openai:mlx-community/Qwen3-32B-4bit, qwen",
        "openai:qwen3:8b, small",
        "openai:qwen3:8b-q4_K_M, small",
        "openai:meta-llama/Llama-3.1-8B-Instruct, small",
        "openai:google/gemma-3-4b-it, small",
        "openai:llama3.2, small",
        "bedrock:meta.llama3-3-70b-instruct-v1:0, default",
        "bedrock:deepseek.v3.2, default",
        "openai:mixtral:8x7b, default",
        "openai:arcee-ai/supernova-medius, default",
    })
    void eachFamilyIsKnownByTheIdsThatProvidersGiveIt(String id, String profile) {
        assertThat(of(shipped, id).name()).isEqualTo(profile);
    }

    @Test
    void aProfileOfTheUserComesBeforeThoseOfTheProgram() {
        ModelProfiles profiles = shipped.with("""
                big: { models: ["*qwen*480b*"], code: tool-calls, chunk-characters: 300000 }
                rest: { models: ["openai:*qwen*"], batch: 5, addenda: ["Answer in {{sub_model}}'s words."] }
                """);
        ModelProfile big = of(profiles, "bedrock:qwen.qwen3-coder-480b-a35b-v1:0");
        assertThat(big.name()).isEqualTo("big");
        assertThat(big.addenda()).isEmpty();
        assertThat(big.batch()).isNull();
        assertThat(of(profiles, "openai:Qwen3-Next").addenda()).containsExactly("Answer in {{sub_model}}'s words.");
        assertThat(of(profiles, "bedrock:qwen.qwen3-coder-30b-a3b-v1:0").name()).isEqualTo("qwen");
    }

    @Test
    void aProfileOfTheSameNameReplacesWhatItStatesAndKeepsTheRestAndItsPlace() {
        ModelProfiles profiles = shipped.with("gpt: { batch: 40 }");
        ModelProfile before = of(shipped, "openai:gpt-5");
        assertThat(of(profiles, "openai:gpt-5"))
                .isEqualTo(new ModelProfile(
                        "gpt",
                        before.window(),
                        before.chunkCharacters(),
                        40,
                        before.code(),
                        before.thinkingTokens(),
                        before.compactAt(),
                        before.deepest(),
                        before.addenda()));
        assertThat(of(profiles, "openai:gpt-oss:20b").name()).isEqualTo("gpt-oss");
        assertThat(of(shipped.with("qwen: { addenda: [] }"), "openai:qwen3-coder")
                        .addenda())
                .isEmpty();
    }

    @Test
    void theDefaultOfTheUserHoldsForWhatFamiliesLeaveOut() {
        ModelProfiles profiles = shipped.with("default: { chunk-characters: 90000, code: fences }");
        assertThat(of(profiles, "openai:unheard-of").chunkCharacters()).isEqualTo(90_000);
        assertThat(of(profiles, "bedrock:us.amazon.nova-pro-v1:0").code()).isEqualTo(CodeStyle.FENCES);
        assertThat(of(profiles, "bedrock:us.amazon.nova-pro-v1:0").chunkCharacters())
                .isEqualTo(200_000);
    }

    @Test
    void anEmptyFileChangesNothing() {
        assertThat(of(shipped.with("# nothing yet\n"), "openai:gpt-5")).isEqualTo(of(shipped, "openai:gpt-5"));
    }

    @ParameterizedTest
    @CsvSource({
        "128000, 280000",
        "100000, 220000",
        "1000000, 400000",
        "2000, 4000",
        "500, 1000",
        ", 100000",
    })
    void aSubCallReadsMostOfTheWindowAndNotMoreThanTheProfileSays(@Nullable Long window, long characters) {
        assertThat(of(shipped, "test:m").charactersOfSubCall(model(window))).isEqualTo(characters);
    }

    @ParameterizedTest
    @CsvSource({
        "openai:qwen3:8b, 1",
        "bedrock:us.amazon.nova-pro-v1:0, 2",
        "openai:unheard-of, 2",
        "openai:gpt-5, 3",
        "openai:anthropic/claude-opus-5, 3",
    })
    void weakModelsRecurLessDeeply(String id, int deepest) {
        assertThat(of(shipped, id).deepest()).isEqualTo(deepest);
        assertThat(of(shipped.with("mine: { models: ['*'], deepest: 5 }"), id).deepest())
                .isEqualTo(5);
    }

    @Test
    void thinkingTokensAreForModelsThatThinkOrMay() {
        ModelProfile gpt = of(shipped, "openai:gpt-5");
        assertThat(gpt.thinkingTokens()).isPositive();
        assertThat(gpt.thinkingTokensOf(model(null, Ability.TOOLS, Ability.REASONING)))
                .isEqualTo(gpt.thinkingTokens());
        assertThat(gpt.thinkingTokensOf(model(null))).isEqualTo(gpt.thinkingTokens());
        assertThat(gpt.thinkingTokensOf(model(null, Ability.TOOLS))).isZero();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "- a | It must map names of profiles to what holds for them.",
                "x: { | It is not valid YAML near line 1",
                "{x: {models: [a]}, x: {models: [b]}} | It is not valid YAML near line 1: Duplicate field 'x'",
                "my model: {models: [a]} | 'my model' cannot be a profile's name",
                "x: 3 | The profile 'x' is wrong: it must be a mapping with the keys [models, window,",
                "x: {model: [a]} | The profile 'x' is wrong: 'model' is not known; the keys are [models, window,",
                "x: {batch: 3} | The profile 'x' is wrong: it needs 'models', a list of patterns",
                "x: {models: []} | The profile 'x' is wrong: it needs 'models', a list of patterns",
                "x: {models: \"*a*\"} | The profile 'x' is wrong: 'models' must be a list of texts.",
                "x: {models: [[a]]} | The profile 'x' is wrong: 'models' must be a list of texts.",
                "default: {models: [a]} | The profile 'default' is wrong: it is for all models",
                "nova: {window: 12} | The profile 'nova' is wrong: 'window' must be a whole number from 1000 to",
                "nova: {chunk-characters: 1e9} | 'chunk-characters' must be a whole number from 1000 to 100000000.",
                "nova: {batch: 0} | The profile 'nova' is wrong: 'batch' must be a whole number from 1 to",
                "nova: {batch: many} | The profile 'nova' is wrong: 'batch' must be a whole number from 1 to",
                "nova: {batch: null} | The profile 'nova' is wrong: 'batch' must be a whole number from 1 to",
                "nova: {thinking-tokens: -1} | 'thinking-tokens' must be a whole number from 0 to",
                "nova: {deepest: 0} | The profile 'nova' is wrong: 'deepest' must be a whole number from 1 to 5.",
                "nova: {deepest: 6} | The profile 'nova' is wrong: 'deepest' must be a whole number from 1 to 5.",
                "nova: {code: python} | The profile 'nova' is wrong: 'code' must be tool-calls or fences.",
                "nova: {addenda: [large-part]} | 'large-part' is not an addendum; there are [final-in-code, large-parts,",
                "nova: {addenda: ['Use {{tool}}.']} | an addendum has no '{{tool}}'; what is filled in is [chunk_characters,",
            })
    void whatIsWrongIsToldWithTheProfileAndTheKey(String yaml, String sentence) {
        assertThatThrownBy(() -> shipped.with(yaml))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(sentence)
                .message()
                .hasLineCount(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"a\u001Bb", "a\nb"})
    void controlCharactersOfAFileDoNotReachTheSentence(String name) {
        assertThatThrownBy(() -> shipped.with("\"" + name.replace("\n", "\\n").replace("\u001B", "\\e") + "\": {}"))
                .hasMessageContaining("'a?b' cannot be a profile's name");
    }
}
