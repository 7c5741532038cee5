package dev.rlm.search.passages;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WordsTest {

    /** The words; those that are joined begin with +. */
    private static List<String> words(String text) {
        List<String> words = new ArrayList<>();
        Words reader = new Words();
        reader.read(text, 0, text.length());
        while (reader.next()) {
            words.add((reader.isJoined() ? "+" : "") + reader.word());
        }
        return words;
    }

    @Test
    void wordsAreWithoutCaseAndSigns() {
        assertThat(words("The quick (brown) FOX, jumped!")).containsExactly("the", "quick", "brown", "fox", "jumped");
        assertThat(words("")).isEmpty();
        assertThat(words(" -- !? \u0301 \ud83d "))
                .as("signs, a lone mark, half a pair")
                .isEmpty();
    }

    @Test
    void namesInCodeAreFoundByTheirPartsByNeighboursAndWhole() {
        assertThat(words("getUserName"))
                .containsExactly("get", "user", "+getuser", "name", "+username", "+getusername");
        assertThat(words("user_id")).containsExactly("user", "id", "+userid");
        assertThat(words("HTTPServer")).containsExactly("http", "server", "+httpserver");
        assertThat(words("sha256")).containsExactly("sha", "256", "+sha256");
        assertThat(words("ERR-1042")).containsExactly("err", "1042", "+err1042");
        assertThat(words("std::vector")).containsExactly("std", "vector", "+stdvector");
    }

    @Test
    void pathsAndAddressesAreFoundByNeighbouringParts() {
        assertThat(words("src/main/App.java"))
                .containsExactly("src", "main", "+srcmain", "app", "+mainapp", "java", "+appjava");
        assertThat(words("https://example.org/a"))
                .containsExactly("http", "example", "+httpsexample", "org", "+exampleorg", "a", "+orga");
        assertThat(words("10.0.0.17")).containsExactly("10", "0", "+10.0", "0", "+0.0", "17", "+0.17");
    }

    @Test
    void whatIsFarApartIsNotJoined() {
        assertThat(words("user id")).containsExactly("user", "id");
        assertThat(words("one, two")).containsExactly("one", "two");
        assertThat(words("end ---- next")).containsExactly("end", "next");
    }

    @Test
    void digitsAreNotJoinedWithoutASign() {
        assertThat(words("1-23")).contains("+1.23");
        assertThat(words("12-3")).contains("+12.3");
        assertThat(words("٣٤")).as("Arabic digits").containsExactly("34");
    }

    @ParameterizedTest
    @CsvSource({
        "errors,error", "queries,query", "classes,class", "boxes,box", "crashes,crash", "matches,match", "caches,cache",
        "status,status", "access,access", "files,file", "ids,id", "as,as", "PDFs,+pdf", "series,sery"
    })
    void englishPluralsAreSingulars(String plural, String singular) {
        assertThat(words(plural)).endsWith(singular);
    }

    @Test
    void accentsDoNotMatter() {
        assertThat(words("Größenänderung")).isEqualTo(words("grossenanderung"));
        assertThat(words("Café")).isEqualTo(words("Cafe\u0301")).containsExactly("cafe");
        assertThat(words("ﬁnance")).containsExactly("finance");
        assertThat(words("Άλφας")).isEqualTo(words("αλφασ"));
        assertThat(words("Ｆｕｌｌ")).containsExactly("full");
    }

    @Test
    void scriptsWithoutSpacesGiveCharactersAndNeighbours() {
        assertThat(words("错误超时")).containsExactly("错", "误", "+错误", "超", "+误超", "时", "+超时");
        assertThat(words("犬 猫")).containsExactly("犬", "猫");
        assertThat(words("𠮷野")).as("outside of the BMP").containsExactly("𠮷", "野", "+𠮷野");
        assertThat(words("ภาษา")).contains("+ภา");
        assertThat(words("GPU错误")).containsExactly("gpu", "错", "误", "+错误");
    }

    @Test
    void otherScriptsAreWordsBetweenSpaces() {
        assertThat(words("Ошибка сервера")).containsExactly("ошибка", "сервера");
        assertThat(words("שגיאה בשרת")).containsExactly("שגיאה", "בשרת");
        assertThat(words("हिन्दी भाषा")).as("marks belong to the word").containsExactly("हिन्दी", "भाषा");
    }

    @Test
    void emojiAreWordsAndBoxesAreNot() {
        assertThat(words("🔥🔥 hot ──┐ ★")).contains("🔥", "hot").doesNotContain("─", "┐");
    }

    @Test
    void theFirstCharactersOfALongWordCount() {
        assertThat(words("x".repeat(1_000))).containsExactly("x".repeat(Letters.MOST));
        assertThat(words("Ab".repeat(500))).hasSize(999).allMatch(word -> word.length() <= 5);
        assertThat(words("字".repeat(1_000))).hasSize(1_999);
    }

    @Test
    void onlyThePartThatIsReadCounts() {
        Words reader = new Words();
        reader.read("one two three", 4, 6);
        assertThat(reader.next()).isTrue();
        assertThat(reader.word()).hasToString("tw");
        assertThat(reader.next()).isFalse();
        reader.read("a-b", 2, 3);
        assertThat(reader.next()).isTrue();
        assertThat(reader.next()).as("joined with nothing before").isFalse();
    }
}
