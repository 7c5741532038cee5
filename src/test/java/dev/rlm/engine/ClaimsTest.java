package dev.rlm.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rlm.journal.TaskEvent.Citation;
import dev.rlm.sandbox.FinalValue;
import dev.rlm.sandbox.SandboxDocument;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which part of an answer a citation stands for, and what its passage says. */
class ClaimsTest {

    private static final Citation CITED = new Citation("b.txt", 20, 20, "line 20 of the harbour", false);

    private static Answer answer(String json) {
        return Answer.computed(
                new FinalValue(Json.read(json).isTextual() ? Json.read(json).textValue() : json, json));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                // The paragraph of a text.
                "\"One.\\n\\nTwo [b.txt:20].\\n\\nThree.\" | Two [b.txt:20].",
                // The text of a list.
                "[\"One.\", \"Two [b.txt:20].\"] | Two [b.txt:20].",
                // A text within an object means nothing without it.
                "[{\"name\":\"Ann\",\"at\":\"[b.txt:20]\"},{\"name\":\"Bob\",\"at\":\"-\"}] | {\"name\":\"Ann\",\"at\":\"[b.txt:20]\"}",
                "{\"ports\":[{\"port\":1,\"by\":{\"quote\":\"line 20 of the harbour\"}}],\"n\":1} | {\"quote\":\"line 20 of the harbour\"}",
                // Where nothing refers to it, all is claimed by it.
                "{\"n\":1} | {\"n\":1}",
                "42 | 42",
            })
    void aClaimIsTheSmallestPartThatRefersToThePassage(String json, String claim) {
        assertThat(Claims.of(answer(json), CITED)).isEqualTo(claim);
    }

    @Test
    void aPassageIsReadWithTheLinesAroundItFromTheDocumentThatHasIt(@TempDir Path folder) throws Exception {
        Path other = Files.writeString(folder.resolve("other"), "no harbour\n".repeat(30));
        Path file = Files.writeString(
                folder.resolve("b"),
                IntStream.rangeClosed(1, 40)
                        .mapToObj(number -> "line " + number + " of the harbour")
                        .collect(Collectors.joining("\n")));
        List<SandboxDocument> documents =
                List.of(new SandboxDocument("b.txt", other, 1), new SandboxDocument("b.txt", file, 1));
        assertThat(Passage.of(CITED, documents).lines())
                .hasSize(11)
                .startsWith("line 15 of the harbour")
                .endsWith("line 25 of the harbour");
        assertThat(Passage.of(CITED, List.of(new SandboxDocument("b.txt", folder.resolve("gone"), 1))))
                .isEqualTo(CITED.quote());
    }

    @Test
    void aPassageOfEndlessLinesIsItsQuote(@TempDir Path folder) throws Exception {
        Path file = Files.writeString(folder.resolve("b"), "line 20 of the harbour".repeat(10_000));
        assertThat(Passage.of(
                        new Citation("b.txt", 1, 1, "line 20 of the harbour", true),
                        List.of(new SandboxDocument("b.txt", file, 1))))
                .isEqualTo("line 20 of the harbour");
    }
}
