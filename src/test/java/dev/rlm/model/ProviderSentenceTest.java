package dev.rlm.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class ProviderSentenceTest {

    private static final String PROMPT =
            "Patient Jane Roe, born 1970, was admitted on Monday with a broken arm and complains of headaches.";

    private static final ModelRequest REQUEST = ModelRequest.prompt(PROMPT, Instant.MAX);

    @Test
    void keepsWhatTheProviderSaid() {
        String said = "The model `gpt-9` does not exist or you do not have access to it.";
        assertThat(ProviderSentence.of(said, List.of(), REQUEST)).isEqualTo(said);
    }

    @Test
    void takesSecretsOut() {
        assertThat(ProviderSentence.of(
                        "Incorrect API key provided: sk-very-secret.", List.of("sk-very-secret"), REQUEST))
                .isEqualTo("Incorrect API key provided: ***.");
    }

    @Test
    void cutsWherePromptIsRepeated() {
        String sentence = ProviderSentence.of(
                "1 validation error: messages.0.content is wrong: input_value='" + PROMPT + "'", List.of(), REQUEST);
        assertThat(sentence)
                .isEqualTo("1 validation error: messages.0.content is wrong: input_value=' [prompt left out]");
    }

    @Test
    void isOneLineOfBoundedLength() {
        String sentence = ProviderSentence.of("first\n\tsecond\u0000" + "x".repeat(1_000_000), List.of(), REQUEST);
        assertThat(sentence).startsWith("first second ").hasSize(ProviderSentence.MAX_CHARACTERS);
    }

    @Test
    void isEmptyIfNothingWasSaid() {
        assertThat(ProviderSentence.of(null, List.of(), REQUEST)).isEmpty();
    }

    @Property
    void neverFailsAndNeverShowsTheWholePrompt(@ForAll String before, @ForAll String after) {
        assertThat(ProviderSentence.of(before + PROMPT + after, List.of(), REQUEST))
                .doesNotContain(PROMPT);
    }
}
