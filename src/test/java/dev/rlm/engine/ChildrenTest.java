package dev.rlm.engine;

import static dev.rlm.engine.ScriptedRepl.ended;
import static dev.rlm.engine.ScriptedRepl.printed;
import static org.assertj.core.api.Assertions.assertThat;

import dev.rlm.TestClock;
import dev.rlm.budget.Budget;
import dev.rlm.budget.Budget.TokenLimits;
import dev.rlm.budget.Ledger;
import dev.rlm.journal.InMemoryJournal;
import dev.rlm.journal.Journal;
import dev.rlm.journal.Journal.Entry;
import dev.rlm.journal.TaskEvent;
import dev.rlm.journal.TaskEvent.ChildEnded;
import dev.rlm.journal.TaskEvent.ChildStarted;
import dev.rlm.journal.TaskEvent.RootReplied;
import dev.rlm.journal.TaskEvent.SubCallEnded;
import dev.rlm.journal.TaskEvent.SubCallReused;
import dev.rlm.model.Message;
import dev.rlm.model.ModelDescription;
import dev.rlm.model.Price;
import dev.rlm.sandbox.ChildContext.Slice;
import dev.rlm.sandbox.ChildContext.Slices;
import dev.rlm.sandbox.ChildQuestion;
import dev.rlm.sandbox.ChildQuestion.ContextFacts;
import dev.rlm.sandbox.ChildQuestion.DocumentFacts;
import dev.rlm.sandbox.HostCalls.Outcome;
import dev.rlm.sandbox.Repl;
import dev.rlm.sandbox.SandboxException;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Child questions: what they cost, what becomes of them, and that they are answered once. */
final class ChildrenTest {

    private static final Price PRICE = new Price(BigDecimal.ONE, BigDecimal.TEN, null, null);

    private final TestClock clock = new TestClock();
    private final List<Outcome> outcomes = new ArrayList<>();
    private Journal journal = new InMemoryJournal(clock);
    private Ledger ledger;
    private int subCalls = 50;
    private int depth = 1;
    private boolean saysTheSame;

    /** What the children do in their second turn. */
    private ScriptedRepl.Behaviour inChild = calls -> ended("7");

    private final AtomicInteger opened = new AtomicInteger();
    private final AtomicInteger atATime = new AtomicInteger();
    private final AtomicInteger most = new AtomicInteger();

    /** Children look first, and end in their second turn. */
    private final ScriptedModel sub = new ScriptedModel("test:sub", (call, request) -> {
        long turn = request.messages().stream()
                .filter(Message.Assistant.class::isInstance)
                .count();
        return ScriptedModel.text(
                request.system().isEmpty() ? "reply" : turn == 0 ? "```repl\nlook\n```" : "```repl\nend\n```");
    });

    private final ScriptedModel root = new ScriptedModel("test:root", (call, request) -> {
        long turn = request.messages().stream()
                .filter(Message.Assistant.class::isInstance)
                .count();
        return ScriptedModel.text(List.of("```repl\nask\n```", "```repl\nlook\n```", "```repl\nend\n```")
                .get((int) turn));
    });

    private ScriptedRepl child() {
        opened.incrementAndGet();
        most.accumulateAndGet(atATime.incrementAndGet(), Math::max);
        return new ScriptedRepl() {
            @Override
            public void close() {
                atATime.decrementAndGet();
            }
        }.on("look", printed("seen by a child")).on("end", calls -> inChild.run(calls));
    }

    private Answer answer(int children) throws InterruptedException {
        ScriptedRepl repl = new ScriptedRepl()
                .withChildren((context, past) -> child())
                .on("ask", calls -> {
                    outcomes.clear();
                    outcomes.addAll(calls.ask(IntStream.range(0, children)
                            .mapToObj(ChildrenTest::question)
                            .toList()));
                    return printed("asked");
                })
                .on("look", printed("seen by the root"))
                .on("end", ended("done"));
        ledger = new Ledger(new Budget(30, subCalls, TokenLimits.NONE, null, Duration.ofMinutes(10), depth, 8), clock);
        RunHistory history = RunHistory.of(journal, 20_000, depth);
        ledger.spentBefore(history.spending());
        Role ofSub = role(sub);
        return new RecursiveLanguageModel(
                        role(root),
                        new Role(sub, ofSub.description(), ofSub.profile(), saysTheSame),
                        EngineSettings.DEFAULTS,
                        clock)
                .answer(new Question("How many?", List.of(TestContext.LARGE)), repl, journal, ledger);
    }

    private static ChildQuestion question(int number) {
        return new ChildQuestion(
                "part " + number,
                new Slices(List.of(new Slice(10L * number, 10L * number + 10))),
                new ContextFacts(10, 1, List.of(new DocumentFacts("a.txt", 10, 1)), "preview " + number));
    }

    private static Role role(ScriptedModel model) {
        return new Role(model, new ModelDescription(model.id(), 100_000L, null, PRICE, Set.of()));
    }

    private long count(Class<? extends TaskEvent> type) {
        return journal.entriesAfter(0).stream()
                .filter(entry -> type.isInstance(entry.event()))
                .count();
    }

    @Test
    void aChildHasTurnsOfItsOwnWhichCountAsSubCallsOfItsParent() throws Exception {
        inChild = calls -> ended(calls.query(List.of("read this")) + "");
        assertThat(answer(3).text()).isEqualTo("done");
        assertThat(outcomes)
                .hasSize(3)
                .containsOnly(
                        new Outcome.Reply(List.of(new Outcome.Reply("reply")).toString()));
        assertThat(ledger.spent().turns()).isEqualTo(3);
        assertThat(ledger.spent().subCalls()).isEqualTo(9);
        assertThat(ledger.spent().total().inputTokens()).isEqualTo(1_200);
        assertThat(RunHistory.of(journal, 20_000, 1).spending()).isEqualTo(ledger.spent());
        assertThat(opened).hasValue(3);
        assertThat(atATime).hasValue(0);
    }

    @Test
    void whatOneChildHasAskedNoOtherAsksAgainAlsoAfterARestart() throws Exception {
        saysTheSame = true;
        inChild = calls -> ended(calls.query(List.of("read this")) + "");
        answer(3);
        assertThat(outcomes)
                .hasSize(3)
                .containsOnly(
                        new Outcome.Reply(List.of(new Outcome.Reply("reply")).toString()));
        assertThat(count(SubCallEnded.class)).isEqualTo(1);
        assertThat(count(SubCallReused.class)).isEqualTo(2);
        assertThat(ledger.spent().subCalls()).as("six turns and one call").isEqualTo(7);

        Entry asked = journal.entriesAfter(0).stream()
                .filter(entry -> entry.event() instanceof SubCallEnded)
                .findFirst()
                .orElseThrow();
        List<Entry> upToIt = journal.entriesAfter(0).stream()
                .filter(entry -> entry.number() <= asked.number())
                .toList();
        journal = new InMemoryJournal(clock);
        for (Entry entry : upToIt) {
            journal.<TaskEvent, RuntimeException>step(String.valueOf(entry.key()), TaskEvent.class, entry::event);
        }
        answer(3);
        assertThat(count(SubCallEnded.class)).isEqualTo(1);
        assertThat(count(SubCallReused.class)).isEqualTo(2);
    }

    @Test
    void aChildIsToldItsQuestionAndFactsAboutItsContext() throws Exception {
        answer(1);
        String opening = ((Message.User) sub.requests.getFirst().messages().getFirst()).text();
        assertThat(opening)
                .startsWith("Question:\npart 0\n")
                .contains("You are asked by code")
                .contains("`context` holds about 10 characters, about 2 tokens, in 1 document:\n- a.txt: 10 characters")
                .contains("<preview>\npreview 0\n</preview>")
                .contains("Turn 1 of 15");
        assertThat(sub.requests.getFirst().system())
                .as("the last level cannot ask children")
                .doesNotContain("rlm_query");
        assertThat(root.requests.getFirst().system()).contains("rlm_query(question, context)");
    }

    @Test
    void whatAChildSeesIsItsOwn() throws Exception {
        answer(2);
        assertThat(sub.lastMessage(sub.requests.size())).contains("seen by a child");
        assertThat(root.lastMessage(2)).contains("asked").doesNotContain("seen by a child");
    }

    @Test
    void aChildThatFailsIsASlotThatTellsWhy() throws Exception {
        inChild = calls -> {
            throw new SandboxException("It is gone.");
        };
        assertThat(answer(2).text()).isEqualTo("done");
        assertThat(outcomes).containsOnly(new Outcome.Failure("The child's sandbox failed: It is gone."));
        assertThat(count(ChildStarted.class)).isEqualTo(2);
        assertThat(count(ChildEnded.class))
                .as("what a lost sandbox did is not recorded")
                .isZero();
    }

    @Test
    void aLimitEndsAChildWithItsBestValueAndThenRefusesChildren() throws Exception {
        subCalls = 3;
        inChild = calls -> printed("not yet");
        answer(4);
        assertThat(ledger.spent().subCalls()).isEqualTo(3);
        assertThat(outcomes)
                .hasSize(4)
                .allSatisfy(outcome -> assertThat(((Outcome.Failure) outcome).message())
                        .contains("The limit of 3 sub-calls is reached."));
        answer(4);
        assertThat(outcomes)
                .hasSize(4)
                .allSatisfy(outcome -> assertThat(outcome).isInstanceOf(Outcome.Failure.class));
        assertThat(ledger.spent().subCalls()).isEqualTo(3);
    }

    @Test
    void whatCannotBeAskedAtAllLeavesNoRecord() throws Exception {
        depth = 0;
        answer(3);
        assertThat(outcomes)
                .hasSize(3)
                .containsOnly(new Outcome.Failure("There is no level left for a child question."));
        assertThat(count(ChildStarted.class)).isZero();
        assertThat(opened).hasValue(0);
    }

    @Test
    void aPartialAnswerOfAChildIsToldWithItsReason() {
        assertThat(Children.outcome(new ChildEnded(1, "partial", "x".repeat(3_000), "", "The time is up.")))
                .isEqualTo(new Outcome.Failure("The child came to no end: The time is up. The best value that it had: "
                        + "x".repeat(2_000) + " ..."));
    }

    @Test
    void aRunThatIsCutOffAnywhereAsksNoChildAnythingTwice() throws Exception {
        inChild = calls -> ended(calls.query(List.of("read this")) + "");
        Answer whole = answer(2);
        List<Outcome> before = List.copyOf(outcomes);
        List<Entry> entries = journal.entriesAfter(0);
        long spent = ledger.spent().total().inputTokens();
        for (int kept = 0; kept <= entries.size(); kept++) {
            journal = new InMemoryJournal(clock);
            for (Entry entry : entries.subList(0, kept)) {
                journal.<TaskEvent, RuntimeException>step(String.valueOf(entry.key()), TaskEvent.class, entry::event);
            }
            long replied = count(RootReplied.class) + count(SubCallEnded.class);
            int asked = root.requests.size() + sub.requests.size();
            assertThat(answer(2)).isEqualTo(whole);
            if (!outcomes.isEmpty()) {
                assertThat(outcomes).isEqualTo(before);
            }
            assertThat(root.requests.size() + sub.requests.size() - asked)
                    .as("calls after %d of %d entries", kept, entries.size())
                    .isEqualTo(9 - (int) replied);
            assertThat(ledger.spent().total().inputTokens()).isEqualTo(spent);
            assertThat(journal.entriesAfter(0)).hasSameSizeAs(entries);
        }
    }

    @ParameterizedTest
    @CsvSource({"0, 1", "1, 63", "2, 7", "3, 3", "4, 2", "5, 2"})
    void childrenOfAllLevelsTogetherNeverNeedMoreReplsThanThereCanBe(int levels, int children) {
        assertThat(Children.mostAtATime(levels)).isEqualTo(children);
        long open = 1;
        long onLevel = 1;
        for (int level = 0; level < levels; level++) {
            onLevel *= children;
            open += onLevel;
        }
        assertThat(open).isLessThanOrEqualTo(Repl.MOST_OPEN);
    }

    @Test
    void noMoreChildrenAreOpenThanThereIsRoomFor() throws Exception {
        depth = 3;
        subCalls = 1_000;
        answer(20);
        assertThat(outcomes).hasSize(20).containsOnly(new Outcome.Reply("7"));
        assertThat(most.get()).isBetween(1, 3);
    }
}
