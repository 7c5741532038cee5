package dev.rlm.eval;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ItemReaderTest {

    private static final String GOOD =
            "{'id': 'a', 'question': 'Why?', 'context': 'Because.', 'gold': 'x', 'scoring': 'exact'}";

    @TempDir
    Path folder;

    private Path file(String... lines) throws Exception {
        return Files.writeString(
                folder.resolve("items.jsonl"), String.join("\n", lines).replace('\'', '"'));
    }

    private ItemReader.Items read(String... lines) throws Exception {
        return ItemReader.read(file(lines));
    }

    @Test
    void itemsAreReadInTheirOrder() throws Exception {
        Files.writeString(folder.resolve("app.log"), "ERROR\n");
        ItemReader.Items read = read(
                GOOD,
                "",
                "{'id': 7, 'question': 'How many?', 'files': ['app.log', '.'], 'gold': 3, 'scoring': 'number', 'level': 1, 'by': 2}",
                "{'id': 'c', 'question': 'Which?', 'context': 'C', 'gold': 'b', 'scoring': 'choice',"
                        + " 'choices': {'B': 'the second', 'a': 'the first'}}");
        assertThat(read.items()).extracting(Item::id).containsExactly("a", "7", "c");
        assertThat(read.items()).extracting(Item::line).containsExactly(1, 3, 4);
        assertThat(read.items().get(1).files()).containsExactly("app.log", ".");
        assertThat(read.items().get(1).context()).isNull();
        assertThat(read.items().get(2).asked())
                .isEqualTo(
                        "Which?\n\nA: the first\nB: the second\n\nAnswer with the letter of the right choice alone.");
        assertThat(read.items().getFirst().asked()).isEqualTo("Why?");
        assertThat(read.unknownFields()).containsExactly("by", "level");
    }

    @Test
    void theHashIsThatOfWhatIsAskedAndOfTheAnswer() throws Exception {
        String hash = read(GOOD).items().getFirst().hash();
        assertThat(hash).matches("[0-9a-f]{64}");
        assertThat(read("", GOOD.replace("{'id': 'a'", "{'note': 1, 'id': 'b'")).items())
                .extracting(Item::hash)
                .containsExactly(hash);
        for (String part : new String[] {"Why?", "Because.", "x'", "exact"}) {
            String other = part.equals("exact") ? GOOD.replace("'exact'", "'choice'") : GOOD.replace(part, "y" + part);
            assertThat(read(other).items().getFirst().hash()).as(part).isNotEqualTo(hash);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "{'id': 'b' | it is not a JSON object in one line",
                "[] | it is not a JSON object in one line",
                "{'id': 'b'} {} | it is not a JSON object in one line",
                "{'id': 'b', 'id': 'c'} | it is not a JSON object in one line",
                "{} | id must be a text",
                "{'id': ' '} | id must be a text",
                "{'id': ['b']} | id must be a text",
                "{'id': 'a', 'question': 'q'} | the id 'a' is that of line 1, too.",
                "{'id': 'b'} | question must be a text that is not empty.",
                "{'id': 'b', 'question': ' '} | question must be a text that is not empty.",
                "{'id': 'b', 'question': 'q'} | scoring must be a text that is not empty.",
                "{'id': 'b', 'question': 'q', 'scoring': 'exact'} | gold is missing: give the right answer.",
                "{'id': 'b', 'question': 'q', 'scoring': 'exact', 'gold': ''} | gold is empty: give the right answer.",
                "{'id': 'b', 'question': 'q', 'scoring': 'exact', 'gold': []} | gold is an empty list",
                "{'id': 'b', 'question': 'q', 'scoring': 'close', 'gold': 'x'} | scoring must be one of exact, number,",
                "{'id': 'b', 'question': 'q', 'scoring': 'choice', 'gold': 'C', 'choices': {'A': 'x', 'B': 'y'}} | none of the choices A, B.",
                "{'id': 'b', 'question': 'q', 'scoring': 'choice', 'gold': 'A', 'choices': {'A': 'x', 'a': 'y'}} | each letter once",
                "{'id': 'b', 'question': 'q', 'scoring': 'choice', 'gold': 'A', 'choices': {'A': 'x', 'B2': 'y'}} | 'B2' cannot be used",
                "{'id': 'b', 'question': 'q', 'scoring': 'choice', 'gold': 'A', 'choices': {}} | at least two",
                "{'id': 'b', 'question': 'q', 'scoring': 'exact', 'gold': 'A', 'choices': {'A': 'x', 'B': 'y'}} | not for 'exact'",
                "{'id': 'b', 'question': 'q', 'scoring': 'exact', 'gold': 'x'} | give either 'context'",
                "{'id': 'b', 'question': 'q', 'scoring': 'exact', 'gold': 'x', 'context': ' '} | context must be a text",
                "{'id': 'b', 'question': 'q', 'scoring': 'exact', 'gold': 'x', 'context': 'c', 'files': ['.']} | give either 'context'",
                "{'id': 'b', 'question': 'q', 'scoring': 'exact', 'gold': 'x', 'files': []} | files must be a list",
                "{'id': 'b', 'question': 'q', 'scoring': 'exact', 'gold': 'x', 'files': 'app.log'} | files must be a list",
                "{'id': 'b', 'question': 'q', 'scoring': 'exact', 'gold': 'x', 'files': ['no.log']} | there is no file or folder 'no.log'",
                "{'id': 'b', 'question': 'q', 'scoring': 'exact', 'gold': 'x', 'files': [7]} | there is no file or folder"
            })
    void whatIsNoItemIsToldWithItsLine(String line, String sentence) {
        assertThatThrownBy(() -> read(GOOD, "", line))
                .isInstanceOf(EvalException.class)
                .hasMessageStartingWith(folder.resolve("items.jsonl") + ", line 3: ")
                .hasMessageContaining(sentence);
    }

    @Test
    void aFileWithoutItemsIsToldInASentence() throws Exception {
        Path missing = folder.resolve("missing.jsonl");
        assertThatThrownBy(() -> ItemReader.read(missing)).hasMessageStartingWith("There is no file " + missing);
        assertThatThrownBy(() -> ItemReader.read(folder)).hasMessageStartingWith("There is no file " + folder);
        assertThatThrownBy(() -> read(" ", "")).hasMessageContaining("has no items");
        Path latin = Files.write(folder.resolve("latin.jsonl"), new byte[] {'{', (byte) 0xe4, '}'});
        assertThatThrownBy(() -> ItemReader.read(latin)).hasMessage(latin + " is not UTF-8.");
        String question = GOOD.replace("Why?", "y".repeat(100_001));
        assertThatThrownBy(() -> read(question)).hasMessageContaining("longer than 100000 characters");
    }

    @Test
    void aContextOfManyMegabytesFitsIntoALine() throws Exception {
        Item item =
                read(GOOD.replace("Because.", "y".repeat(30_000_000))).items().getFirst();
        assertThat(item.context()).hasSize(30_000_000);
        assertThat(item.toString()).isEqualTo("Item[line=1, id=a]");
    }
}
