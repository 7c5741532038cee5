package dev.rlm.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rlm.sandbox.OfferedFunction;
import dev.rlm.sandbox.OfferedFunction.Parameter;
import org.junit.jupiter.api.Test;

final class FunctionSignatureTest {

    private static OfferedFunction offered(String schema) {
        return FunctionSignature.offered("bank_balance", "Tells a balance.", schema);
    }

    private static String text(String schema) {
        return FunctionSignature.text(offered(schema));
    }

    @Test
    void requiredArgumentsComeFirstAndTheOthersAreNamed() {
        assertThat(text("""
                {"type": "object", "required": ["b", "a"], "properties": {
                  "since": {"type": "string"}, "a": {"type": "integer"}, "b": {"type": "array"}}}""")).isEqualTo("bank_balance(a: int, b: list, *, since: str | None = None)");
        assertThat(text("{\"type\": \"object\"}")).isEqualTo("bank_balance()");
    }

    @Test
    void typesAreThoseOfPythonWhereASchemaTellsThem() {
        assertThat(text("""
                {"properties": {
                  "a": {"type": ["number", "null"]},
                  "b": {"anyOf": [{"type": "string"}, {"type": "boolean"}]},
                  "c": {"oneOf": [{"type": "object"}, {"$ref": "#/$defs/x"}]},
                  "d": {"enum": [1, 2]},
                  "e": true}}"""))
                .isEqualTo(
                        "bank_balance(*, a: float | None = None, b: str | bool | None = None, c=None, d=None, e=None)");
    }

    @Test
    void everyArgumentHasANameThatPythonTakes() {
        OfferedFunction function = offered("""
                {"additionalProperties": true, "properties": {
                  "from": {}, "max-results": {}, "max_results": {}, "2nd": {}, "größe": {}, "more": {}, "": {}}}""");
        assertThat(function.open()).isTrue();
        assertThat(function.parameters())
                .extracting(Parameter::name)
                .containsExactly("from_", "max_results", "max_results_", "_2nd", "gr__e", "more_", "_");
        assertThat(function.parameters())
                .extracting(Parameter::key)
                .containsExactly("from", "max-results", "max_results", "2nd", "größe", "more", "");
        assertThat(FunctionSignature.text(function)).endsWith(", **more)");
    }

    @Test
    void theDocumentationTellsWhatTheSchemaTells() {
        assertThat(offered("""
                {"properties": {
                  "unit": {"type": "string", "description": "In which\\n unit.", "enum": ["EUR", "USD"], "default": "EUR"},
                  "x": {}}}""").documentation()).isEqualTo("""
                        Tells a balance.

                        Arguments:
                            unit: In which unit. One of "EUR", "USD" Default: "EUR"
                            x""");
        assertThat(FunctionSignature.offered("f", "", "{}").documentation()).isEmpty();
    }

    @Test
    void whatIsNoSchemaHasNoArguments() {
        for (String schema : new String[] {"[]", "nonsense", "{\"properties\": 7, \"required\": {}}"}) {
            assertThat(text(schema)).isEqualTo("bank_balance()");
        }
    }
}
