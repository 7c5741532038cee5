package dev.rlm.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rlm.budget.Budget;
import dev.rlm.budget.Budget.TokenLimits;
import dev.rlm.model.Ability;
import dev.rlm.model.ModelCatalog;
import dev.rlm.model.ModelDescription;
import dev.rlm.model.ModelId;
import dev.rlm.sandbox.OfferedFunction;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What root models are told. The rendered prompts of all profiles stand in {@code src/test/resources}, so that a change of a
 * text or a number shows what it makes of each; {@code -Drlm.golden.update} writes them anew.
 */
final class SystemPromptTest {

    private static final Path GOLDEN = Path.of("src/test/resources/dev/rlm/engine/prompts");
    private static final String UPDATE = "rlm.golden.update";

    private record Models(String root, String sub) {}

    /** Models for the prompt of each profile. */
    private static final Map<String, Models> MODELS = Map.of(
            "nova", new Models("bedrock:us.amazon.nova-pro-v1:0", "bedrock:us.amazon.nova-micro-v1:0"),
            "claude",
                    new Models(
                            "bedrock:us.anthropic.claude-sonnet-4-5-20250929-v1:0",
                            "bedrock:us.anthropic.claude-haiku-4-5-20251001-v1:0"),
            "gpt", new Models("openai:gpt-5", "openai:gpt-5-mini"),
            "gpt-oss", new Models("bedrock:openai.gpt-oss-120b-1:0", "bedrock:openai.gpt-oss-20b-1:0"),
            "qwen", new Models("bedrock:qwen.qwen3-coder-480b-a35b-v1:0", "bedrock:qwen.qwen3-coder-30b-a3b-v1:0"),
            "small", new Models("openai:qwen3:8b", "openai:llama3.2"),
            "client", new Models("client", "client"),
            "default", new Models("openai:unheard-of", "openai:unheard-of-mini"));

    private final ModelCatalog catalog = ModelCatalog.load();
    private final ModelProfiles profiles = ModelProfiles.load();

    private Role role(String id) {
        return role(catalog.describe(ModelId.parse(id)), profiles);
    }

    private static Role role(ModelDescription description, ModelProfiles profiles) {
        ScriptedModel model = new ScriptedModel(description.id().toString(), (call, request) -> ScriptedModel.text(""));
        return new Role(model, description, profiles.of(description.id()));
    }

    private static String prompt(Role root, Role sub) {
        return prompt(root, sub, 0);
    }

    private static String prompt(Role root, Role sub, int levels) {
        Budget budget = new Budget(30, 50, TokenLimits.NONE, null, Duration.ofMinutes(10), levels, 16);
        return SystemPrompt.render(root, sub, EngineSettings.DEFAULTS.suiting(root), budget);
    }

    @Test
    void eachProfileHasItsRenderedPromptHere() {
        assertThat(MODELS.keySet()).isEqualTo(profiles.names());
        MODELS.forEach((profile, models) ->
                assertThat(profiles.of(ModelId.parse(models.root())).name()).isEqualTo(profile));
    }

    @ParameterizedTest
    @CsvSource({"nova", "claude", "gpt", "gpt-oss", "qwen", "small", "client", "default"})
    void thePromptOfAFamilyIsTheOneThatWasReviewed(String profile) throws Exception {
        Models models = MODELS.get(profile);
        String prompt = prompt(role(models.root()), role(models.sub()));
        Path golden = GOLDEN.resolve(profile + ".md");
        if (Boolean.getBoolean(UPDATE)) {
            Files.createDirectories(GOLDEN);
            Files.writeString(golden, prompt);
        }
        assertThat(golden)
                .as("If the change is meant, run this test with -D" + UPDATE + " and review the difference.")
                .hasContent(prompt);
    }

    @Test
    void functionsOfOtherServersEndThePromptAsItWasReviewed() throws Exception {
        String schema = """
                {"type": "object", "required": ["account"], "properties": {
                  "since": {"type": "string", "description": "A day."}, "account": {"type": "integer"}}}""";
        Role root = role("openai:gpt-5");
        Role sub = role("openai:gpt-5-mini");
        List<OfferedFunction> functions = List.of(
                FunctionSignature.offered("bank_balance", "Tells a balance in {{sub_model}} EUR.\nMore.", schema),
                FunctionSignature.offered("bank_rates", "", "{\"type\": \"object\"}"));
        Budget budget = new Budget(30, 50, TokenLimits.NONE, null, Duration.ofMinutes(10), 0, 16);
        String prompt = SystemPrompt.render(root, sub, EngineSettings.DEFAULTS.suiting(root), budget, functions);
        Path golden = GOLDEN.resolve("gpt-with-functions.md");
        if (Boolean.getBoolean(UPDATE)) {
            Files.writeString(golden, prompt);
        }
        assertThat(golden).hasContent(prompt);
        assertThat(prompt)
                .startsWith(prompt(root, sub))
                .contains(
                        "- `bank_balance(account: int, *, since: str | None = None)`: Tells a balance in {{sub_model}} EUR.\n",
                        "- `bank_rates()`\n");
    }

    @Test
    void ofManyFunctionsTheFirstAreListed() {
        Role root = role("openai:gpt-5");
        Budget budget = new Budget(30, 50, TokenLimits.NONE, null, Duration.ofMinutes(10), 0, 16);
        List<OfferedFunction> many = IntStream.range(0, 60)
                .mapToObj(i -> FunctionSignature.offered("s_f" + i, "x".repeat(4_000), "{}"))
                .toList();
        String prompt = SystemPrompt.render(root, root, EngineSettings.DEFAULTS.suiting(root), budget, many);
        assertThat(prompt).contains("`s_f49()`").doesNotContain("s_f50").endsWith("and 10 more, which `dir()` lists\n");
        assertThat(prompt.length() - prompt(root, root).length()).isLessThan(15_000);
    }

    @Test
    void theRootModelDecidesWhatIsSaidAndTheSubModelHowMuchItReads() {
        String prompt = prompt(role("openai:gpt-5"), role("openai:llama3.2"));
        assertThat(prompt)
                .contains("asks a sub-model (openai:llama3.2)", "may hold about 30000 characters")
                .contains("Run code with the tool `python`")
                .doesNotContain("One step in each reply");
    }

    @Test
    void childrenAreToldOfOnlyWhereThereIsALevelForThem() {
        assertThat(prompt(role("openai:gpt-5"), role("openai:gpt-5-mini"), 0)).doesNotContain("rlm_query");
        assertThat(prompt(role("openai:gpt-5"), role("openai:gpt-5-mini"), 1))
                .contains("- `rlm_query(question, context)`: asks a child")
                .contains("\n- `budget()`: what is left");
    }

    @Test
    void codeIsWrittenInToolCallsOnlyByModelsThatHaveToolsAndAProfileThatIsForThem() {
        ModelId id = ModelId.parse("test:m");
        ModelDescription withTools = new ModelDescription(id, null, null, null, Set.of(Ability.TOOLS));
        ModelProfiles fences = profiles.with("mine: { models: [m], code: fences }");
        Role sub = role("openai:gpt-5-mini");

        assertThat(prompt(role(withTools, profiles), sub)).contains("with the tool `python`");
        assertThat(prompt(role(withTools, fences), sub)).contains("in fenced blocks marked `repl`");
        assertThat(prompt(role(ModelDescription.unknown(id), profiles), sub))
                .contains("in fenced blocks marked `repl`");
    }

    @Test
    void anAddendumOfAUserIsFilledInAndEndsThePrompt() {
        ModelProfiles mine = profiles.with("""
                mine:
                  models: [m]
                  batch: 12
                  addenda:
                    - |
                      Ask {{sub_model}} for {{chunk_characters}} characters, {{parallel}} times at once.
                      It costs $1; {{output_characters}} are shown.
                """);
        Role root = role(ModelDescription.unknown(ModelId.parse("test:m")), mine);

        assertThat(prompt(root, role("openai:unheard-of"))).endsWith("""
                in batches of up to 12 prompts, each batch in one `llm_query_batched`; never ask them one after another in a\
                 loop. Look at the replies to the first batch before you ask for the next.

                Ask openai:unheard-of for 100000 characters, 16 times at once.
                It costs $1; 20000 are shown.
                """);
    }
}
