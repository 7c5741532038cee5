package dev.rlm.model.openai;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class OpenAiSettingsTest {

    @Test
    void showsNoSecrets() {
        OpenAiSettings settings = new OpenAiSettings(
                URI.create("https://gateway.example/v1?key=query-secret"),
                "key-secret",
                Map.of("X-A", "header-secret"));
        assertThat(settings.toString()).doesNotContain("secret").contains("https://gateway.example/v1", "X-A");
    }

    @ParameterizedTest
    @CsvSource({
        "http://localhost:11434/v1, http://localhost:11434/v1/models",
        "http://localhost:11434/v1/, http://localhost:11434/v1/models",
        "https://gateway.example/openai?api-version=1, https://gateway.example/openai/models?api-version=1",
    })
    void addsTheOperationToTheBaseUrl(String base, String expected) {
        assertThat(OpenAiSettings.at(URI.create(base)).operation("models")).hasToString(expected);
    }

    @ParameterizedTest
    @ValueSource(strings = {"localhost:8000/v1", "/v1", "ftp://host/v1", "https://user:pass@host/v1", "http:///v1"})
    void refusesAddressesThatAreNotHttp(String base) {
        assertThatThrownBy(() -> OpenAiSettings.at(URI.create(base)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("must be an http or https address")
                .hasMessageNotContaining("pass@");
    }

    @Test
    void refusesAKeyThatCannotBeSentWithoutShowingIt() {
        assertThatThrownBy(() -> new OpenAiSettings(OpenAiSettings.DEFAULT_BASE_URL, "sk\nsecret", Map.of()))
                .hasMessageContaining("cannot be sent")
                .hasMessageNotContaining("secret");
    }

    @ParameterizedTest
    @CsvSource({"Host, x", "Content-Length, 5", "'X A', x", "X-A, 'a\nb'"})
    void refusesHeadersThatCannotBeSent(String name, String value) {
        assertThatThrownBy(() -> new OpenAiSettings(OpenAiSettings.DEFAULT_BASE_URL, null, Map.of(name, value)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(name);
    }

    @Test
    void takesABlankKeyForNone() {
        assertThat(new OpenAiSettings(OpenAiSettings.DEFAULT_BASE_URL, " ", Map.of()).apiKey())
                .isNull();
    }
}
