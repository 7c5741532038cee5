package dev.rlm.eval;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What each kind of scoring gives for an answer. */
final class ScoringTest {

    private static final Set<String> LETTERS = Set.of("A", "B", "C", "D");

    private static Scoring scoring(String kind, String gold) throws Exception {
        return Scoring.of(kind, new ObjectMapper().readTree(gold), kind.equals("choice") ? LETTERS : Set.of());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "exact | null",
                "exact | ''",
                "exact | '  '",
                "exact | []",
                "exact | ['']",
                "exact | ['a', ' ']",
                "exact | 7",
                "number | null",
                "number | ''",
                "number | []",
                "number | 'many'",
                "number | '1 2'",
                "number | 1e1000000",
                "choice | null",
                "choice | ''",
                "choice | ' '",
                "choice | []",
                "choice | 'E'",
                "choice | 'AB'",
                "choice | 1",
                "pairs | null",
                "pairs | ''",
                "pairs | []",
                "pairs | [[]]",
                "pairs | [['a']]",
                "pairs | [['a', '']]",
                "pairs | [['a', 'A']]",
                "pairs | [['a', 'b', 'c']]",
                "pairs | {}",
                "date | null",
                "date | ''",
                "date | []",
                "date | 'soon'",
                "date | '2024-02-30'",
                "date | 20240304",
                "magic | 'x'"
            },
            quoteCharacter = '~')
    void pABenchmarkItemWithEmptyGoldIsAnErrorNeverAPass(String kind, String gold) {
        assertThatThrownBy(() -> scoring(kind, gold.replace('\'', '"'))).isInstanceOf(EvalException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"\u00a0", "\u2003\t", "\u3000"})
    void whiteSpaceOfAnyKindIsNoGold(String gold) {
        for (String kind : Scoring.KINDS) {
            assertThatThrownBy(() -> Scoring.of(kind, TextNode.valueOf(gold), Set.of()))
                    .isInstanceOf(EvalException.class);
            assertThatThrownBy(() -> Scoring.of(kind, MissingNode.getInstance(), Set.of()))
                    .hasMessage("gold is missing: give the right answer.");
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "Paris | 1",
                "  pArIS  | 1",
                "New  York | 0",
                "paris, France | 0",
                "Paris. | 1",
                "'\"Paris\"' | 1",
                "Label: Paris | 1",
                "The answer is Paris. | 1",
                "**Answer: Paris** | 1",
                "not Paris | 0",
                "'' | 0",
                "Pari | 0",
                "Lutetia | 1",
                "LUTETIA\u00a0 | 1",
                "user isparis | 0"
            })
    void textsAreEqualButForCaseAndWhiteSpace(String answer, double score) throws Exception {
        assertThat(scoring("exact", "[\"Paris\", \"lutetia\"]").score(answer)).isEqualTo(score);
    }

    @Test
    void whiteSpaceWithinATextIsOneBlank() throws Exception {
        assertThat(scoring("exact", "\"New York\"").score("new \n\u00a0york")).isEqualTo(1);
        assertThat(scoring("exact", "\"Straße\"").score("STRASSE")).isEqualTo(1);
        assertThat(scoring("exact", "\"U.S.\"").score("u.s.")).isEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "42 | 1",
                " 42. | 1",
                "+42 | 1",
                "42.0 | 1",
                "4.2e1 | 1",
                "Answer: 42 | 1",
                "The answer is 42. | 1",
                "**42** | 1",
                "41 | 0.75",
                "43 | 0.75",
                "44 | 0.5625",
                "42.5 | 0.8660254",
                "-42 | 0",
                "1e999 | 0",
                "\u221242 | 0",
                "42 or 43 | 0",
                "41, 42 | 0",
                "many | 0",
                "'' | 0",
                "42 errors | 0",
                "0x2A | 0",
                "NaN | 0",
                "Infinity | 0",
                "1e99999 | 0",
                "4 2 | 0",
                "in 42 of 50 | 0"
            })
    void aNumberGetsThreeQuartersToThePowerOfItsDifference(String answer, double score) throws Exception {
        assertThat(scoring("number", "42").score(answer)).isCloseTo(score, within(1e-5));
    }

    @Test
    void thousandsMayBeGrouped() throws Exception {
        assertThat(scoring("number", "1234567").score("1,234,567")).isEqualTo(1);
        assertThat(scoring("number", "\"-1,000\"").score("-1000")).isEqualTo(1);
        assertThat(scoring("number", "1234").score("12,34")).isZero();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "[[1, 2], [3, 4]] | 1",
                "[[\"2\", \"1\"], [4, 3]] | 1",
                "(1, 2)<br>(3, 4) | 1",
                "[('1', '2'), ('4', '3')] | 1",
                "(1, 2) and (2, 1) and (3, 4) | 1",
                "[[1, 2]] | 0.6666667",
                "(1, 2), (5, 6) | 0.5",
                "(1, 3), (2, 4) | 0",
                "none | 0",
                "~~ | 0",
                "[] | 0",
                "[1, 2, 3, 4] | 0",
                "{} | 0",
                "[[1, 2, 3]] | 0",
                "Here: [[1, 2], [3, 4], [5, 6], [7, 8]] | 0.6666667"
            })
    void pairsGetTheirF1(String answer, double score) throws Exception {
        assertThat(scoring("pairs", "[[1, 2], [\"3\", \"4\"]]").score(answer.replace("<br>", "\n")))
                .isCloseTo(score, within(1e-6));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "2024-03-04 | 1",
                "2024/3/4 | 1",
                "4 March 2024 | 1",
                "March 4, 2024 | 1",
                "Mar. 4th 2024 | 1",
                "4 mar 2024 | 1",
                "the 4 March 2024 | 0",
                "4th of March 2024 | 1",
                "Date: March 04, 2024 | 1",
                "2024-03-04 00:00:00 | 1",
                "The answer is March 4, 2024. | 1",
                "2024-04-03 | 0",
                "03/04/2024 | 0",
                "04/03/2024 | 0",
                "4 Marvel 2024 | 0",
                "March 2024 | 0",
                "2024-03-04 or 2024-03-05 | 0",
                "2024-13-45 | 0",
                "'' | 0",
                "99 March 2024 | 0"
            })
    void theSameDayIsRightHoweverItIsWritten(String answer, double score) throws Exception {
        assertThat(scoring("date", "\"4 March 2024\"").score(answer)).isEqualTo(score);
    }

    @Test
    void aDateThatMayBeTwoDaysIsComparedAsText() throws Exception {
        Scoring scoring = scoring("date", "\"03/04/2024\"");
        assertThat(scoring.score(" 03/04/2024 ")).isEqualTo(1);
        assertThat(scoring.score("3/4/2024")).isZero();
        assertThat(scoring.score("2024-03-04")).isZero();
        assertThat(scoring.score("2024-04-03")).isZero();
    }

    @Test
    void anAnswerOfAnyLengthIsScored() throws Exception {
        String blanks = " ".repeat(1_000_000);
        String brackets = "([\"*".repeat(250_000);
        String phrases = "the answer is A, ".repeat(60_000);
        for (String answer :
                new String[] {blanks, brackets, phrases, "(a," + blanks, "answer" + blanks, "9".repeat(1_000_000)}) {
            for (JsonNode gold : new ObjectMapper().readTree("[\"x\", 1, \"B\", [[\"a\", \"b\"]], \"2024-01-01\"]")) {
                String kind = gold.isNumber()
                        ? "number"
                        : gold.isArray()
                                ? "pairs"
                                : gold.asText().equals("B")
                                        ? "choice"
                                        : gold.asText().equals("x") ? "exact" : "date";
                assertThat(Scoring.of(kind, gold, Set.of()).score(answer)).isZero();
            }
        }
    }
}
