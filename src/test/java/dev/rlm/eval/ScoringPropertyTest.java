package dev.rlm.eval;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.DecimalNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.TextNode;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Assume;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.BigRange;
import net.jqwik.api.constraints.CharRange;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.NotEmpty;
import net.jqwik.api.constraints.Scale;

/** What holds for all answers. */
final class ScoringPropertyTest {

    private static final Map<String, JsonNode> GOLD = Map.of(
            "exact",
            TextNode.valueOf("b"),
            "number",
            DecimalNode.valueOf(new BigDecimal(7)),
            "choice",
            TextNode.valueOf("B"),
            "pairs",
            pairs(List.of(List.of("a", "b"), List.of("c", "d"))),
            "date",
            TextNode.valueOf("2024-03-04"));

    private static double score(String kind, JsonNode gold, String answer) throws EvalException {
        return Scoring.of(kind, gold, Set.of()).score(answer);
    }

    private static ArrayNode pairs(List<List<String>> pairs) {
        ArrayNode list = JsonNodeFactory.instance.arrayNode();
        pairs.forEach(pair -> list.addArray().add(pair.getFirst()).add(pair.getLast()));
        return list;
    }

    @Property
    void aTextIsRightIfItIsTheGold(@ForAll @NotEmpty String gold) throws Exception {
        Assume.that(!Readings.folded(gold).isEmpty());
        assertThat(score("exact", TextNode.valueOf(gold), gold)).isEqualTo(1);
        assertThat(score("exact", TextNode.valueOf(gold), "  " + gold + "\n")).isEqualTo(1);
    }

    @Property
    void aNumberIsRightIfItIsTheGold(
            @ForAll @BigRange(min = "-1000000000000", max = "1000000000000") @Scale(6) BigDecimal gold)
            throws Exception {
        assertThat(score("number", DecimalNode.valueOf(gold), gold.toString())).isEqualTo(1);
        assertThat(score("number", DecimalNode.valueOf(gold), gold.toPlainString()))
                .isEqualTo(1);
        assertThat(score(
                        "number",
                        DecimalNode.valueOf(gold),
                        gold.add(BigDecimal.ONE).toPlainString()))
                .isEqualTo(0.75);
    }

    @Property
    void aLetterIsRightIfItIsTheGold(@ForAll @CharRange(from = 'A', to = 'Z') char gold) throws Exception {
        String letter = String.valueOf(gold);
        assertThat(score("choice", TextNode.valueOf(letter), letter)).isEqualTo(1);
        assertThat(score("choice", TextNode.valueOf(letter), letter.toLowerCase(Locale.ROOT)))
                .isEqualTo(1);
        assertThat(score("choice", TextNode.valueOf(letter), "The correct answer is (" + letter + ")."))
                .isEqualTo(1);
    }

    @Property
    void pairsAreRightIfTheyAreTheGold(@ForAll("listsOfPairs") List<List<String>> gold) throws Exception {
        assertThat(score("pairs", pairs(gold), pairs(gold).toString())).isEqualTo(1);
        List<List<String>> turned = gold.reversed().stream().map(List::reversed).toList();
        assertThat(score("pairs", pairs(gold), pairs(turned).toPrettyString())).isEqualTo(1);
    }

    @Provide
    Arbitrary<List<List<String>>> listsOfPairs() {
        return Arbitraries.strings()
                .filter(text -> !Readings.folded(text).isEmpty())
                .list()
                .ofSize(2)
                .filter(pair -> !Readings.folded(pair.getFirst()).equals(Readings.folded(pair.getLast())))
                .list()
                .ofMinSize(1)
                .ofMaxSize(20);
    }

    @Property
    void aDateIsRightIfItIsTheGold(@ForAll("days") LocalDate day) throws Exception {
        assertThat(score("date", TextNode.valueOf(day.toString()), day.toString()))
                .isEqualTo(1);
        assertThat(score(
                        "date",
                        TextNode.valueOf(day.toString()),
                        day.plusDays(1).toString()))
                .isZero();
    }

    @Provide
    Arbitrary<LocalDate> days() {
        return Arbitraries.longs()
                .between(
                        LocalDate.of(1000, 1, 1).toEpochDay(),
                        LocalDate.of(9999, 12, 30).toEpochDay())
                .map(LocalDate::ofEpochDay);
    }

    @Property
    void scoresAreFromZeroToOne(@ForAll("answers") String answer) throws Exception {
        for (Map.Entry<String, JsonNode> gold : GOLD.entrySet()) {
            assertThat(score(gold.getKey(), gold.getValue(), answer))
                    .as(gold.getKey())
                    .isBetween(0.0, 1.0);
        }
    }

    /** Anything, and what looks like answers. */
    @Provide
    Arbitrary<String> answers() {
        Arbitrary<String> parts = Arbitraries.of(
                "a",
                "b",
                "B",
                "7",
                "-",
                ".",
                ",",
                "(",
                ")",
                "[",
                "]",
                "\"",
                " ",
                "\n",
                "answer is ",
                "Answer: ",
                "e9",
                "March ",
                "2024");
        return Arbitraries.oneOf(
                Arbitraries.strings(), parts.list().ofMaxSize(12).map(list -> String.join("", list)));
    }

    @Property
    void whatIsBlankIsNeverRight(@ForAll @IntRange(max = 20) int blanks) throws Exception {
        for (Map.Entry<String, JsonNode> gold : GOLD.entrySet()) {
            assertThat(score(gold.getKey(), gold.getValue(), " ".repeat(blanks)))
                    .as(gold.getKey())
                    .isZero();
        }
    }
}
