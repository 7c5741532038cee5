package dev.rlm.engine;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class QuestionKindTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "What is the port of the staging database?",
                "  Who signed the contract with Acme?",
                "In which file is the retry limit set?",
                "When was version 2.1 released?",
                "Which server\nanswers on port 8443?",
                "Give me the error code of the last crash.",
                "Quote the clause about termination."
            })
    void whatStandsInOnePlaceIsALookUp(String question) {
        assertThat(QuestionKind.of(question)).isEqualTo(QuestionKind.LOOK_UP);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "How many errors are there?",
                "Find all people who resigned.",
                "Which customers are in every report?",
                "List the functions that open a socket",
                "What is the average response time?",
                "What are the differences between the two versions?",
                "Summarize the discussion.",
                "Which file is the largest?",
                "Verify that no secret is in the log"
            })
    void whatTakesAllOfTheInputIsExhaustive(String question) {
        assertThat(QuestionKind.of(question)).isEqualTo(QuestionKind.EXHAUSTIVE);
        assertThat(QuestionKind.exhaustiveWordsOf(question)).isPresent();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "q",
                "Why did the deployment fail?",
                "Wie heißt der Server?",
                "Review this code.",
                "Who signed it? What did they pay?"
            })
    void whatIsNotPlainIsOpen(String question) {
        assertThat(QuestionKind.of(question)).isEqualTo(QuestionKind.OPEN);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "How many entries are there?",
                "Find all names",
                "List the cities.",
                "Name EVERY author",
                "count them",
                "Find errors about the pump",
                "Is there any mention of Acme?",
                "Compare the two contracts",
                "Extract the dates.",
                "What are the names of all authors?"
            })
    void questionsForAllOfSomethingAreRecognised(String question) {
        assertThat(QuestionKind.wordsForAllOf(question)).isPresent();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Who resigned in May?",
                "Did it rain at all?",
                "Is the account listed?",
                "After all, why?",
                "First of all, who is it?"
            })
    void otherQuestionsAskForNoMore(String question) {
        assertThat(QuestionKind.wordsForAllOf(question)).isEmpty();
    }
}
