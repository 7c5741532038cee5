package dev.rlm.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class JsonSchemaTest {

    private static final String INVOICE = """
            {"type": "object", "required": ["total", "items"], "additionalProperties": false,
             "properties": {"total": {"type": "number", "minimum": 0},
                            "items": {"type": "array", "items": {"$ref": "#/$defs/item"}}},
             "$defs": {"item": {"type": "object", "required": ["name"],
                                "properties": {"name": {"type": "string", "maxLength": 5}}}}}""";

    private static List<String> problems(String schema, String value) throws SchemaException {
        return JsonSchema.parse(schema).problems(value);
    }

    @Test
    void aValueThatFitsHasNoProblems() throws Exception {
        assertThat(problems(INVOICE, "{\"total\": 1.5, \"items\": [{\"name\": \"tea\"}]}"))
                .isEmpty();
    }

    @Test
    void eachProblemIsASentenceWithItsPlace() throws Exception {
        assertThat(problems(
                        INVOICE, "{\"total\": \"1\", \"items\": [{\"name\": \"tea\"}, {\"name\": \"coffee\"}, {}]}"))
                .containsExactlyInAnyOrder(
                        "/total: string found, number expected.",
                        "/items/1/name: must be at most 5 characters long.",
                        "/items/2: required property 'name' not found.");
        assertThat(problems(INVOICE, "7")).containsExactly("The value: integer found, object expected.");
    }

    @Test
    void theSentencesAreEnglishOnEveryServer() throws Exception {
        Locale before = Locale.getDefault();
        try {
            Locale.setDefault(Locale.GERMANY);
            assertThat(problems("{\"minimum\": 5}", "4")).containsExactly("The value: must have a minimum value of 5.");
        } finally {
            Locale.setDefault(before);
        }
    }

    @Test
    void ofManyProblemsAFewAreTold() throws Exception {
        String value = IntStream.range(0, 50).mapToObj(i -> "\"x\"").collect(Collectors.joining(",", "[", "]"));
        List<String> problems = problems("{\"items\": {\"type\": \"integer\"}}", value);
        assertThat(problems).hasSize(11).last().isEqualTo("And 40 more.");
    }

    @Test
    void aSentenceIsShortWhateverTheValueHolds() throws Exception {
        String name = "n\\u0000\\n".repeat(10_000);
        String schema = "{\"additionalProperties\": {\"enum\": [\"" + "e".repeat(50_000) + "\"]}}";
        assertThat(problems(schema, "{\"" + name + "\": 1}")).singleElement().satisfies(sentence -> {
            assertThat(sentence).hasSizeLessThan(600);
            assertThat(sentence).doesNotContain("\n", "\0");
        });
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{\"$schema\": \"http://json-schema.org/draft-07/schema#\", \"items\": [{\"type\": \"string\"}]} | [1] | false",
                "{\"$schema\": \"http://json-schema.org/draft-07/schema\", \"definitions\": {\"a\": {\"type\": \"null\"}}, \"$ref\": \"#/definitions/a\"} | null | true",
                "{\"$schema\": \"https://json-schema.org/draft/2020-12/schema\", \"prefixItems\": [{\"type\": \"string\"}]} | [1] | false",
                "{\"prefixItems\": [{\"type\": \"string\"}], \"unevaluatedItems\": false} | [\"a\", 1] | false",
                "{\"format\": \"date\"} | \"2026-02-30\" | false",
                "{\"format\": \"date\"} | \"2026-02-28\" | true",
                "{\"format\": \"email\"} | \"nobody\" | false",
                "{\"format\": \"of our own\"} | \"anything\" | true",
                "{\"pattern\": \"^[a-z]+$\"} | \"abc\\nDEF\" | false",
                "{\"pattern\": \"^\\\\u0041+\\\\/$\"} | \"AA/\" | true",
                "{\"multipleOf\": 0.1} | 0.3 | true",
                "{\"type\": \"integer\"} | 1.0 | true",
                "{\"type\": \"integer\"} | 123456789012345678901234567890 | true",
                "{\"$ref\": \"https://json-schema.org/draft/2020-12/schema\"} | {\"type\": 5} | false",
                "{\"$id\": \"https://a.example/root\", \"$defs\": {\"b\": {\"$id\": \"b\", \"type\": \"string\"}}, \"$ref\": \"b\"} | 1 | false",
                "{\"properties\": {\"pattern\": {\"const\": \"(\"}, \"$ref\": {\"type\": \"string\"}}} | {\"pattern\": \"(\", \"$ref\": \"x\"} | true",
                "{} | \"\" | true",
            })
    void itKnowsBothDrafts(String schema, String value, boolean fits) throws Exception {
        assertThat(problems(schema, value).isEmpty()).isEqualTo(fits);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "nothing | The schema is not JSON",
                "{} {} | The schema is not JSON",
                "{\"a\": 1, \"a\": 2} | The schema is not JSON",
                "`` | The schema is not JSON",
                "true | The schema must be a JSON object",
                "[] | The schema must be a JSON object",
                "{\"type\": \"text\"} | The schema is no JSON Schema. /type: ",
                "{\"properties\": {\"a\": {\"minimum\": \"1\"}}} | The schema is no JSON Schema. /properties/a/minimum: ",
                "{\"required\": \"a\"} | The schema is no JSON Schema. /required: ",
                "{\"$schema\": \"http://json-schema.org/draft-04/schema#\"} | The schema is of a kind that is not known",
                "{\"$schema\": 7} | The schema is of a kind that is not known",
                "{\"$ref\": \"#/$defs/missing\"} | The schema cannot be used: a $ref",
                "{\"properties\": {\"a\": {\"$ref\": \"https://example.com/a.json\"}}} | The schema cannot be used: a $ref",
                "{\"$ref\": \"classpath:application.properties\"} | The schema cannot be used: a $ref",
                "{\"$ref\": \"file:///etc/passwd\"} | The schema cannot be used: a $ref",
                "{\"$ref\": \"https://json-schema.org/../application.properties\"} | The schema cannot be used: a $ref",
                "{\"pattern\": \"(?=a)\"} | A pattern of the schema cannot be used. The regular expression cannot be used: look-around",
                "{\"patternProperties\": {\"(\": {}}} | A pattern of the schema cannot be used.",
                "{\"pattern\": \"((a{1000}){1000}){1000}\"} | A pattern of the schema cannot be used. The pattern is too large",
            })
    void whatCannotBeUsedIsRefusedInASentence(String schema, String sentence) {
        assertThatThrownBy(() -> JsonSchema.parse(schema))
                .isInstanceOf(SchemaException.class)
                .hasMessageStartingWith(sentence)
                .hasMessageNotContaining("com.")
                .satisfies(e -> assertThat(e.getMessage()).hasSizeLessThan(500).endsWith("."));
    }

    @Test
    void whatIsTooLargeIsRefused() {
        assertThatThrownBy(() -> JsonSchema.parse("{\"title\": \"" + "x".repeat(100_000) + "\"}"))
                .hasMessageContaining("at most 100000 are allowed");
        assertThatThrownBy(() -> JsonSchema.parse("{\"not\":".repeat(101) + "{}" + "}".repeat(101)))
                .hasMessageContaining("nested deeper than 100 levels");
        assertThatThrownBy(() -> JsonSchema.parse("{\"a\":".repeat(20_000) + "1" + "}".repeat(20_000)))
                .isInstanceOf(SchemaException.class);
        String references = IntStream.range(0, 1_001)
                .mapToObj(i -> "\"p" + i + "\":{\"$ref\":\"#\"}")
                .collect(Collectors.joining(","));
        assertThatThrownBy(() -> JsonSchema.parse("{\"properties\":{" + references + "}}"))
                .hasMessageContaining("more than 1000 references");
    }

    @Test
    void aSchemaIsKeptInItsShortestForm() throws Exception {
        assertThat(JsonSchema.parse(" { \"type\" : \"string\" } ").json()).isEqualTo("{\"type\":\"string\"}");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "nothing", "{\"a\": 1, \"a\": 2}", "1 2", "NaN", "[1,]"})
    void whatIsNoJsonDoesNotFit(String value) throws Exception {
        assertThat(problems("{}", value)).singleElement().asString().startsWith("The value: not JSON");
    }

    @Test
    void numbersBeyondAllMeasureDoNotFit() throws Exception {
        assertThat(problems("{\"multipleOf\": 3}", "1e999999999")).isNotEmpty();
        assertThat(problems("{\"maximum\": 5}", "1e999999999")).isNotEmpty();
    }
}
