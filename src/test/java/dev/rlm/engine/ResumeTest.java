package dev.rlm.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rlm.TestClock;
import dev.rlm.budget.Budget;
import dev.rlm.budget.Ledger;
import dev.rlm.budget.Spending;
import dev.rlm.journal.InMemoryJournal;
import dev.rlm.journal.Journal;
import dev.rlm.journal.Journal.Entry;
import dev.rlm.journal.TaskEvent;
import dev.rlm.journal.TaskEvent.CellEnded;
import dev.rlm.journal.TaskEvent.ClocksSaid;
import dev.rlm.journal.TaskEvent.RootReplied;
import dev.rlm.journal.TaskEvent.SubCallEnded;
import dev.rlm.model.Message;
import dev.rlm.model.ModelDescription;
import dev.rlm.model.Price;
import dev.rlm.sandbox.CellResult;
import dev.rlm.sandbox.CellResult.Status;
import dev.rlm.sandbox.HostCalls;
import dev.rlm.sandbox.HostCalls.Outcome;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

/** A run that is cut off anywhere goes on from its journal to the same answer, and pays for nothing twice. */
final class ResumeTest {

    private static final Price PRICE = new Price(BigDecimal.ONE, BigDecimal.TEN, null, null);
    private static final Duration TIME = Duration.ofMinutes(10);

    private static final Map<String, RememberingRepl.Behaviour> CELLS = Map.of(
            "read", ResumeTest::read,
            "die", ResumeTest::die,
            "count", ResumeTest::count,
            "end", (state, calls) -> ScriptedRepl.ended(String.join(";", state)));

    private static final List<String> TURNS = List.of(
            "```repl\nread\n```\n```repl\ncount\n```",
            "```repl\ndie\n```",
            "```repl\nread\n```",
            "```repl\ncount\n```\n```repl\nend\n```");

    /** One run of a process, with what it was asked to do. */
    private static final class Run {
        final Journal journal;
        final ScriptedModel root;
        final ScriptedModel sub;
        Answer answer;
        Ledger ledger;
        RememberingRepl repl;

        Run(Journal journal, int seed) {
            this.journal = journal;
            this.root = new ScriptedModel("test:root", (call, request) -> {
                long turn = request.messages().stream()
                        .filter(Message.Assistant.class::isInstance)
                        .count();
                return ScriptedModel.text(TURNS.get((int) turn));
            });
            this.sub = new ScriptedModel("test:sub", (call, request) -> {
                String prompt = ((Message.User) request.messages().getFirst()).text();
                Thread.sleep(Duration.ofNanos(new Random(31L * seed + prompt.hashCode()).nextInt(1_000_000)));
                return ScriptedModel.text("re " + prompt);
            });
        }

        Run answer(int parallel, Budget budget, TestClock clock, Instant started) throws InterruptedException {
            EngineSettings settings = EngineSettings.DEFAULTS;
            RunHistory history = RunHistory.of(journal, settings.outputCharacters(), budget.depth());
            ledger = new Ledger(budget.withInFlight(parallel), clock, started);
            ledger.spentBefore(history.spending());
            repl = new RememberingRepl(CELLS, history.cells());
            answer = new RecursiveLanguageModel(role(root), role(sub), settings, clock)
                    .answer(new Question("How many?", List.of(TestContext.LARGE)), repl, journal, ledger);
            return this;
        }

        private static Role role(ScriptedModel model) {
            return new Role(model, new ModelDescription(model.id(), 100_000L, null, PRICE, Set.of()));
        }
    }

    /** Asks from several threads, the same prompts too. */
    private static CellResult read(List<String> state, HostCalls calls) throws InterruptedException {
        calls.clocksSaid(state.size() + ":1;;;;");
        calls.clocksSaid(state.size() + ":2;;;;");
        List<Future<List<Outcome>>> replies = new ArrayList<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < 3; i++) {
                List<String> prompts = List.of("same", "part " + i, "same", "step " + state.size());
                replies.add(threads.submit(() -> calls.query(prompts)));
            }
        }
        List<String> texts = new ArrayList<>();
        for (Future<List<Outcome>> reply : replies) {
            try {
                reply.get().forEach(outcome -> texts.add(outcome.toString()));
            } catch (ExecutionException e) {
                throw new IllegalStateException(e.getCause());
            }
        }
        // Which of the threads' equal prompts came first, and so which of them was refused at a limit, is up to chance.
        texts.sort(null);
        state.add(texts.toString());
        return ScriptedRepl.printed(texts.toString());
    }

    /** Asks, and is killed: what it did to the state is lost. */
    private static CellResult die(List<String> state, HostCalls calls) throws InterruptedException {
        state.add("lost " + calls.query(List.of("before the end")));
        return ScriptedRepl.failed(Status.KILLED, "It was killed.");
    }

    private static CellResult count(List<String> state, HostCalls calls) {
        state.add(calls.budgetJson());
        return ScriptedRepl.printed("counted");
    }

    private static Journal cut(List<Entry> entries, TestClock clock) throws InterruptedException {
        Journal journal = new InMemoryJournal(clock);
        for (Entry entry : entries) {
            if (entry.key() == null) {
                journal.record(entry.event());
            } else {
                journal.<TaskEvent, RuntimeException>step(entry.key(), TaskEvent.class, entry::event);
            }
        }
        return journal;
    }

    private static long count(List<Entry> entries, Class<?> type) {
        return entries.stream().filter(entry -> type.isInstance(entry.event())).count();
    }

    private static List<String> keys(Journal journal) {
        return journal.entriesAfter(0).stream().map(Entry::key).sorted().toList();
    }

    @Property(tries = 120, seed = "4711")
    void anyInterleavingAndAnyCutComeToTheSameAnswer(
            @ForAll @IntRange(min = 0, max = 10_000) int seed,
            @ForAll @IntRange(min = 1, max = 8) int parallel,
            @ForAll @IntRange(min = 0, max = 1_000) int thousandths)
            throws Exception {
        TestClock clock = new TestClock();
        Instant started = clock.instant();
        Budget budget = new Budget(30, 100, null, TIME);
        Run whole = new Run(new InMemoryJournal(clock), seed).answer(parallel, budget, clock, started);
        List<Entry> entries = whole.journal.entriesAfter(0);
        assertThat(whole.answer.status()).isEqualTo(Answer.Status.ANSWERED);
        assertThat(whole.sub.requests).hasSize(25);

        List<Entry> kept = entries.subList(0, entries.size() * thousandths / 1_000);
        Run resumed = new Run(cut(kept, clock), seed + 1).answer(parallel, budget, clock, started);

        assertThat(resumed.answer).isEqualTo(whole.answer);
        assertThat(resumed.root.requests).hasSize((int) (4 - count(kept, RootReplied.class)));
        assertThat(resumed.sub.requests).hasSize((int) (25 - count(kept, SubCallEnded.class)));
        assertThat(resumed.ledger.spent()).isEqualTo(whole.ledger.spent());
        assertThat(keys(resumed.journal)).doesNotHaveDuplicates().isEqualTo(keys(whole.journal));
        assertThat(RunHistory.of(resumed.journal, 20_000, 0).spending()).isEqualTo(whole.ledger.spent());
        List<Integer> ended = kept.stream()
                .filter(entry -> entry.event() instanceof CellEnded)
                .map(entry -> ((CellEnded) entry.event()).cell())
                .toList();
        assertThat(resumed.repl.ran)
                .isEqualTo(Stream.of(1, 2, 3, 4, 5, 6)
                        .filter(cell -> !ended.contains(cell))
                        .toList());
        resumed.repl.clocks.forEach((cell, clocks) -> {
            String said = String.join(
                    "\n",
                    kept.stream()
                            .map(Entry::event)
                            .filter(event -> event instanceof ClocksSaid it && it.cell() == cell)
                            .map(event -> ((ClocksSaid) event).said())
                            .toList());
            assertThat(clocks).isEqualTo(said.isEmpty() ? null : "begun|" + said);
        });
        assertThat(resumed.repl.ranAgain)
                .as("without the cell that was killed")
                .isEqualTo(ended.stream().filter(cell -> cell != 3).toList());
    }

    @Test
    void theRootModelIsToldTheSameAgain() throws Exception {
        TestClock clock = new TestClock();
        Instant started = clock.instant();
        Budget budget = new Budget(30, 100, new BigDecimal("5"), TIME);
        Run whole = new Run(new InMemoryJournal(clock), 1).answer(4, budget, clock, started);
        List<Entry> entries = whole.journal.entriesAfter(0);
        int third = (int) entries.stream()
                .takeWhile(entry -> !"root/3".equals(entry.key()))
                .count();
        clock.advance(Duration.ofSeconds(70));
        Run resumed = new Run(cut(entries.subList(0, third), clock), 2).answer(4, budget, clock, started);
        assertThat(resumed.root.requests.getFirst().messages())
                .isEqualTo(whole.root.requests.get(2).messages());
        assertThat(resumed.root.lastMessage(2))
                .as("the time goes on from when the task was started")
                .contains("time left: 530 s");
    }

    @Test
    void whatWasRefusedIsRefusedAgainAndTheLimitCountsWhatWasSpentBefore() throws Exception {
        TestClock clock = new TestClock();
        Instant started = clock.instant();
        Budget budget = new Budget(30, 7, null, TIME);
        Run whole = new Run(new InMemoryJournal(clock), 1).answer(1, budget, clock, started);
        assertThat(whole.sub.requests).hasSize(7);
        List<Entry> entries = whole.journal.entriesAfter(0);
        int read = (int) entries.stream()
                .takeWhile(entry -> !"cell/1".equals(entry.key()))
                .count();
        for (int length = read; length <= entries.size(); length++) {
            Run resumed = new Run(cut(entries.subList(0, length), clock), 2).answer(1, budget, clock, started);
            assertThat(resumed.answer).isEqualTo(whole.answer);
            assertThat(resumed.sub.requests).isEmpty();
            assertThat(resumed.ledger.subCallsLeft()).isZero();
        }
    }

    @Test
    void aRunWhoseTimePassedWhileNobodyRanItEndsAtItsLimit() throws Exception {
        TestClock clock = new TestClock();
        Instant started = clock.instant();
        Budget budget = new Budget(30, 100, null, TIME);
        Run whole = new Run(new InMemoryJournal(clock), 1).answer(4, budget, clock, started);
        List<Entry> entries = whole.journal.entriesAfter(0);
        clock.advance(TIME.plusSeconds(1));
        Run resumed = new Run(cut(entries.subList(0, entries.size() / 2), clock), 2).answer(4, budget, clock, started);
        assertThat(resumed.answer.reason()).contains("The time limit of 600 s is reached.");
        assertThat(resumed.root.requests).isEmpty();
        Run ended = new Run(cut(entries, clock), 2).answer(4, budget, clock, started);
        assertThat(ended.answer)
                .as("a value that was handed over in time counts")
                .isEqualTo(whole.answer);
        assertThat(ended.ledger.spent()).isNotEqualTo(Spending.NONE);
    }
}
