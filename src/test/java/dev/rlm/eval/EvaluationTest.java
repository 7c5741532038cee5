package dev.rlm.eval;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.TextNode;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is asked, what is kept, and what comes out. */
final class EvaluationTest {

    @TempDir
    Path folder;

    private final Pupil pupil = new Pupil();

    /** Knows Paris in every arm but {@code fails}, where it has no answer. */
    private static class Pupil implements Respondent {
        private final ConcurrentLinkedQueue<String> asked = new ConcurrentLinkedQueue<>();
        private final AtomicInteger open = new AtomicInteger();
        private final AtomicInteger opened = new AtomicInteger();

        @Override
        public Sitting open(Item item) {
            open.incrementAndGet();
            opened.incrementAndGet();
            return new Sitting() {
                @Override
                public String fingerprint() {
                    return item.hash();
                }

                @Override
                public Outcome ask(String arm) throws EvalException, InterruptedException {
                    asked.add(item.id() + " " + arm);
                    return answer(arm, asked.size());
                }

                @Override
                public void close() {
                    open.decrementAndGet();
                }
            };
        }

        Outcome answer(String arm, int number) throws EvalException, InterruptedException {
            return switch (arm) {
                case "fails" -> outcome("failed", null, "It has no answer.", number);
                case "impossible" -> throw new EvalException("Nobody can be asked so.");
                case "refuses" -> Outcome.refused("It is too large.");
                case "partly" -> outcome("partial", "Paris", "The limit is reached.", number);
                default -> outcome("answered", "Paris", null, number);
            };
        }

        private static Outcome outcome(String state, String answer, String reason, int number) {
            return new Outcome(
                    state, answer, reason, "rlm", 2, 3, 100, 10, 5, new BigDecimal("0.01"), Duration.ofSeconds(number));
        }
    }

    private static Item item(String id, String gold) throws EvalException {
        Scoring scoring = Scoring.of("exact", TextNode.valueOf(gold), Set.of());
        return new Item(1, id, "Where?", new TreeMap<>(), "Somewhere.", List.of(), scoring, "hash of " + id + gold);
    }

    private static Evaluation evaluation(int runs, int parallel, String... arms) throws EvalException {
        return new Evaluation(
                List.of(item("france", "Paris"), item("italy", "Rome")), List.of(arms), runs, parallel, "a model");
    }

    private List<RunResult> make(Evaluation evaluation) throws Exception {
        return evaluation.make(pupil, null, _ -> {});
    }

    private List<RunResult> makeAndKeep(Evaluation evaluation) throws Exception {
        try (ResultsFile kept = ResultsFile.open(file())) {
            return evaluation.make(pupil, kept, _ -> {});
        }
    }

    private Path file() {
        return folder.resolve("results.jsonl");
    }

    @Test
    void eachItemIsAskedInEachArmSoManyTimes() throws Exception {
        List<RunResult> news = new ArrayList<>();
        List<RunResult> results = evaluation(2, 1, "one", "fails").make(pupil, null, news::add);
        assertThat(pupil.asked)
                .containsExactly(
                        "france one",
                        "france one",
                        "france fails",
                        "france fails",
                        "italy one",
                        "italy one",
                        "italy fails",
                        "italy fails");
        assertThat(results).extracting(RunResult::score).containsExactly(1.0, 1.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0);
        assertThat(results).extracting(result -> result.key().run()).containsExactly(1, 2, 1, 2, 1, 2, 1, 2);
        assertThat(news).isEqualTo(results);
        assertThat(pupil.opened).hasValue(2);
        assertThat(pupil.open).hasValue(0);
    }

    @Test
    void severalQuestionsAreAskedAtATime() throws Exception {
        CountDownLatch all = new CountDownLatch(4);
        Pupil slow = new Pupil() {
            @Override
            Outcome answer(String arm, int number) throws EvalException, InterruptedException {
                all.countDown();
                all.await();
                return super.answer(arm, number);
            }
        };
        List<RunResult> results = evaluation(2, 4, "one").make(slow, null, _ -> {});
        assertThat(results)
                .extracting(result -> result.key().id())
                .containsExactly("france", "france", "italy", "italy");
        assertThat(slow.open).hasValue(0);
    }

    @Test
    void theReportAddsUpEachArm() throws Exception {
        Evaluation evaluation = evaluation(2, 1, "one", "fails", "partly", "refuses");
        Report report = Report.of(evaluation, make(evaluation));
        assertThat(report.arms())
                .containsExactly(
                        new ArmReport(
                                "one", 4, 0.5, 0, 0, new BigDecimal("0.04"), 400, 40, 20, 12, seconds(2), seconds(10)),
                        new ArmReport(
                                "fails", 4, 0, 4, 0, new BigDecimal("0.04"), 400, 40, 20, 12, seconds(4), seconds(12)),
                        new ArmReport(
                                "partly",
                                4,
                                0.5,
                                0,
                                4,
                                new BigDecimal("0.04"),
                                400,
                                40,
                                20,
                                12,
                                seconds(6),
                                seconds(14)),
                        new ArmReport("refuses", 4, 0, 4, 0, BigDecimal.ZERO, 0, 0, 0, 0, null, null));
        assertThat(report.runs()).isEqualTo(16);
        assertThat(report.failures()).hasSize(8);
        assertThat(report.lines())
                .hasSize(1 + 1 + 4 + 8)
                .contains(
                        "a model",
                        "failed: france, fails, run 2: It has no answer.",
                        "refused: italy, refuses, run 1: It is too large.");
        assertThat(report.lines().get(2))
                .matches("one +0\\.500 +4 +0 +0 +0\\.0400 +0\\.0100 +400 +40 +12 +2\\.0 +10\\.0");
        assertThat(report.json().at("/arms/0/cost_usd_of_run").decimalValue()).isEqualByComparingTo("0.01");
        assertThat(report.json().at("/arms/3/p50_milliseconds").isNull()).isTrue();
        assertThat(report.json().at("/failures/0/reason").asText()).isEqualTo("It has no answer.");
    }

    private static Duration seconds(int seconds) {
        return Duration.ofSeconds(seconds);
    }

    @Test
    void oneUnknownPriceMakesTheSumUnknown() throws Exception {
        Evaluation evaluation = evaluation(1, 1, "one");
        List<RunResult> results = new ArrayList<>(make(evaluation));
        Outcome known = results.getFirst().outcome();
        results.set(
                0,
                new RunResult(
                        results.getFirst().key(),
                        1,
                        new Outcome("answered", "Paris", null, "rlm", 1, 1, 1, 1, 1, null, known.time())));
        assertThat(Report.of(evaluation, results).arms().getFirst().usd()).isNull();
        assertThat(Report.of(evaluation, results).lines().get(2)).contains("unknown");
    }

    @Test
    void whatHasAResultIsNotAskedAgain() throws Exception {
        List<RunResult> first = makeAndKeep(evaluation(1, 1, "one", "fails"));
        pupil.asked.clear();
        assertThat(makeAndKeep(evaluation(1, 1, "one", "fails"))).isEqualTo(first);
        assertThat(pupil.asked).isEmpty();
        makeAndKeep(evaluation(2, 1, "one", "partly"));
        assertThat(pupil.asked)
                .containsExactly(
                        "france one", "france partly", "france partly", "italy one", "italy partly", "italy partly");
        assertThat(Files.readAllLines(file())).hasSize(10);
    }

    @Test
    void anItemThatIsAnotherOneNowIsAskedAgain() throws Exception {
        makeAndKeep(evaluation(1, 1, "one"));
        pupil.asked.clear();
        makeAndKeep(new Evaluation(
                List.of(item("france", "Paris"), item("italy", "Roma")), List.of("one"), 1, 1, "a model"));
        assertThat(pupil.asked).containsExactly("italy one");
        makeAndKeep(new Evaluation(List.of(item("france", "Paris")), List.of("one"), 1, 1, "another model"));
        assertThat(pupil.asked).containsExactly("italy one", "france one");
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"id\":\"italy\",\"arm\":\"o", "{", "{\"id\":"})
    void aLineThatWasBrokenOffIsWrittenAnew(String beginning) throws Exception {
        makeAndKeep(evaluation(1, 1, "one"));
        List<String> whole = Files.readAllLines(file());
        Files.writeString(file(), whole.getFirst() + "\n" + beginning);
        pupil.asked.clear();
        makeAndKeep(evaluation(1, 1, "one"));
        assertThat(pupil.asked).containsExactly("italy one");
        assertThat(Files.readAllLines(file())).hasSize(2).startsWith(whole.getFirst());
        assertThat(Files.readString(file())).endsWith("}\n");
    }

    @Test
    void aLastLineWithoutItsEndIsKept() throws Exception {
        List<RunResult> results = makeAndKeep(evaluation(1, 1, "one"));
        Files.writeString(file(), Files.readString(file()).stripTrailing());
        assertThat(makeAndKeep(evaluation(2, 1, "one"))).containsAll(results);
        assertThat(Files.readAllLines(file())).hasSize(4);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "notes\n",
                "{\"id\": \"a\", \"question\": \"q\"}",
                "{\"id\":\"a\",\"question\":\"q\"}",
                "[]",
                "{\"id\": broken\n\n",
                "{}\n{\"id\":",
                "precious"
            })
    void aFileOfOtherThingsIsLeftAsItIs(String content) throws Exception {
        Files.writeString(file(), content);
        assertThatThrownBy(() -> ResultsFile.open(file()))
                .isInstanceOf(EvalException.class)
                .hasMessageStartingWith(file() + ", line 1: it is not a result of rlm eval.");
        assertThat(file()).hasContent(content);
    }

    @Test
    void aFileIsWrittenByOneEvaluationAtATime() throws Exception {
        try (ResultsFile _ = ResultsFile.open(file())) {
            assertThatThrownBy(() -> ResultsFile.open(file())).hasMessageContaining("by another evaluation");
        }
        ResultsFile.open(file()).close();
        assertThatThrownBy(() -> ResultsFile.open(folder)).hasMessageStartingWith("The results cannot be written to");
    }

    @Test
    void whatEndsAfterTheFileWasClosedIsNotKept() throws Exception {
        ResultsFile kept = ResultsFile.open(file());
        kept.close();
        assertThat(evaluation(1, 1, "one").make(pupil, kept, _ -> {})).hasSize(2);
        assertThat(file()).isEmptyFile();
    }

    @Test
    void aQuestionThatCannotBeAskedEndsTheEvaluationAndWhatWasAnsweredStays() throws Exception {
        Evaluation evaluation = evaluation(1, 1, "one", "impossible");
        assertThatThrownBy(() -> makeAndKeep(evaluation))
                .isInstanceOf(EvalException.class)
                .hasMessage("Nobody can be asked so.");
        assertThat(Files.readAllLines(file())).hasSize(1);
        assertThat(pupil.open).hasValue(0);
    }

    @Test
    void aLongAnswerIsCutInTheFileAndItsScoreStays() throws Exception {
        Pupil talkative = new Pupil() {
            @Override
            Outcome answer(String arm, int number) {
                return new Outcome("answered", "x".repeat(30_000), null, null, 0, 0, 0, 0, 0, null, null);
            }
        };
        try (ResultsFile kept = ResultsFile.open(file())) {
            evaluation(1, 1, "one").make(talkative, kept, _ -> {});
        }
        try (ResultsFile kept = ResultsFile.open(file())) {
            assertThat(kept.size()).isEqualTo(2);
        }
        assertThat(Files.readAllLines(file()).getFirst())
                .hasSizeBetween(20_000, 21_000)
                .contains("\"answer_characters\":30000");
    }
}
