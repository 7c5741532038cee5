package dev.rlm.eval;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.TextNode;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which letter an answer chooses. */
final class ChoiceScoringTest {

    private static final Set<String> LETTERS = Set.of("A", "B", "C", "D");

    private static double choice(String gold, String answer) throws Exception {
        return Scoring.of("choice", TextNode.valueOf(gold), LETTERS).score(answer);
    }

    @Test
    void qTheCorrectAnswerIsCFailsWhenTheGoldLetterIsA() throws Exception {
        assertThat(choice("A", "The correct answer is C")).isZero();
        assertThat(choice("C", "The correct answer is C")).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "C",
                "c",
                " C\n",
                "(C)",
                "[C]",
                "\"C\"",
                "'C'",
                "C.",
                "(C).",
                "**C**",
                "`C`",
                "C)",
                "The correct answer is (C)",
                "The correct answer is **C**.",
                "the answer is: C",
                "Answer: C",
                "**Answer: (C)**",
                "ANSWER: C",
                "The answer is option C.",
                "I looked at all. The answer is C, because A has a flaw.",
                "The answer is C because A has a flaw.",
                "A is wrong and B is a joke.\nThe correct answer is C\nDone.",
                "The answer is C. As I said, the answer is C.",
                "The correct answer is C: it merges both.",
                "The answer is C - all others fail.",
                "Final answer:\n\nC",
                "The answer is \"C\", not A."
            })
    void oneLetterIsChosen(String answer) throws Exception {
        assertThat(choice("C", answer)).isEqualTo(1);
        for (String other : new String[] {"A", "B", "D"}) {
            assertThat(choice(other, answer)).as(other).isZero();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "A B",
                "AB",
                "A, B",
                "A or B",
                "The answer is A or B",
                "The answer is A, B",
                "The answer is A/B.",
                "The answer is A and C.",
                "The answer is A. No, the answer is B.",
                "Answer: A\nAnswer: B",
                "The answer is a matter of taste.",
                "a dog",
                "This is a test",
                "I have a guess",
                "Answer: a mystery",
                "The answer is A combination of all.",
                "Answer: An apple",
                "Answer: A's method",
                "A method is used.",
                "The answer is not A.",
                "Is the answer A?",
                "The answer is A, and B",
                "The answer is A, (B)",
                "unanswered is",
                "There is an A in the text",
                "Method A",
                "?"
            })
    void whatNamesNoLetterOrTwoIsNoAnswer(String answer) throws Exception {
        for (String gold : LETTERS) {
            assertThat(choice(gold, answer)).as(gold).isZero();
        }
    }

    @Test
    void aChoiceWithoutNamedChoicesIsAnyLetter() throws Exception {
        Scoring scoring = Scoring.of("choice", TextNode.valueOf("j"), Set.of());
        assertThat(scoring.score("J")).isEqualTo(1);
        assertThatThrownBy(() -> Scoring.of("choice", TextNode.valueOf("E"), LETTERS))
                .hasMessage("gold is E, which is none of the choices A, B, C, D.");
    }
}
