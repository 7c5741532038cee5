package dev.rlm.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.ThrowingSupplier;

/** Schemas and values that would keep a check busy for ever. The time limits only tell "soon" from "never". */
final class HostileSchemaTest {

    private static final Duration SOON = Duration.ofSeconds(60);

    private static List<String> soon(String schema, String value) {
        return assertTimeoutPreemptively(SOON, (ThrowingSupplier<List<String>>)
                () -> JsonSchema.parse(schema).problems(value));
    }

    private static String givenUp(String why) {
        return "The value: cannot be checked, because " + why + ".";
    }

    @Test
    void aReferenceToItselfIsGivenUp() {
        assertThat(soon("{\"$ref\": \"#\"}", "1")).containsExactly(givenUp("it leads too deep"));
        assertThat(soon(
                        "{\"$defs\": {\"a\": {\"$ref\": \"#/$defs/b\"}, \"b\": {\"$ref\": \"#/$defs/a\"}},"
                                + " \"$ref\": \"#/$defs/a\"}",
                        "1"))
                .containsExactly(givenUp("it leads too deep"));
    }

    @Test
    void alternativesThatDoubleWithEachLevelAreGivenUp() {
        String doubling = IntStream.range(0, 60)
                .mapToObj(i -> "\"d%d\": {\"anyOf\": [{\"$ref\": \"#/$defs/d%d\"}, {\"$ref\": \"#/$defs/d%d\"}]}"
                        .formatted(i, i + 1, i + 1))
                .collect(Collectors.joining(","));
        String schema = "{\"$defs\": {" + doubling + ", \"d60\": {\"type\": \"string\"}}, \"$ref\": \"#/$defs/d0\"}";
        assertThat(soon(schema, "1")).singleElement().asString().startsWith("The value: cannot be checked, because");
        assertThat(soon(schema, "\"fits at once\"")).isEmpty();
    }

    @Test
    void recursiveAlternativesOverANestedValueAreGivenUp() {
        String schema = """
                {"anyOf": [{"type": "array", "items": {"$ref": "#"}}, {"type": "array", "items": {"$ref": "#"}}]}""";
        assertThat(soon(schema, "[".repeat(100) + "1" + "]".repeat(100)))
                .singleElement()
                .asString()
                .startsWith("The value: cannot be checked, because");
    }

    @Test
    void doublingWithAnnotationsIsGivenUp() {
        String doubling = IntStream.range(0, 60)
                .mapToObj(i -> "\"d%d\": {\"allOf\": [{\"$ref\": \"#/$defs/d%d\"}, {\"$ref\": \"#/$defs/d%d\"}]}"
                        .formatted(i, i + 1, i + 1))
                .collect(Collectors.joining(","));
        String schema = "{\"$defs\": {" + doubling
                + ", \"d60\": {\"properties\": {\"a\": {}}}}, \"$ref\": \"#/$defs/d0\", \"unevaluatedProperties\": false}";
        assertThat(soon(schema, "{\"a\": 1}"))
                .singleElement()
                .asString()
                .startsWith("The value: cannot be checked, because");
    }

    @Test
    void manyRequiredNamesOverManyObjectsAreGivenUpOrToldInShort() {
        String names =
                IntStream.range(0, 10_000).mapToObj(i -> "\"n" + i + "\"").collect(Collectors.joining(","));
        String value = "{}".repeat(500_000).replace("}{", "},{");
        assertThat(soon("{\"items\": {\"required\": [" + names + "]}}", "[" + value + "]"))
                .hasSizeLessThanOrEqualTo(11);
    }

    @Test
    void patternsThatWouldBacktrackAreDecided() {
        assertThat(soon("{\"pattern\": \"^(a+)+$\"}", "\"" + "a".repeat(50_000) + "!\""))
                .hasSize(1);
        assertThat(soon("{\"patternProperties\": {\"^(a|aa)+$\": false}}", "{\"" + "a".repeat(10_000) + "!\": 1}"))
                .isEmpty();
    }

    @Test
    void aLargePatternOverALongTextIsGivenUp() {
        String schema = "{\"pattern\": \"(x|y|z){0,900}q\"}";
        assertThat(soon(schema, "\"" + "xyz".repeat(1_000_000) + "\""))
                .containsExactly(givenUp("it takes too many steps"));
    }

    @Test
    void longTextsHaveNoFormat() {
        for (String format : List.of("json-pointer", "uri-template", "hostname", "duration", "idn-email", "iri")) {
            assertThat(soon("{\"format\": \"" + format + "\"}", "\"" + "/a".repeat(100_000) + "\""))
                    .as(format)
                    .hasSize(1);
        }
    }

    @Test
    void referencesIntoADeepSchemaAreCompiledSoon() {
        String deep = "{\"properties\":{\"p\":".repeat(45) + "{}" + "}}".repeat(45);
        String references = IntStream.range(0, 280)
                .mapToObj(i -> "{\"$ref\":\"#/$defs/deep" + "/properties/p".repeat(i % 45) + "\"}")
                .collect(Collectors.joining(","));
        assertThat(soon("{\"$defs\":{\"deep\":" + deep + "},\"allOf\":[" + references + "]}", "1"))
                .isEmpty();
    }

    @Test
    void referencesIntoAWideSchemaAreCompiledSoon() {
        String wide = IntStream.range(0, 2_500)
                .mapToObj(i -> "\"p" + i + "\":{\"minimum\":1}")
                .collect(Collectors.joining(","));
        String references = IntStream.range(0, 990)
                .mapToObj(i -> "{\"$ref\":\"#/$defs/d/properties/p" + i + "\"}")
                .collect(Collectors.joining(","));
        String schema = "{\"$defs\":{\"d\":{\"properties\":{" + wide + "}}},\"allOf\":[" + references + "]}";
        assertThat(soon(schema, "1")).isEmpty();
        assertThat(soon(schema, "0")).hasSize(2);
    }

    @Test
    void aLargeValueWithAnOrdinarySchemaIsChecked() {
        String item = "{\"name\": \"a name of some length\", \"count\": 12, \"tags\": [\"a\", \"b\"]}";
        String value = IntStream.range(0, 100_000).mapToObj(_ -> item).collect(Collectors.joining(",", "[", "]"));
        String schema = """
                {"type": "array", "items": {"type": "object", "required": ["name", "count"],
                 "properties": {"name": {"type": "string", "pattern": "^[a-z ]+$"}, "count": {"type": "integer", "minimum": 0},
                                "tags": {"type": "array", "items": {"enum": ["a", "b", "c"]}}}}}""";
        assertThat(soon(schema, value)).isEmpty();
    }
}
