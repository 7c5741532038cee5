package dev.rlm.engine;

import static dev.rlm.engine.ScriptedRepl.ended;
import static dev.rlm.engine.ScriptedRepl.failed;
import static dev.rlm.engine.ScriptedRepl.printed;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.rlm.TestClock;
import dev.rlm.budget.Budget;
import dev.rlm.budget.Ledger;
import dev.rlm.journal.InMemoryJournal;
import dev.rlm.journal.Journal;
import dev.rlm.journal.TaskEvent.CellEnded;
import dev.rlm.journal.TaskEvent.SubCallEnded;
import dev.rlm.model.Ability;
import dev.rlm.model.Message;
import dev.rlm.model.ModelDescription;
import dev.rlm.model.ModelException;
import dev.rlm.model.ModelReply;
import dev.rlm.model.ModelReply.StopReason;
import dev.rlm.model.Price;
import dev.rlm.model.ToolCall;
import dev.rlm.model.Usage;
import dev.rlm.sandbox.CellResult;
import dev.rlm.sandbox.CellResult.Status;
import dev.rlm.sandbox.FinalValue;
import dev.rlm.sandbox.HostCalls;
import dev.rlm.sandbox.HostCalls.Outcome;
import dev.rlm.sandbox.Repl.Variable;
import dev.rlm.sandbox.SandboxException;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class RecursiveLanguageModelTest {

    private static final Price PRICE = new Price(BigDecimal.ONE, BigDecimal.TEN, null, null);

    private final TestClock clock = new TestClock();
    private final Journal journal = new InMemoryJournal(clock);
    private final ScriptedRepl repl = new ScriptedRepl();
    private ScriptedModel sub = new ScriptedModel("test:sub", (call, request) -> ScriptedModel.text("reply " + call));
    private EngineSettings settings = EngineSettings.DEFAULTS;
    private Budget budget = new Budget(30, 50, null, Duration.ofMinutes(10));
    private Set<Ability> abilities = Set.of();

    private Answer answer(ScriptedModel root) throws InterruptedException {
        RecursiveLanguageModel rlm = new RecursiveLanguageModel(role(root), role(sub), settings, clock);
        return rlm.answer(question(), repl, journal, new Ledger(budget, clock));
    }

    private Role role(ScriptedModel model) {
        return new Role(model, new ModelDescription(model.id(), 100_000L, null, PRICE, abilities));
    }

    private static Question question() {
        return new Question("How many?", List.of(TestContext.LARGE));
    }

    private List<Outcome> outcomesOf(int prompts) throws InterruptedException {
        List<Outcome> outcomes = new ArrayList<>();
        repl.on("ask", calls -> {
            outcomes.addAll(calls.query(
                    IntStream.range(0, prompts).mapToObj(i -> "prompt " + i).toList()));
            return ended("done");
        });
        answer(ScriptedModel.saying("```repl\nask\n```"));
        return outcomes;
    }

    @Test
    void theRootModelSeesMetadataAndOutputsAndNeverTheContext() throws Exception {
        repl.on("look", printed("seven lines")).on("end", ended("7"));
        ScriptedModel root = ScriptedModel.saying("```repl\nlook\n```", "```repl\nend\n```");

        Answer answer = answer(root);

        assertThat(answer)
                .isEqualTo(
                        new Answer(Answer.Status.ANSWERED, "7", "\"7\"", "Handed over by the code in the REPL.", null));
        assertThat(root.lastMessage(1))
                .contains("How many?", "1000000 characters", "about 250000 tokens", "a.txt", "7 lines", "It begins")
                .contains("Turn 1 of 30 | sub-calls left: 50 of 50 | time left: 600 s");
        assertThat(root.lastMessage(2)).contains("[cell 1: done]\nseven lines").contains("Turn 2 of 30");
        assertThat(root.requests.getFirst().system()).contains("test:sub", "16 at a time", "20000 characters");
        assertThat(root.requests.getFirst().system()).doesNotContain("{{");
    }

    @Test
    void theCellsOfAReplyRunInOrderUntilOneFails() throws Exception {
        repl.on("a", printed("A"))
                .on("b", failed(Status.ERROR, "ValueError: b"))
                .on("c", printed("C"))
                .on("end", ended("x"));
        ScriptedModel root =
                ScriptedModel.saying("```repl\na\n```\n```repl\nb\n```\n```repl\nc\n```", "```repl\nend\n```");
        answer(root);
        assertThat(repl.ran).containsExactly("a", "b", "end");
        assertThat(root.lastMessage(2))
                .contains(
                        "[cell 1: done]\nA", "[cell 2: failed]\nValueError: b", "[not run: the cell before it failed]");
    }

    @Test
    void aReplyWithoutCodeIsNudgedOnceAndThenTakenAsTheAnswer() throws Exception {
        repl.on("look", printed("x"));
        ScriptedModel root = ScriptedModel.saying("```repl\nlook\n```", "I think it is 7.", "It is 7.");
        Answer answer = answer(root);
        assertThat(root.lastMessage(3)).startsWith("Your reply had no code.");
        assertThat(answer.status()).isEqualTo(Answer.Status.ANSWERED);
        assertThat(answer.text()).isEqualTo("It is 7.");
        assertThat(answer.origin()).contains("not computed");
    }

    @Test
    void anAnswerIsNeverMadeUpAfterEveryCellHasFailed() throws Exception {
        repl.on("look", failed(Status.ERROR, "NameError: context"));
        Answer answer = answer(ScriptedModel.saying("```repl\nlook\n```", "It is 7.", "It is 7."));
        assertThat(answer.status()).isEqualTo(Answer.Status.FAILED);
        assertThat(answer.reason()).startsWith("Every cell failed");
    }

    @Test
    void aDeadSandboxEndsTheRunWithAnError() throws Exception {
        repl.on("look", calls -> {
            throw new SandboxException("No worker could be started.");
        });
        Answer answer = answer(ScriptedModel.saying("```repl\nlook\n```"));
        assertThat(answer.status()).isEqualTo(Answer.Status.FAILED);
        assertThat(answer.reason()).isEqualTo("The sandbox failed: No worker could be started.");
    }

    @Test
    void aSandboxThatIsLostAgainAndAgainEndsTheRun() throws Exception {
        repl.on("boom", failed(Status.STATE_LOST, "The heap is exhausted."));
        Answer answer = answer(ScriptedModel.saying("```repl\nboom\n```"));
        assertThat(repl.ran).hasSize(3);
        assertThat(answer.reason()).contains("lost 3 times in a row");
    }

    @Test
    void aKilledCellIsToldAndTheRunGoesOn() throws Exception {
        repl.on("a", printed("A"))
                .on("boom", failed(Status.KILLED, "It was killed. These may differ: x."))
                .on("end", ended("x"));
        ScriptedModel root =
                ScriptedModel.saying("```repl\na\n```", "```repl\nboom\n```\n```repl\na\n```", "```repl\nend\n```");
        Answer answer = answer(root);
        assertThat(repl.ran).containsExactly("a", "boom", "end");
        assertThat(root.lastMessage(3))
                .contains("[cell 2: killed; its own effects are undone]\nIt was killed. These may differ: x.")
                .contains("[not run: the cell before it failed]");
        assertThat(answer.status()).isEqualTo(Answer.Status.ANSWERED);
        assertThat(journal.entriesAfter(0))
                .extracting(Journal.Entry::event)
                .filteredOn(CellEnded.class::isInstance)
                .extracting(event -> ((CellEnded) event).status())
                .containsExactly("OK", "KILLED", "OK");
    }

    @Test
    void cellsThatAreKilledAgainAndAgainEndTheRunWithWhatThereIs() throws Exception {
        repl.on("boom", failed(Status.KILLED, "The memory was exhausted."));
        repl.variables.add(new Variable("result", "int", -1, "1"));
        repl.values.put("result", new FinalValue("1", "1"));
        Answer answer = answer(ScriptedModel.saying("```repl\nboom\n```"));
        assertThat(repl.ran).hasSize(5);
        assertThat(answer.status()).isEqualTo(Answer.Status.PARTIAL);
        assertThat(answer.text()).isEqualTo("1");
        assertThat(answer.reason())
                .isEqualTo("The limit of 5 killed cells in a row is reached: The memory was exhausted.");
    }

    @Test
    void aValueThatAKilledCellHadHandedOverIsTheAnswer() throws Exception {
        repl.on(
                "end",
                new CellResult(
                        Status.KILLED, "", 0, "It was killed.", new FinalValue("x", "\"x\""), Duration.ofSeconds(1)));
        assertThat(answer(ScriptedModel.saying("```repl\nend\n```")).text()).isEqualTo("x");
    }

    @Test
    void theActiveTimeOfAllCellsIsLimitedAndTheLastOneGetsTheRest() throws Exception {
        List<Duration> limits = new ArrayList<>();
        ScriptedRepl slow = new ScriptedRepl() {
            @Override
            public CellResult run(Cell cell, Duration timeLimit, int outputLimit, HostCalls calls) {
                limits.add(timeLimit);
                return new CellResult(Status.OK, "", 0, null, null, Duration.ofSeconds(50));
            }
        };
        slow.variables.add(new Variable("result", "int", -1, "1"));
        slow.values.put("result", new FinalValue("1", "1"));
        settings = new EngineSettings(
                1000, Duration.ofMinutes(1), Duration.ofMinutes(2), Duration.ofMinutes(1), true, false);
        ScriptedModel root = ScriptedModel.saying("```repl\na\n```");
        Answer answer = new RecursiveLanguageModel(role(root), role(sub), settings, clock)
                .answer(question(), slow, journal, new Ledger(budget, clock));
        assertThat(limits).containsExactly(Duration.ofMinutes(1), Duration.ofMinutes(1), Duration.ofSeconds(20));
        assertThat(answer.status()).isEqualTo(Answer.Status.PARTIAL);
        assertThat(answer.reason()).isEqualTo("The limit of 120 s in which the code may be active is reached.");
    }

    @Test
    void atTheTurnLimitAVariableIsReturnedWithStatusPartial() throws Exception {
        budget = new Budget(2, 5, null, Duration.ofMinutes(1));
        repl.on("look", printed("x"));
        repl.variables.add(new Variable("i", "int", -1, "3"));
        repl.variables.add(new Variable("helper", "function", -1, "<function>"));
        repl.variables.add(new Variable("chunks", "list", 9, "[...]"));
        repl.variables.add(new Variable("result_list", "list", 2, "[1, 2]"));
        repl.values.put("result_list", new FinalValue("[1, 2]", "[1,2]"));
        ScriptedModel root = ScriptedModel.saying("```repl\nlook\n```");

        Answer answer = answer(root);

        assertThat(answer.status()).isEqualTo(Answer.Status.PARTIAL);
        assertThat(answer.json()).isEqualTo("[1,2]");
        assertThat(answer.origin()).contains("`result_list`");
        assertThat(answer.reason()).isEqualTo("The limit of 2 turns is reached.");
        assertThat(root.lastMessage(1)).doesNotContain("last turn");
        assertThat(root.lastMessage(2)).contains("This is the last turn");
    }

    @Test
    void atALimitContentThatWasNotMarkedReadyComesFirst() throws Exception {
        budget = new Budget(1, 5, null, Duration.ofMinutes(1));
        repl.on("look", printed("x"));
        repl.variables.add(new Variable("result", "int", -1, "1"));
        repl.values.put("answer", new FinalValue("", "{\"content\": {\"n\": 5}, \"ready\": false}"));
        Answer answer = answer(ScriptedModel.saying("```repl\nlook\n```"));
        assertThat(answer.json()).isEqualTo("{\"n\":5}");
    }

    @Test
    void aLimitWithoutAnyVariableIsAFailure() throws Exception {
        budget = new Budget(1, 5, null, Duration.ofMinutes(1));
        repl.on("look", printed("x"));
        Answer answer = answer(ScriptedModel.saying("```repl\nlook\n```"));
        assertThat(answer.status()).isEqualTo(Answer.Status.FAILED);
        assertThat(answer.text()).isNull();
        assertThat(answer.reason()).startsWith("The limit of 1 turns is reached.");
    }

    @Test
    void whatTheRootModelWritesInItsLastTurnCountsWhenThereIsNoVariable() throws Exception {
        budget = new Budget(2, 5, null, Duration.ofMinutes(1));
        repl.on("look", printed("x"));
        Answer answer = answer(ScriptedModel.saying("```repl\nlook\n```", "It is 7."));
        assertThat(answer.status()).isEqualTo(Answer.Status.PARTIAL);
        assertThat(answer.text()).isEqualTo("It is 7.");
        assertThat(answer.origin()).contains("not computed");
    }

    @Test
    void aVariableThatCannotBeReadIsPassedOver() throws Exception {
        budget = new Budget(1, 5, null, Duration.ofMinutes(1));
        repl.on("look", printed("x"));
        repl.variables.add(new Variable("result", "list", 9, "[...]"));
        repl.variables.add(new Variable("country", "str", 2, "'DE'"));
        repl.variables.add(new Variable("row_count", "int", -1, "12"));
        repl.values.put("country", new FinalValue("DE", "\"DE\""));
        repl.values.put("row_count", new FinalValue("12", "12"));
        assertThat(answer(ScriptedModel.saying("```repl\nlook\n```")).text()).isEqualTo("12");
    }

    @Test
    void aFailingRootModelSalvagesWhatIsThere() throws Exception {
        repl.on("look", printed("x"));
        repl.variables.add(new Variable("result", "int", -1, "1"));
        repl.values.put("result", new FinalValue("1", "1"));
        ScriptedModel root = new ScriptedModel("test:root", (call, request) -> {
            if (call == 2) {
                throw new ModelException(ModelException.Kind.UNAUTHORIZED, "The key was refused.");
            }
            return ScriptedModel.text("```repl\nlook\n```");
        });
        Answer answer = answer(root);
        assertThat(answer.status()).isEqualTo(Answer.Status.PARTIAL);
        assertThat(answer.reason()).isEqualTo("The root model could not be asked: The key was refused.");
    }

    @Test
    void aReplyThatWasCutInsideItsCodeIsNotRun() throws Exception {
        repl.on("a", printed("A")).on("end", ended("x"));
        ScriptedModel root = new ScriptedModel("test:root", (call, request) -> switch (call) {
            case 1 -> cut("```repl\na\n```\n```repl\nb = ");
            case 2 -> cut("Let me think about this for a very long");
            default -> ScriptedModel.text("```repl\nend\n```");
        });
        Answer answer = answer(root);
        assertThat(repl.ran).containsExactly("a", "end");
        assertThat(root.lastMessage(2)).contains("its last cell was incomplete");
        assertThat(root.lastMessage(3)).contains("cut at your output limit before it held a complete cell");
        assertThat(answer.status()).isEqualTo(Answer.Status.ANSWERED);
    }

    private static ModelReply cut(String text) {
        return new ModelReply(text, List.of(), Usage.NONE, StopReason.OUTPUT_LIMIT);
    }

    @Test
    void codeInToolCallsRunsAndIsAnsweredCallByCall() throws Exception {
        abilities = Set.of(Ability.TOOLS);
        repl.on("a", printed("A")).on("end", ended("x"));
        ScriptedModel root = new ScriptedModel("test:root", (call, request) -> switch (call) {
            case 1 -> calling(new ToolCall("t1", "python", "{\"code\": \"a\"}"), new ToolCall("t2", "python", "{oops"));
            default -> calling(new ToolCall("t3", "python", "{\"code\": \"end\"}"));
        });
        Answer answer = answer(root);
        assertThat(root.requests.getFirst().tools()).extracting("name").containsExactly("python");
        assertThat(root.lastMessage(2))
                .contains("t1: [cell 1: done]\nA", "t2: [not run")
                .contains("Tool call 2 was not understood");
        assertThat(answer.text()).isEqualTo("x");
    }

    private static ModelReply calling(ToolCall... calls) {
        return new ModelReply("", List.of(calls), Usage.NONE, StopReason.TOOL_CALLS);
    }

    @Test
    void aFailingSlotLeavesTheOthersInOrder() throws Exception {
        sub = new ScriptedModel("test:sub", (call, request) -> {
            String prompt = ((Message.User) request.messages().getFirst()).text();
            if (prompt.equals("prompt 2")) {
                throw new ModelException(ModelException.Kind.REFUSED, "Content was refused.");
            }
            return ScriptedModel.text("re " + prompt);
        });
        assertThat(outcomesOf(4))
                .containsExactly(
                        new Outcome.Reply("re prompt 0"),
                        new Outcome.Reply("re prompt 1"),
                        new Outcome.Failure("Content was refused."),
                        new Outcome.Reply("re prompt 3"));
    }

    @Test
    void theLimitOfSubCallsStopsInTheMiddleOfABatch() throws Exception {
        budget = new Budget(30, 3, null, Duration.ofMinutes(10));
        List<Outcome> outcomes = outcomesOf(10);
        assertThat(outcomes.subList(0, 3)).hasOnlyElementsOfType(Outcome.Reply.class);
        assertThat(outcomes.subList(3, 10)).containsOnly(new Outcome.Failure("The limit of 3 sub-calls is reached."));
        assertThat(sub.requests).hasSize(3);
    }

    @Test
    void codeThatAsksOnAndOnBeyondTheLimitLeavesNoRecords() throws Exception {
        budget = new Budget(30, 3, null, Duration.ofMinutes(10));
        repl.on("ask", calls -> {
            for (int i = 0; i < 1_000; i++) {
                calls.query(List.of("prompt " + i));
            }
            return ended("done");
        });
        answer(ScriptedModel.saying("```repl\nask\n```"));
        assertThat(sub.requests).hasSize(3);
        assertThat(journal.entriesAfter(0)).hasSizeLessThan(20);
    }

    @Test
    void failedCallsCountAgainstTheLimit() throws Exception {
        budget = new Budget(30, 3, null, Duration.ofMinutes(10));
        sub = new ScriptedModel("test:sub", (call, request) -> {
            throw new ModelException(ModelException.Kind.TIMEOUT, "Too late.");
        });
        outcomesOf(10);
        assertThat(sub.requests).hasSize(3);
    }

    @Test
    void anErrorOfTheProgramInOneSlotLeavesTheOthers() throws Exception {
        budget = budget.withInFlight(1);
        sub = new ScriptedModel("test:sub", (call, request) -> {
            if (call == 2) {
                throw new IllegalStateException("secret");
            }
            return ScriptedModel.text("ok");
        });
        assertThat(outcomesOf(3))
                .containsExactly(
                        new Outcome.Reply("ok"),
                        new Outcome.Failure("The server failed to make this call."),
                        new Outcome.Reply("ok"));
    }

    @Test
    void theCostLimitStopsInTheMiddleOfABatch() throws Exception {
        // A sub-call of 100 tokens in and 10 out costs 0.0002 USD; before it is made, 0.0100 are reserved.
        budget = new Budget(30, 50, new BigDecimal("0.0122"), Duration.ofMinutes(10)).withInFlight(1);
        List<Outcome> outcomes = outcomesOf(20);
        assertThat(outcomes.getFirst()).isInstanceOf(Outcome.Reply.class);
        assertThat(outcomes.getLast())
                .isInstanceOfSatisfying(
                        Outcome.Failure.class,
                        it -> assertThat(it.message())
                                .startsWith("The cost limit of 0.0122 USD does not allow another call"));
    }

    @Test
    void theCallsOfABatchBeginInItsOrder() throws Exception {
        budget = budget.withInFlight(1);
        outcomesOf(20);
        assertThat(sub.requests)
                .map(request -> ((Message.User) request.messages().getFirst()).text())
                .containsExactlyElementsOf(
                        IntStream.range(0, 20).mapToObj(i -> "prompt " + i).toList());
    }

    @Test
    void slotsRunInParallelUpToTheLimit() throws Exception {
        budget = budget.withInFlight(8);
        CountDownLatch eight = new CountDownLatch(8);
        AtomicInteger running = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        sub = new ScriptedModel("test:sub", (call, request) -> {
            most.accumulateAndGet(running.incrementAndGet(), Math::max);
            eight.countDown();
            assertThat(eight.await(30, TimeUnit.SECONDS)).isTrue();
            running.decrementAndGet();
            return ScriptedModel.text("ok");
        });
        assertThat(outcomesOf(40)).hasSize(40).containsOnly(new Outcome.Reply("ok"));
        assertThat(most).hasValue(8);
    }

    @Test
    void anEmptyReplyIsAFailureThatIsPaidFor() throws Exception {
        sub = new ScriptedModel(
                "test:sub",
                (call, request) -> new ModelReply(" ", List.of(), new Usage(5, 7, 0, 0), StopReason.OUTPUT_LIMIT));
        assertThat(outcomesOf(1))
                .singleElement()
                .isInstanceOfSatisfying(
                        Outcome.Failure.class, it -> assertThat(it.message()).contains("used all its output tokens"));
        assertThat(journal.entriesAfter(0))
                .extracting(Journal.Entry::event)
                .filteredOn(SubCallEnded.class::isInstance)
                .singleElement()
                .satisfies(event ->
                        assertThat(((SubCallEnded) event).cost().outputTokens()).isEqualTo(7));
    }

    @Test
    void aRunThatIsPlayedAgainMakesNoCallTwice() throws Exception {
        repl.on("ask", calls -> {
            List<Outcome> outcomes = calls.query(List.of("same", "same", "other"));
            return printed(outcomes.toString());
        });
        repl.on("end", ended("x"));
        ScriptedModel root = ScriptedModel.saying("```repl\nask\n```", "```repl\nend\n```");
        Answer first = answer(root);
        Answer second = answer(root);
        assertThat(second).isEqualTo(first);
        assertThat(root.requests).hasSize(2);
        assertThat(sub.requests).hasSize(3);
    }

    @Test
    void anInterruptedRunAbandonsItsSubCalls() throws Exception {
        CountDownLatch asked = new CountDownLatch(16);
        AtomicInteger abandoned = new AtomicInteger();
        sub = new ScriptedModel("test:sub", (call, request) -> {
            asked.countDown();
            try {
                Thread.sleep(Duration.ofMinutes(5));
            } catch (InterruptedException e) {
                abandoned.incrementAndGet();
                throw e;
            }
            return ScriptedModel.text("late");
        });
        CountDownLatch interrupted = new CountDownLatch(1);
        Thread run = Thread.startVirtualThread(() -> {
            try {
                outcomesOf(64);
            } catch (InterruptedException e) {
                interrupted.countDown();
            }
        });
        assertThat(asked.await(30, TimeUnit.SECONDS)).isTrue();
        run.interrupt();
        assertThat(interrupted.await(30, TimeUnit.SECONDS)).isTrue();
        run.join();
        await().atMost(Duration.ofMinutes(1))
                .untilAsserted(() -> assertThat(abandoned).hasValue(16));
        assertThat(sub.requests).hasSize(16);
    }
}
