package dev.rlm.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rlm.TestClock;
import dev.rlm.budget.Budget;
import dev.rlm.budget.Ledger;
import dev.rlm.functions.CallOutcome;
import dev.rlm.functions.ForeignFunction;
import dev.rlm.functions.ForeignFunctions;
import dev.rlm.functions.FunctionLimits;
import dev.rlm.functions.Offer;
import dev.rlm.functions.ServerState;
import dev.rlm.journal.InMemoryJournal;
import dev.rlm.journal.Journal;
import dev.rlm.journal.Journal.Entry;
import dev.rlm.journal.TaskEvent;
import dev.rlm.journal.TaskEvent.FunctionCalled;
import dev.rlm.journal.TaskEvent.FunctionsOffered;
import dev.rlm.model.ModelDescription;
import dev.rlm.sandbox.FunctionCall;
import dev.rlm.sandbox.HostCalls;
import dev.rlm.sandbox.HostCalls.Outcome;
import dev.rlm.sandbox.OfferedFunction;
import dev.rlm.sandbox.PastCell;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Calls of functions are recorded steps of a task, within limits. */
final class TaskFunctionsTest {

    private static final String SCHEMA = """
            {"type": "object", "required": ["account"], "properties": {"account": {"type": "integer", "minimum": 1}}}""";

    private final TestClock clock = new TestClock();
    private final Instant started = clock.instant();
    private Journal journal = new InMemoryJournal(clock);
    private Ledger ledger;

    /** A bank, with functions to ask it. */
    private static class Bank implements ForeignFunctions {
        final ConcurrentLinkedQueue<String> calls = new ConcurrentLinkedQueue<>();
        final AtomicInteger underWay = new AtomicInteger();
        final AtomicInteger most = new AtomicInteger();
        int limit = 100;
        boolean away;

        @Override
        public boolean none() {
            return false;
        }

        @Override
        public FunctionLimits limits() {
            return new FunctionLimits(limit, 3);
        }

        @Override
        public Offer offer() {
            return away
                    ? new Offer(List.of(), List.of("The server bank is away."))
                    : new Offer(List.of(new ForeignFunction("bank_balance", "Tells a balance.", SCHEMA)), List.of());
        }

        @Override
        public CallOutcome call(String function, String arguments, Duration time) throws InterruptedException {
            most.accumulateAndGet(underWay.incrementAndGet(), Math::max);
            try {
                Thread.sleep(2);
                calls.add(arguments);
                return arguments.contains("13")
                        ? new CallOutcome.Failure("There is no account 13.")
                        : new CallOutcome.Value("{\"eur\":" + calls.size() + "}");
            } finally {
                underWay.decrementAndGet();
            }
        }

        @Override
        public List<ServerState> servers() {
            return List.of();
        }

        @Override
        public void close() {}
    }

    private final Bank bank = new Bank();

    /** Runs one cell of a task, which is called again if it had not ended. */
    private Answer run(ScriptedRepl.Behaviour cell) throws Exception {
        return run(bank, cell);
    }

    private Answer run(ForeignFunctions foreign, ScriptedRepl.Behaviour cell) throws Exception {
        TaskFunctions functions = TaskFunctions.of(journal, foreign);
        RunHistory history = RunHistory.of(journal, 20_000, 0);
        ledger = new Ledger(new Budget(5, 5, null, Duration.ofMinutes(10)), clock, started);
        ledger.spentBefore(history.spending());
        ScriptedRepl repl = new ScriptedRepl().on("cell", cell).on("end", ScriptedRepl.ended("done"));
        return new RecursiveLanguageModel(
                        role(new ScriptedModel(
                                "test:root",
                                (_, request) -> ScriptedModel.text(
                                        request.messages().size() == 1 ? "```repl\ncell\n```" : "```repl\nend\n```"))),
                        role(ScriptedModel.saying("reply")),
                        EngineSettings.DEFAULTS,
                        Images.NONE,
                        functions,
                        clock)
                .answer(new Question("How much?", List.of(TestContext.LARGE)), repl, journal, ledger);
    }

    private static Role role(ScriptedModel model) {
        return new Role(model, new ModelDescription(model.id(), 100_000L, null, null, Set.of()));
    }

    private static Outcome balance(HostCalls calls, Object account) throws InterruptedException {
        return calls.call(new FunctionCall("bank_balance", "{\"account\":" + account + "}"));
    }

    private List<FunctionCalled> called() {
        return journal.entriesAfter(0).stream()
                .map(Entry::event)
                .filter(FunctionCalled.class::isInstance)
                .map(FunctionCalled.class::cast)
                .toList();
    }

    private void cut(int kept) throws InterruptedException {
        List<Entry> entries = journal.entriesAfter(0);
        journal = new InMemoryJournal(clock);
        for (Entry entry : entries.subList(0, kept)) {
            journal.<TaskEvent, RuntimeException>step(String.valueOf(entry.key()), TaskEvent.class, entry::event);
        }
    }

    @Test
    void resultsAndFailuresComeToTheCodeAndIntoTheJournal() throws Exception {
        List<Outcome> outcomes = new ArrayList<>();
        Answer answer = run(calls -> {
            outcomes.add(balance(calls, 7));
            outcomes.add(balance(calls, 13));
            return ScriptedRepl.printed("");
        });
        assertThat(answer.text()).isEqualTo("done");
        assertThat(outcomes)
                .containsExactly(new Outcome.Reply("{\"eur\":1}"), new Outcome.Failure("There is no account 13."));
        assertThat(called()).extracting(FunctionCalled::result).containsExactly("{\"eur\":1}", null);
        assertThat(called()).extracting(FunctionCalled::failure).containsExactly(null, "There is no account 13.");
    }

    @Test
    void argumentsThatDoNotFitTheSchemaNeverLeave() throws Exception {
        List<Outcome> outcomes = new ArrayList<>();
        run(calls -> {
            outcomes.add(balance(calls, 0));
            outcomes.add(balance(calls, "\"x\""));
            outcomes.add(calls.call(new FunctionCall("bank_balance", "no JSON")));
            return ScriptedRepl.printed("");
        });
        assertThat(outcomes)
                .hasSize(3)
                .allSatisfy(outcome ->
                        assertThat(outcome.toString()).contains("Failure[message=The arguments were not taken. "));
        assertThat(bank.calls).isEmpty();
    }

    @Test
    void aFunctionThatWasNotOfferedIsRefused() throws Exception {
        List<Outcome> outcomes = new ArrayList<>();
        run(calls -> {
            outcomes.add(calls.call(new FunctionCall("bank_pay", "{}")));
            return ScriptedRepl.printed("");
        });
        assertThat(outcomes).containsExactly(new Outcome.Failure("There is no such function."));
        assertThat(called()).isEmpty();
    }

    /** From threads, equal calls among them, in an order that is up to chance. */
    private static List<String> ask(HostCalls calls) throws Exception {
        List<Future<Outcome>> outcomes = new ArrayList<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < 12; i++) {
                int account = 1 + i % 4;
                outcomes.add(threads.submit(() -> balance(calls, account)));
            }
        }
        List<String> texts = new ArrayList<>();
        for (Future<Outcome> outcome : outcomes) {
            texts.add(outcome.get().toString());
        }
        texts.sort(null);
        return texts;
    }

    private static ScriptedRepl.Behaviour asking(List<String> told) {
        return calls -> {
            try {
                told.addAll(ask(calls));
            } catch (InterruptedException e) {
                throw e;
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
            return ScriptedRepl.printed("");
        };
    }

    @Test
    void aCallThatIsRecordedIsNotMadeAgainWhereverARunIsCutOff() throws Exception {
        List<String> whole = new ArrayList<>();
        run(asking(whole));
        assertThat(bank.calls).hasSize(12);
        assertThat(bank.most.get()).as("at a time").isBetween(1, 3);
        int end = (int) journal.entriesAfter(0).stream()
                .takeWhile(entry -> !(entry.event() instanceof TaskEvent.CellEnded))
                .count();
        for (int kept = end; kept > end - 12; kept--) {
            cut(kept);
            int recorded = called().size();
            bank.calls.clear();
            List<String> again = new ArrayList<>();
            run(asking(again));
            assertThat(bank.calls).hasSize(12 - recorded);
            assertThat(called()).hasSize(12);
            if (recorded == 12) {
                assertThat(again).isEqualTo(whole);
            }
        }
    }

    @Test
    void aCellThatEndedIsToldWhatItWasToldWhenItRunsAgainInAnotherProcess() throws Exception {
        run(asking(new ArrayList<>()));
        List<PastCell> cells = RunHistory.of(journal, 20_000, 0).cells();
        assertThat(cells.getFirst().replies()).hasSize(12);
        FunctionCall call = new FunctionCall("bank_balance", "{\"account\":1}");
        assertThat(cells.getFirst().replies())
                .containsKey(new PastCell.Call(dev.rlm.journal.Payload.sha256(call.identity()), 3));
    }

    @Test
    void theFunctionsOfATaskStayWhatTheyWere() throws Exception {
        run(calls -> ScriptedRepl.printed(""));
        bank.away = true;
        assertThat(TaskFunctions.of(journal, bank).offered())
                .extracting(OfferedFunction::name)
                .containsExactly("bank_balance");
        assertThat(TaskFunctions.of(journal, ForeignFunctions.NONE).offered())
                .as("also where none are configured any more")
                .hasSize(1);
    }

    @Test
    void aTaskThatBeganWithoutFunctionsGoesOnWithoutThem() throws Exception {
        Bank configuredLater = bank;
        TaskFunctions before = TaskFunctions.of(journal, ForeignFunctions.NONE);
        assertThat(before.offered()).isEmpty();
        assertThat(journal.entriesAfter(0))
                .as("nothing is said about what is not there")
                .isEmpty();
        journal.<TaskEvent.TurnStarted, RuntimeException>step(
                "turn/1", TaskEvent.TurnStarted.class, () -> new TaskEvent.TurnStarted(1, ""));
        assertThat(TaskFunctions.of(journal, configuredLater).offered()).isEmpty();
    }

    @Test
    void whatIsMissingIsRecorded() throws Exception {
        bank.away = true;
        run(calls -> ScriptedRepl.printed(""));
        assertThat(journal.recorded("functions", FunctionsOffered.class)
                        .orElseThrow()
                        .problems())
                .containsExactly("The server bank is away.");
    }

    @Test
    void theLimitOfCallsHoldsOverInterruptions() throws Exception {
        bank.limit = 3;
        List<Outcome> outcomes = new ArrayList<>();
        ScriptedRepl.Behaviour five = calls -> {
            for (int account = 1; account <= 5; account++) {
                outcomes.add(balance(calls, account));
            }
            return ScriptedRepl.printed("");
        };
        run(five);
        assertThat(bank.calls).hasSize(3);
        assertThat(outcomes.getLast()).isEqualTo(new Outcome.Failure("The limit of 3 calls of functions is reached."));
        int second = (int) journal.entriesAfter(0).stream()
                        .takeWhile(entry -> !(entry.event() instanceof TaskEvent.CellEnded))
                        .count()
                - 1;
        cut(second);
        outcomes.clear();
        run(five);
        assertThat(bank.calls).hasSize(4);
        assertThat(outcomes).filteredOn(Outcome.Reply.class::isInstance).hasSize(3);
    }

    @Test
    void nothingIsCalledWhenTheTimeIsUp() throws Exception {
        List<Outcome> outcomes = new ArrayList<>();
        run(calls -> {
            clock.advance(Duration.ofMinutes(11));
            outcomes.add(balance(calls, 1));
            return ScriptedRepl.printed("");
        });
        assertThat(outcomes).containsExactly(new Outcome.Failure("The time limit of 600 s is reached."));
        assertThat(bank.calls).isEmpty();
    }

    @Test
    void aCallThatIsInterruptedLeavesNoRecord() throws Exception {
        Semaphore called = new Semaphore(0);
        Bank slow = new Bank() {
            @Override
            public CallOutcome call(String function, String arguments, Duration time) throws InterruptedException {
                called.release();
                Thread.sleep(Duration.ofMinutes(5));
                return new CallOutcome.Value("1");
            }
        };
        List<Object> ends = new ArrayList<>();
        Thread thread = Thread.ofVirtual().start(() -> {
            try {
                ends.add(run(slow, calls -> {
                    balance(calls, 1);
                    return ScriptedRepl.printed("");
                }));
            } catch (Exception e) {
                ends.add(e.getClass());
            }
        });
        called.acquire();
        thread.interrupt();
        assertThat(thread.join(Duration.ofMinutes(1))).isTrue();
        assertThat(ends).containsExactly(InterruptedException.class);
        assertThat(called()).isEmpty();
    }
}
