package dev.rlm.engine;

import static dev.rlm.engine.ScriptedRepl.ended;
import static dev.rlm.engine.ScriptedRepl.printed;
import static org.assertj.core.api.Assertions.assertThat;

import dev.rlm.TestClock;
import dev.rlm.budget.Budget;
import dev.rlm.budget.Ledger;
import dev.rlm.journal.InMemoryJournal;
import dev.rlm.journal.Journal;
import dev.rlm.journal.Journal.Entry;
import dev.rlm.journal.Payload;
import dev.rlm.journal.TaskEvent;
import dev.rlm.journal.TaskEvent.SubCallEnded;
import dev.rlm.journal.TaskEvent.SubCallReused;
import dev.rlm.model.Message;
import dev.rlm.model.ModelDescription;
import dev.rlm.model.ModelException;
import dev.rlm.sandbox.HostCalls.Outcome;
import dev.rlm.sandbox.HostCalls.Outcome.Reply;
import dev.rlm.sandbox.PastCell;
import dev.rlm.sandbox.Prompts;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Sub-calls that ask the same of a model that says the same. */
final class EqualCallsTest {

    private final TestClock clock = new TestClock();
    private final List<Outcome> outcomes = new ArrayList<>();
    private Journal journal = new InMemoryJournal(clock);
    private Ledger ledger;
    private boolean saysTheSame = true;
    private int failures;

    private final ScriptedModel sub = new ScriptedModel("test:sub", (call, request) -> {
        String prompt = ((Message.User) request.messages().getFirst()).text();
        if (call <= failures) {
            throw new ModelException(ModelException.Kind.UNAVAILABLE, "Not now.");
        }
        return ScriptedModel.text(prompt.startsWith("number") ? "7" : "re " + prompt);
    });

    private void run() throws InterruptedException {
        ScriptedRepl repl = new ScriptedRepl()
                .on("ask", calls -> {
                    outcomes.clear();
                    outcomes.addAll(calls.query(List.of("a", "b", "a", "a")));
                    outcomes.addAll(calls.query(List.of("b", "number")));
                    outcomes.addAll(calls.query(Prompts.typed(List.of("number", "number"), "{\"type\":\"integer\"}")));
                    return printed("asked");
                })
                .on("end", ended("done"));
        ScriptedModel root = new ScriptedModel(
                "test:root",
                (_, request) ->
                        ScriptedModel.text(request.messages().size() == 1 ? "```repl\nask\n```" : "```repl\nend\n```"));
        ledger = new Ledger(new Budget(30, 50, null, Duration.ofMinutes(10)).withInFlight(4), clock, clock.instant());
        ledger.spentBefore(RunHistory.of(journal, 20_000, 0).spending());
        Role role = new Role(sub, ModelDescription.unknown(sub.id()));
        new RecursiveLanguageModel(
                        new Role(root, new ModelDescription(root.id(), 100_000L, null, null, Set.of())),
                        new Role(sub, role.description(), role.profile(), saysTheSame),
                        EngineSettings.DEFAULTS,
                        clock)
                .answer(new Question("How many?", List.of(TestContext.LARGE)), repl, journal, ledger);
    }

    private static final List<Outcome> EXPECTED = List.of(
            new Reply("re a"),
            new Reply("re b"),
            new Reply("re a"),
            new Reply("re a"),
            new Reply("re b"),
            new Reply("7"),
            new Reply("7"),
            new Reply("7"));

    private long count(Class<? extends TaskEvent> type) {
        return journal.entriesAfter(0).stream()
                .filter(entry -> type.isInstance(entry.event()))
                .count();
    }

    @Test
    void eachIsMadeOnceAndTheOthersCostNothing() throws Exception {
        run();
        assertThat(outcomes).isEqualTo(EXPECTED);
        assertThat(sub.requests).as("with a schema it is another").hasSize(4);
        assertThat(count(SubCallReused.class)).isEqualTo(4);
        assertThat(ledger.spent().subCalls()).isEqualTo(4);
        assertThat(RunHistory.of(journal, 20_000, 0).spending()).isEqualTo(ledger.spent());
        PastCell cell = RunHistory.of(journal, 20_000, 0).cells().getFirst();
        assertThat(cell.replies().get(new PastCell.Call(Payload.sha256("a"), 3)))
                .isEqualTo(new Reply("re a"));
    }

    @Test
    void aModelThatMayReplyOtherwiseIsAskedEachTime() throws Exception {
        saysTheSame = false;
        run();
        assertThat(outcomes).isEqualTo(EXPECTED);
        assertThat(sub.requests).hasSize(8);
        assertThat(count(SubCallReused.class)).isZero();
    }

    @Test
    void whatFailedIsAskedAgain() throws Exception {
        failures = 2;
        run();
        assertThat(outcomes.subList(4, 8)).isEqualTo(EXPECTED.subList(4, 8));
        assertThat(outcomes.subList(0, 4))
                .filteredOn(Outcome.Failure.class::isInstance)
                .hasSize(2);
        assertThat(sub.requests)
                .as("by chance one is asked before another has failed")
                .hasSizeBetween(6, 7);
    }

    @Test
    void aRunThatIsCutAnywhereAsksNobodyTwiceAndEndsTheSame() throws Exception {
        run();
        List<Entry> entries = journal.entriesAfter(0);
        var spent = ledger.spent();
        for (int length = 0; length <= entries.size(); length++) {
            journal = new InMemoryJournal(clock);
            for (Entry entry : entries.subList(0, length)) {
                journal.<TaskEvent, RuntimeException>step(entry.key(), TaskEvent.class, entry::event);
            }
            long recorded = count(SubCallEnded.class);
            sub.requests.clear();
            run();
            assertThat(outcomes).isEqualTo(EXPECTED);
            assertThat(sub.requests).hasSize((int) (4 - recorded));
            assertThat(ledger.spent()).isEqualTo(spent);
        }
    }
}
