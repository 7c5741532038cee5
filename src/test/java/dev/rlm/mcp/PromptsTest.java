package dev.rlm.mcp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import dev.rlm.mcp.RequestFailure.Reason;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class PromptsTest {

    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final Pattern TOOL = Pattern.compile("rlm_[a-z_]+");
    private static final Pattern ASK_ARGUMENT = Pattern.compile("(?m)^- ([a-z_]+): (.*)$");

    private final TestBelongings belongings = new TestBelongings();
    private final Features features = new Features(belongings);

    static List<String> names() {
        return PromptDefinition.load().stream().map(PromptDefinition::name).toList();
    }

    @BeforeEach
    void loadContexts() {
        belongings.addContext(1, "notes \"2026\"", 10, Map.of("a.txt", "text"));
        belongings.addContext(2, "code", 20, Map.of("Main.java", "text"));
    }

    @Test
    void thePromptsAreThose() throws Exception {
        assertThat(names())
                .containsExactly(
                        "find-all",
                        "count-all",
                        "compare-documents",
                        "analyse-codebase",
                        "audit-endpoints",
                        "summarise-each");
        JsonNode listed =
                features.answer("prompts/list", null, TestBelongings.CALLER).path("prompts");
        assertThat(listed).extracting(it -> it.path("name").textValue()).isEqualTo(names());
        for (JsonNode prompt : listed) {
            assertThat(prompt.path("title").textValue()).isNotBlank();
            assertThat(prompt.path("description").textValue()).contains("Costs").hasSizeBetween(40, 200);
            for (JsonNode argument : prompt.path("arguments")) {
                assertThat(argument.path("description").textValue()).hasSizeBetween(30, 200);
            }
        }
    }

    /** Only what is required, only the context, and everything. */
    private static List<Map<String, String>> choices(String name) {
        PromptDefinition prompt = PromptDefinition.load().stream()
                .filter(it -> it.name().equals(name))
                .findFirst()
                .orElseThrow();
        Map<String, String> required = new LinkedHashMap<>();
        Map<String, String> all = new LinkedHashMap<>();
        prompt.arguments().forEach(argument -> {
            String value = argument.name().equals("context") ? "code" : "the $1 {{what}} \\ of " + argument.name();
            all.put(argument.name(), value);
            if (argument.required()) {
                required.put(argument.name(), value);
            }
        });
        return List.of(required, all);
    }

    @ParameterizedTest
    @MethodSource("names")
    void aPromptSaysWhatItWasGivenAndNothingIsLeftOpen(String name) throws Exception {
        for (Map<String, String> arguments : choices(name)) {
            String message = message(name, arguments);
            for (Map.Entry<String, String> argument : arguments.entrySet()) {
                assertThat(message)
                        .contains(
                                argument.getKey().equals("context")
                                        ? TestBelongings.contextId(2)
                                        : argument.getValue());
            }
            String own = message.replace("the $1 {{what}} \\", "");
            assertThat(own).doesNotContain("{{", "}} ", "null").hasSizeBetween(800, 5_000);
        }
    }

    @ParameterizedTest
    @MethodSource("names")
    void aPromptUsesTheToolsAsTheyAre(String name) throws Exception {
        Map<String, ToolDefinition> tools =
                ToolDefinitions.load().stream().collect(Collectors.toMap(ToolDefinition::name, tool -> tool));
        String message = message(name, choices(name).getLast());
        assertThat(TOOL.matcher(message).results().map(it -> it.group()).distinct())
                .contains("rlm_ask", "rlm_status")
                .isSubsetOf(tools.keySet());

        JsonNode properties = tools.get("rlm_ask").inputSchema().path("properties");
        Matcher arguments = ASK_ARGUMENT.matcher(message);
        Map<String, String> given = new LinkedHashMap<>();
        while (arguments.find()) {
            assertThat(properties.has(arguments.group(1))).as(arguments.group()).isTrue();
            given.put(arguments.group(1), arguments.group(2));
        }
        assertThat(given).containsKeys("context_ids", "question", "wait_seconds");
        if (given.containsKey("schema")) {
            JsonNode schema = MAPPER.readTree(given.get("schema"));
            assertThat(SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
                            .getSchema("{\"$ref\": \"https://json-schema.org/draft/2020-12/schema\"}")
                            .validate(schema))
                    .isEmpty();
            assertThat(schema.findValues("additionalProperties")).isNotEmpty().allMatch(it -> !it.booleanValue());
        }
        assertThat(message).contains("coverage.covered", "wait_seconds 45", "`reason`");
    }

    @Test
    void aContextIsNamedByItsIdOrItsNameAndElseIsAPath() throws Exception {
        String notes = TestBelongings.contextId(1);
        assertThat(message("find-all", Map.of("context", notes, "what", "x")))
                .contains("The input is the loaded context " + notes + ", named \"notes \\\"2026\\\"\": 1 documents")
                .contains("- context_ids: [\"" + notes + "\"]");
        assertThat(message("find-all", Map.of("context", "notes \"2026\"", "what", "x")))
                .contains("- context_ids: [\"" + notes + "\"]");
        assertThat(message("find-all", Map.of("context", "C:\\\"x\"", "what", "x")))
                .contains("rlm_load_context with paths [\"C:\\\\\\\"x\\\"\"]")
                .contains("- context_ids: the context_id that rlm_load_context returned");
        RequestFailure failure =
                failure(Map.of("name", "find-all", "arguments", Map.of("context", "ctx_x", "what", "x")));
        assertThat(failure).hasMessageContaining("no context with the id 'ctx_x'");
    }

    @Test
    void ofContextsWithOneNameTheNewestIsMeant() throws Exception {
        belongings.addContext(3, "code", 30, Map.of("Main.java", "text"));
        assertThat(message("analyse-codebase", Map.of("context", "code"))).contains(TestBelongings.contextId(3));
    }

    @Test
    void anotherCallersContextIsNoContext() throws Exception {
        JsonNode params =
                MAPPER.valueToTree(Map.of("name", "analyse-codebase", "arguments", Map.of("context", "code")));
        assertThat(features.answer("prompts/get", params, "eve").toString()).contains("The input is not loaded yet");
    }

    @Test
    void whatIsMissingOrTooLongIsSaid() {
        assertThat(failure(Map.of())).hasMessage("prompts/get needs the parameter `name`, a text.");
        assertThat(failure(Map.of("name", "find-everything"))).hasMessageContaining("there are find-all, count-all");
        assertThat(failure(Map.of("name", "find-all")))
                .hasMessage("The prompt find-all also needs `context` and `what`.");
        assertThat(failure(Map.of("name", "find-all", "arguments", Map.of("context", "code", "what", " "))))
                .hasMessage("The prompt find-all also needs `what`.");
        assertThat(failure(Map.of("name", "find-all", "arguments", List.of())))
                .hasMessageContaining("must be an object");
        assertThat(failure(Map.of("name", "find-all", "arguments", Map.of("context", "code", "what", 7))))
                .hasMessageContaining("`what` of prompts/get must be a text");
        assertThat(failure(Map.of("name", "find-all", "arguments", Map.of("context", "c", "what", "x".repeat(10_001)))))
                .hasMessageContaining("at most 10000");
    }

    private String message(String name, Map<String, String> arguments) throws RequestFailure {
        JsonNode result = features.answer(
                "prompts/get", MAPPER.valueToTree(Map.of("name", name, "arguments", arguments)), TestBelongings.CALLER);
        assertThat(result.path("messages")).hasSize(1);
        assertThat(result.at("/messages/0/role").textValue()).isEqualTo("user");
        assertThat(result.at("/messages/0/content/type").textValue()).isEqualTo("text");
        return result.at("/messages/0/content/text").textValue();
    }

    private RequestFailure failure(Map<String, Object> params) {
        RequestFailure failure = catchThrowableOfType(
                RequestFailure.class,
                () -> features.answer("prompts/get", MAPPER.valueToTree(params), TestBelongings.CALLER));
        assertThat(failure.reason()).isEqualTo(Reason.INVALID_PARAMS);
        return failure;
    }
}
