package dev.rlm.engine;

import dev.rlm.TestClock;
import dev.rlm.budget.Budget;
import dev.rlm.budget.Ledger;
import dev.rlm.journal.InMemoryJournal;
import dev.rlm.journal.Journal;
import dev.rlm.journal.TaskEvent;
import dev.rlm.model.ModelDescription;
import dev.rlm.model.Price;
import dev.rlm.sandbox.FinalValue;
import dev.rlm.sandbox.Repl.Variable;
import dev.rlm.schema.JsonSchema;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A run over a REPL of a script, which can be cut off anywhere and taken up again. */
final class LongRun {

    private static final Price PRICE = new Price(BigDecimal.ONE, BigDecimal.TEN, null, null);

    final TestClock clock = new TestClock();
    final Instant started = clock.instant();
    Journal journal = new InMemoryJournal(clock);
    ScriptedRepl repl = new ScriptedRepl();
    Budget budget = new Budget(30, 50, null, Duration.ofMinutes(10));
    long window = 100_000;

    @Nullable
    JsonSchema schema;

    Ledger ledger;

    Answer answer(ScriptedModel root) throws InterruptedException {
        ledger = new Ledger(budget, clock, started);
        ledger.spentBefore(RunHistory.of(journal, 20_000, 0).spending());
        return new RecursiveLanguageModel(
                        role(root), role(ScriptedModel.saying("reply")), EngineSettings.DEFAULTS, clock)
                .answer(new Question("How many?", List.of(TestContext.LARGE), schema), repl, journal, ledger);
    }

    private Role role(ScriptedModel model) {
        return new Role(model, new ModelDescription(model.id(), window, 100L, PRICE, Set.of()));
    }

    void variable(String name, String json) {
        repl.variables.add(new Variable(name, "dict", 1, json));
        repl.values.put(name, new FinalValue(json, json));
    }

    /** Keeps the first so many of these entries, and nothing else. */
    void cut(List<Journal.Entry> entries, int kept) throws InterruptedException {
        journal = new InMemoryJournal(clock);
        for (Journal.Entry entry : entries.subList(0, kept)) {
            journal.<TaskEvent, RuntimeException>step(String.valueOf(entry.key()), TaskEvent.class, entry::event);
        }
    }

    long count(Class<? extends TaskEvent> type) {
        return journal.entriesAfter(0).stream()
                .filter(entry -> type.isInstance(entry.event()))
                .count();
    }
}
