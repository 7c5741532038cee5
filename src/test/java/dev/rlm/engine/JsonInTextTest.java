package dev.rlm.engine;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class JsonInTextTest {

    @Test
    void aTextThatIsJsonIsItsOnlyValue() {
        assertThat(JsonInText.values(" [1.50, \"{}\"]\n")).containsExactly("[1.50,\"{}\"]");
        assertThat(JsonInText.values("\"a [b] {c}\"")).containsExactly("\"a [b] {c}\"");
        assertThat(JsonInText.values("null")).containsExactly("null");
    }

    @Test
    void aFenceGoesBeforeTheWordsAroundIt() {
        assertThat(JsonInText.values("Such as {\"a\": 1}:\n```json\n7\n```\n")).containsExactly("7");
        assertThat(JsonInText.values("```\n{\"a\": 1}\n```\nor\n```\n{\"a\": 2}\n```"))
                .hasSize(2);
    }

    @Test
    void objectsAndArraysAreFoundAmongWords() {
        assertThat(JsonInText.values("See [here] {or there}: {\"a\": [1, {\"b\": \"}\"}]}."))
                .containsExactly("{\"a\":[1,{\"b\":\"}\"}]}");
        assertThat(JsonInText.values("First [1], then [2], then [3].")).hasSize(2);
        assertThat(JsonInText.values("The answer is 7.")).isEmpty();
        assertThat(JsonInText.values("{\"a\": 1, \"a\": 2}"))
                .as("which is meant")
                .isEmpty();
    }

    @Test
    void aTextFullOfBracketsIsNotSearchedForEver() {
        assertThat(JsonInText.values("[".repeat(1_000_000))).isEmpty();
        assertThat(JsonInText.values("[ ".repeat(200) + "{\"a\": 1}")).isEmpty();
    }
}
