package dev.rlm.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The file of messages and the names in the program fit together, and what is filled in stays what it is. */
final class MessageTextTest {

    private static final String SHIPPED = SystemPrompt.text("messages.yaml");

    @Test
    void theShippedFileHasEachTextWithoutTheLineEndsAroundIt() {
        assertThat(MessageText.read(SHIPPED))
                .containsOnlyKeys(MessageText.values())
                .allSatisfy((name, text) -> assertThat(text).isNotEmpty().isEqualTo(text.strip()));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "no-code: | no-cod: | The text 'no-code' is missing from the messages.",
                "{{reason}} | {{cause}} | The text 'ended-because' has places for [",
                "{{characters}} | many | The text 'opening' has places for [",
                "Reply again | Reply {{again}} | The text 'repair' has places for [",
                "# Goes with verify.md. | again: again | Nothing says the texts [again] of the messages.",
                "# Goes with verify.md. | tool: again | The messages cannot be read.",
            })
    void aFileThatDoesNotFitIsRefusedWithTheNameOfTheText(String words, String others, String sentence) {
        String changed = SHIPPED.replace(words, others);
        assertThat(changed).isNotEqualTo(SHIPPED);
        assertThatThrownBy(() -> MessageText.read(changed))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageStartingWith(sentence);
    }

    @Test
    void whatIsFilledInMayHoldAnything() {
        assertThat(MessageText.DOCUMENT.with("{{lines}} $1 \\2.txt", 12_345, 6))
                .isEqualTo("- {{lines}} $1 \\2.txt: 12345 characters, 6 lines");
    }

    @Test
    void eachPlaceIsFilledIn() {
        assertThatThrownBy(() -> MessageText.ENDED_BECAUSE.with("failed"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("The text 'ended-because' takes [status, reason].");
    }
}
