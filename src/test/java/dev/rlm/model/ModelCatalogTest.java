package dev.rlm.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ModelCatalogTest {

    private final ModelCatalog catalog = ModelCatalog.load();

    @ParameterizedTest
    @CsvSource({
        "bedrock:amazon.nova-micro-v1:0, 0.035, 0.14, 128000",
        "bedrock:amazon.nova-lite-v1:0, 0.06, 0.24, 300000",
        "bedrock:amazon.nova-pro-v1:0, 0.80, 3.20, 300000",
        "bedrock:amazon.nova-premier-v1:0, 2.50, 12.50, 1000000",
        "bedrock:amazon.nova-2-lite-v1:0, 0.30, 2.50, 1000000",
        "bedrock:anthropic.claude-haiku-4-5-20251001-v1:0, 1, 5, 200000",
        "bedrock:anthropic.claude-sonnet-4-5-20250929-v1:0, 3, 15, 200000",
        "bedrock:anthropic.claude-opus-4-5-20251101-v1:0, 5, 25, 200000",
        "bedrock:anthropic.claude-sonnet-5, 2, 10, 1000000",
        "bedrock:anthropic.claude-opus-5, 5, 25, 1000000",
        "bedrock:openai.gpt-oss-120b-1:0, 0.15, 0.60, 128000",
        "bedrock:openai.gpt-oss-20b-1:0, 0.07, 0.30, 128000",
        "openai:gpt-5, 1.25, 10, 272000",
    })
    void knowsTheModelsThatTheProjectNames(String id, BigDecimal input, BigDecimal output, long window) {
        ModelDescription model = catalog.describe(ModelId.parse(id));
        assertThat(model.price().input()).isEqualByComparingTo(input);
        assertThat(model.price().output()).isEqualByComparingTo(output);
        assertThat(model.window()).isEqualTo(window);
        assertThat(model.can(Ability.TOOLS)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "us.amazon.nova-pro-v1:0",
                "eu.amazon.nova-pro-v1:0",
                "apac.amazon.nova-pro-v1:0",
                "us-gov.amazon.nova-pro-v1:0",
                "arn:aws:bedrock:us-east-1:123456789012:inference-profile/us.amazon.nova-pro-v1:0",
            })
    void findsBedrockModelsThroughInferenceProfiles(String name) {
        ModelId id = new ModelId("bedrock", name);
        ModelDescription model = catalog.describe(id);
        assertThat(catalog.knows(id)).isTrue();
        assertThat(model.id()).isEqualTo(id);
        assertThat(model.window()).isEqualTo(300_000);
        assertThat(model.price().input()).isEqualByComparingTo("0.80");
    }

    @Test
    void chargesThePremiumOfGeographicProfilesButNotOfTheGlobalOne() {
        String model = "anthropic.claude-sonnet-4-5-20250929-v1:0";
        assertThat(price("us." + model)).isEqualByComparingTo("3.30");
        assertThat(price("jp." + model)).isEqualByComparingTo("3.30");
        assertThat(price("global." + model)).isEqualByComparingTo("3");
        assertThat(price(model)).isEqualByComparingTo("3");
    }

    @Test
    void knowsNothingOfAnUnknownModelAndNeverCallsItFree() {
        ModelDescription model = catalog.describe(ModelId.parse("openai:llama-of-my-own"));
        assertThat(model.window()).isNull();
        assertThat(model.price()).isNull();
        assertThat(model.abilities()).isEmpty();
        assertThat(model.cost(new Usage(1_000, 1_000, 0, 0))).isNull();
        assertThat(model.saving(new Usage(1_000, 1_000, 1_000, 0))).isNull();
    }

    @Test
    void doesNotTakeAProfileOfAnotherProviderOff() {
        assertThat(catalog.knows(ModelId.parse("openai:us.amazon.nova-pro-v1:0")))
                .isFalse();
    }

    @Test
    void addsUpTheCostOfAllKindsOfTokens() {
        ModelDescription model = catalog.describe(ModelId.parse("bedrock:anthropic.claude-sonnet-4-6"));
        assertThat(model.cost(new Usage(1_000_000, 100_000, 2_000_000, 400_000)))
                .isEqualByComparingTo("6.6"); // 3 + 1.5 + 0.6 + 1.5
    }

    @Test
    void savesByReadingFromAPromptCache() {
        ModelDescription model = catalog.describe(ModelId.parse("bedrock:anthropic.claude-sonnet-4-6"));
        assertThat(model.saving(new Usage(1_000_000, 100_000, 2_000_000, 0)))
                .isEqualByComparingTo("5.4"); // 2 * 3 without a cache, less 2 * 0.3
        assertThat(model.saving(new Usage(1_000_000, 100_000, 0, 0))).isEqualByComparingTo("0");
    }

    @Test
    void savesLessThanNothingByWritingToAPromptCacheWhatIsNotRead() {
        ModelDescription model = catalog.describe(ModelId.parse("bedrock:anthropic.claude-sonnet-4-6"));
        assertThat(model.saving(new Usage(1_000_000, 100_000, 0, 400_000)))
                .isEqualByComparingTo("-0.3"); // 0.4 * 3 without a cache, less 0.4 * 3.75
        assertThat(model.saving(new Usage(0, 0, 1_000_000, 400_000)))
                .isEqualByComparingTo("2.4"); // 1.4 * 3 without a cache, less 0.3 + 1.5
    }

    @Test
    void countsCachedTokensDearlyWhereTheirPriceIsNotKnown() {
        Price price = new Price(new BigDecimal("2"), new BigDecimal("8"), null, null);
        assertThat(price.cost(new Usage(0, 0, 1_000_000, 0))).isEqualByComparingTo("2");
        assertThat(price.cost(new Usage(0, 0, 0, 1_000_000))).isEqualByComparingTo("2.5");
    }

    @Test
    void leavesUnknownFactsNull() {
        ModelDescription model = ModelCatalog.parse("openai:\n  m: {}").describe(ModelId.parse("openai:m"));
        assertThat(model).isEqualTo(ModelDescription.unknown(ModelId.parse("openai:m")));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "{window: -1} | 'window' must be a positive number",
                "{window: many} | 'window' must be a positive number",
                "{price: {input: 0, output: 1}} | 'input' must be a number above 0",
                "{price: {input: 1}} | needs both input and output",
                "{abilities: [flying]} | 'flying' is not an ability",
            })
    void saysWhichEntryIsWrong(String entry, String problem) {
        assertThatThrownBy(() -> ModelCatalog.parse("openai:\n  m: " + entry))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("openai:m")
                .hasMessageContaining(problem);
    }

    @Test
    void refusesWhatIsNotYaml() {
        assertThatThrownBy(() -> ModelCatalog.parse("a: ["))
                .hasMessageStartingWith("The model catalog is not valid YAML");
    }

    private BigDecimal price(String name) {
        return catalog.describe(new ModelId("bedrock", name)).price().input();
    }
}
