package dev.rlm.engine;

import dev.rlm.budget.Ledger;
import dev.rlm.journal.Journal;
import dev.rlm.journal.Payload;
import dev.rlm.journal.TaskEvent.BudgetShown;
import dev.rlm.journal.TaskEvent.ClocksSaid;
import dev.rlm.journal.TaskEvent.LocatedPrompt;
import dev.rlm.journal.TaskEvent.PromptsLocated;
import dev.rlm.model.LanguageModel;
import dev.rlm.sandbox.CellObservations;
import dev.rlm.sandbox.ChildQuestion;
import dev.rlm.sandbox.FinalValue;
import dev.rlm.sandbox.FunctionCall;
import dev.rlm.sandbox.HostCalls;
import dev.rlm.sandbox.PromptParts;
import dev.rlm.sandbox.Prompts;
import dev.rlm.schema.JsonSchema;
import dev.rlm.schema.SchemaException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** What the code of one cell can ask for. Thread-safe. */
final class CellCalls implements HostCalls {

    /** Code may ask for its budget on and on; only so many answers are recorded. */
    private static final int MOST_BUDGETS = 100;

    /** A worker tells what clocks said, and it may lie; more than this is not recorded of a cell. */
    private static final int MOST_CLOCK_CHARACTERS = 1_000_000;

    private final int cell;
    private final Session session;
    private final SubCalls subCalls;
    private final Children children;
    private final Publications publications;
    private final TaskFunctions functions;
    private final Journal journal;
    private final Ledger ledger;
    private final ConcurrentMap<String, Integer> occurrences = new ConcurrentHashMap<>();
    private final ConcurrentMap<String, Integer> batches = new ConcurrentHashMap<>();
    private final AtomicInteger budgets = new AtomicInteger();
    private final AtomicInteger published = new AtomicInteger();
    private final AtomicLong clockCharacters = new AtomicLong();
    private volatile @Nullable String unrecordedRefusal;
    private volatile @Nullable CellObservations observations;

    CellCalls(
            int cell,
            Session session,
            SubCalls subCalls,
            Children children,
            Publications publications,
            TaskFunctions functions,
            Journal journal,
            Ledger ledger) {
        this.cell = cell;
        this.session = session;
        this.subCalls = subCalls;
        this.children = children;
        this.publications = publications;
        this.functions = functions;
        this.journal = journal;
        this.ledger = ledger;
    }

    @Override
    public List<Outcome> query(List<String> prompts) throws InterruptedException {
        return query(Prompts.of(prompts));
    }

    @Override
    public List<Outcome> query(Prompts prompts) throws InterruptedException {
        try {
            Optional<String> refusal = subCalls.refusalOfImages(prompts.images());
            return refusal.isPresent()
                    ? refused(refusal.get(), prompts.texts().size())
                    : query(prompts, prompts.schema() == null ? null : JsonSchema.parse(prompts.schema()));
        } catch (SchemaException e) {
            return schemaRefused(e, prompts.texts().size());
        }
    }

    private List<Outcome> schemaRefused(SchemaException refusal, int slots) {
        return refused(SCHEMA_REFUSED + refusal.getMessage(), slots);
    }

    /** Code may ask on and on, so this leaves no record. */
    private List<Outcome> refused(String reason, int slots) {
        refusedWithoutRecord(reason);
        return Collections.nCopies(slots, new Outcome.Failure(reason));
    }

    private List<Outcome> query(Prompts prompts, @Nullable JsonSchema schema) throws InterruptedException {
        ReplyForm form = schema == null ? null : subCalls.form(schema);
        List<String> hashes = prompts.identities().stream().map(Payload::sha256).toList();
        String batchHash = StepKeys.batchHash(hashes);
        String batch = StepKeys.batchName(batchHash, batches.merge(batchHash, 1, Integer::sum));
        LanguageModel model = subCalls.modelOfBatch(hashes.size());
        List<SubModel.Call> calls = new ArrayList<>(hashes.size());
        for (int i = 0; i < hashes.size(); i++) {
            String hash = hashes.get(i);
            // Numbered before any of them runs, so that a prompt keeps its key whatever the order of the replies.
            calls.add(new SubModel.Call(
                    prompts.texts().get(i),
                    prompts.imagesOf(i),
                    hash,
                    StepKeys.callName(hash, occurrences.merge(hash, 1, Integer::sum)),
                    form,
                    model));
        }
        List<Outcome> outcomes = subCalls.answerAll(this, new SubCalls.Batch(cell, batch, calls, schema));
        record(batch, calls, outcomes, prompts.located());
        return outcomes;
    }

    /** Records what the prompts of answered calls hold; calls that are refused may come on and on. */
    private void record(String batch, List<SubModel.Call> calls, List<Outcome> outcomes, List<PromptParts> located)
            throws InterruptedException {
        List<LocatedPrompt> prompts = new ArrayList<>();
        for (int i = 0; i < located.size() && located.size() == calls.size(); i++) {
            if (outcomes.get(i) instanceof Outcome.Reply) {
                PromptParts parts = located.get(i);
                prompts.add(new LocatedPrompt(calls.get(i).name(), Evidence.parts(parts.parts()), parts.complete()));
            }
        }
        if (!prompts.isEmpty()) {
            journal.<PromptsLocated, RuntimeException>step(
                    StepKeys.located(cell, batch), PromptsLocated.class, () -> new PromptsLocated(cell, prompts));
        }
    }

    @Override
    public void observed(CellObservations told) {
        observations = told;
    }

    /** What the cell has brought to light, once it has ended; null if that is nothing. */
    @Nullable
    CellObservations observations() {
        return observations;
    }

    @Override
    public List<Outcome> ask(List<ChildQuestion> questions) throws InterruptedException {
        List<Children.Call> calls = new ArrayList<>(questions.size());
        for (ChildQuestion question : questions) {
            FinalCheck check;
            try {
                String schema = question.schema();
                check = schema == null ? FinalCheck.NONE : new FinalCheck(JsonSchema.parse(schema));
            } catch (SchemaException e) {
                return schemaRefused(e, questions.size());
            }
            String hash = Payload.sha256(question.identity());
            calls.add(new Children.Call(
                    question, check, StepKeys.callName(hash, occurrences.merge(hash, 1, Integer::sum))));
        }
        return children.answerAll(this, calls);
    }

    @Override
    public Outcome publish(FinalValue value) throws InterruptedException {
        return publications.publish(cell, published.incrementAndGet(), value);
    }

    @Override
    public Outcome call(FunctionCall call) throws InterruptedException {
        String hash = Payload.sha256(call.identity());
        String name = StepKeys.callName(hash, occurrences.merge(hash, 1, Integer::sum));
        return functions.call(this, name, call, journal, ledger);
    }

    @Override
    public Outcome history() {
        return new Outcome.Reply(
                TurnHistory.of(session, journal.entriesAfter(0)).before(cell));
    }

    @Override
    public int levels() {
        return ledger.budget().depth();
    }

    @Override
    public void clocksSaid(String said) {
        if (clockCharacters.addAndGet(said.length()) > MOST_CLOCK_CHARACTERS) {
            return;
        }
        try {
            journal.<ClocksSaid, RuntimeException>step(
                    StepKeys.clocks(cell, said), ClocksSaid.class, () -> new ClocksSaid(cell, said));
        } catch (InterruptedException e) {
            // The cell is being stopped, and will be run with its record or not at all.
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public String budgetJson() {
        int number = budgets.incrementAndGet();
        if (number > MOST_BUDGETS) {
            return budgetNow();
        }
        try {
            return journal.<BudgetShown, RuntimeException>step(
                            StepKeys.budget(cell, number), BudgetShown.class, () -> new BudgetShown(cell, budgetNow()))
                    .json();
        } catch (InterruptedException e) {
            // The cell is being stopped, and nobody waits for this any more.
            Thread.currentThread().interrupt();
            return budgetNow();
        }
    }

    private String budgetNow() {
        return BudgetView.of(ledger).toJson(subCalls.charactersOfCall());
    }

    int cell() {
        return cell;
    }

    /** Notes what calls were refused with that have no record. */
    void refusedWithoutRecord(String reason) {
        unrecordedRefusal = reason;
    }

    /** What calls were refused with that have no record; null if there were none. */
    @Nullable
    String unrecordedRefusal() {
        return unrecordedRefusal;
    }
}
