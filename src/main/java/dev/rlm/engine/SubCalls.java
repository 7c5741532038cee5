package dev.rlm.engine;

import dev.rlm.budget.BudgetExceededException;
import dev.rlm.budget.Ledger;
import dev.rlm.engine.SubModel.Call;
import dev.rlm.journal.Journal;
import dev.rlm.journal.TaskEvent.Refusal;
import dev.rlm.journal.TaskEvent.SubCallEnded;
import dev.rlm.journal.TaskEvent.SubCallReused;
import dev.rlm.journal.TaskEvent.SubCallsRefused;
import dev.rlm.journal.TaskEvent.SubCallsStarted;
import dev.rlm.model.Ability;
import dev.rlm.model.LanguageModel;
import dev.rlm.sandbox.HostCalls.Outcome;
import dev.rlm.schema.JsonSchema;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The sub-calls of one question: each within the budget, each a recorded step, at most so many at a time, whichever cell
 * or thread they come from. The calls of a batch begin in its order. A call that fails or is refused is a
 * {@link Outcome.Failure} and leaves the others. A reply that does not fit the schema of its call is asked for once more,
 * which is another sub-call.
 */
final class SubCalls {

    private final Role role;
    private final Images images;
    private final SubModel model;
    private final Journal journal;
    private final Ledger ledger;
    private final Clock clock;
    private final boolean retryStragglers;

    /** Null if equal calls are made each time. */
    private final @Nullable EqualCalls equalCalls;

    /**
     * The sub-calls of a REPL.
     *
     * @param equalCalls the replies that the task has, or null if equal calls are made each time
     */
    SubCalls(
            Role role,
            Images images,
            EngineSettings settings,
            Clock clock,
            Journal journal,
            Ledger ledger,
            @Nullable EqualCalls equalCalls) {
        this.role = role;
        this.images = images;
        this.model = new SubModel(role, images, settings.callTime(), clock, journal, ledger);
        this.journal = journal;
        this.ledger = ledger;
        this.clock = clock;
        this.retryStragglers = settings.retryStragglers();
        this.equalCalls = equalCalls;
    }

    /**
     * The calls of a batch.
     *
     * @param cell the cell that asks
     * @param name what the batch is within its cell
     * @param calls the calls, in order
     * @param schema what their replies must fit, or null
     */
    record Batch(
            int cell,
            String name,
            List<Call> calls,
            @Nullable JsonSchema schema) {}

    /** The form of replies that must fit a schema. */
    ReplyForm form(JsonSchema schema) {
        return ReplyForm.of(schema, role);
    }

    /** Why these images of prompts cannot be shown to the sub-model, a sentence; empty if they can. */
    Optional<String> refusalOfImages(List<List<Integer>> numbers) {
        if (numbers.stream().allMatch(List::isEmpty)) {
            return Optional.empty();
        }
        if (role.description().isKnown() && !role.description().can(Ability.IMAGES)) {
            return Optional.of("The sub-model " + role.model().id()
                    + " does not see images: go on without them, or say that they could not be read.");
        }
        return numbers.stream()
                .flatMap(List::stream)
                .filter(number -> images.of(number).isEmpty())
                .findFirst()
                .map(number -> "There is no image in the document with the number " + number + ".");
    }

    /** The model that the calls of a batch of this size are to ask. */
    LanguageModel modelOfBatch(int calls) {
        return retryStragglers && calls >= Stragglers.LEAST_CALLS
                ? new Stragglers(role, calls, clock, ledger)
                : role.model();
    }

    /** How much one call should read at most, in characters. */
    long charactersOfCall() {
        return role.profile().charactersOfSubCall(role.description());
    }

    /** The outcomes of the calls of a batch, in order: the recorded ones, and those that are made now. */
    List<Outcome> answerAll(CellCalls cell, Batch batch) throws InterruptedException {
        Map<String, Outcome> outcomes = recorded(batch);
        List<Call> open = batch.calls().stream()
                .filter(call -> !outcomes.containsKey(call.name()))
                .toList();
        if (!open.isEmpty()) {
            if (ledger.subCallsLeft() <= 0 && open.stream().allMatch(call -> unfit(batch.cell(), call) == null)) {
                // Code may ask on and on, so this leaves no record; those of a batch that has reached the limit do.
                Outcome.Failure refusal = new Outcome.Failure(ledger.noSubCallsLeft());
                cell.refusedWithoutRecord(refusal.message());
                open.forEach(call -> outcomes.put(call.name(), refusal));
            } else {
                outcomes.putAll(makeAll(batch, open));
            }
        }
        return batch.calls().stream().map(call -> outcomes.get(call.name())).toList();
    }

    private Map<String, Outcome> recorded(Batch batch) {
        Map<String, Outcome> outcomes = new HashMap<>();
        for (Call call : batch.calls()) {
            recorded(batch.cell(), call).ifPresent(ended -> outcomes.put(call.name(), SubModel.outcome(ended)));
            journal.recorded(StepKeys.reused(batch.cell(), call.name()), SubCallReused.class)
                    .ifPresent(reused -> outcomes.put(call.name(), new Outcome.Reply(reused.reply())));
        }
        journal.recorded(StepKeys.batchRefusals(batch.cell(), batch.name()), SubCallsRefused.class)
                .ifPresent(refused -> refused.refusals()
                        .forEach(refusal -> refusal.calls()
                                .forEach(name -> outcomes.put(name, new Outcome.Failure(refusal.reason())))));
        return outcomes;
    }

    /** How a call ended; empty if it was not made, or a reply that does not fit was not yet asked for again. */
    private Optional<SubCallEnded> recorded(int cell, Call call) {
        Optional<SubCallEnded> first = first(cell, call);
        return first.isPresent() && SubModel.isUnfit(first.get())
                ? journal.recorded(StepKeys.repair(cell, call.name()), SubCallEnded.class)
                : first;
    }

    private Optional<SubCallEnded> first(int cell, Call call) {
        return journal.recorded(StepKeys.subCall(cell, call.name()), SubCallEnded.class);
    }

    /** The recorded reply to a call that does not fit; null if there is none. */
    private @Nullable SubCallEnded unfit(int cell, Call call) {
        return call.form() == null
                ? null
                : first(cell, call).filter(SubModel::isUnfit).orElse(null);
    }

    private Map<String, Outcome> makeAll(Batch batch, List<Call> open) throws InterruptedException {
        int cell = batch.cell();
        JsonSchema schema = batch.schema();
        journal.<SubCallsStarted, RuntimeException>step(
                StepKeys.batchStart(cell, batch.name()),
                SubCallsStarted.class,
                () -> new SubCallsStarted(cell, batch.calls().size(), schema == null ? null : schema.json()));
        Map<String, String> refused = new ConcurrentHashMap<>();
        try (CallBatch<Outcome> made = new CallBatch<>()) {
            Iterator<Call> next = open.iterator();
            while (next.hasNext() && !made.isBroken()) {
                Call call = next.next();
                if (equalCalls == null) {
                    start(cell, call, made, refused);
                } else {
                    startOnce(equalCalls, cell, call, made, refused);
                }
            }
            Map<String, Outcome> outcomes = made.outcomes();
            refused.forEach((call, reason) -> outcomes.put(call, new Outcome.Failure(reason)));
            if (!refused.isEmpty()) {
                journal.<SubCallsRefused, RuntimeException>step(
                        StepKeys.batchRefusals(cell, batch.name()),
                        SubCallsRefused.class,
                        () -> refused(cell, refused));
            }
            return outcomes;
        }
    }

    private void start(int cell, Call call, CallBatch<Outcome> made, Map<String, String> refused)
            throws InterruptedException {
        SubCallEnded unfit = unfit(cell, call);
        try {
            Admission admission = admit(SubModel.tokens(call, unfit));
            made.start(call.name(), () -> answer(cell, call, unfit, admission, refused));
        } catch (BudgetExceededException e) {
            refused.put(call.name(), reason(e, unfit != null));
        }
    }

    /** Makes a call only if no equal one has a reply or is under way; else its reply is recorded as that of this one. */
    private void startOnce(EqualCalls equal, int cell, Call call, CallBatch<Outcome> made, Map<String, String> refused)
            throws InterruptedException {
        Optional<EqualCalls.First> first = equal.first(call.hash());
        if (first.isEmpty()) {
            made.start(call.name(), () -> reused(equal, cell, call, refused));
            return;
        }
        SubCallEnded unfit = unfit(cell, call);
        boolean started = false;
        try {
            Admission admission = admit(SubModel.tokens(call, unfit));
            started = true;
            made.start(call.name(), () -> answerFirst(first.get(), cell, call, unfit, admission, refused));
        } catch (BudgetExceededException e) {
            refused.put(call.name(), reason(e, unfit != null));
        } finally {
            if (!started) {
                first.get().ended(null);
            }
        }
    }

    private Outcome answerFirst(
            EqualCalls.First first,
            int cell,
            Call call,
            @Nullable SubCallEnded unfit,
            Admission admission,
            Map<String, String> refused)
            throws InterruptedException {
        String reply = null;
        try {
            Outcome outcome = answer(cell, call, unfit, admission, refused);
            reply = outcome instanceof Outcome.Reply(String text) ? text : null;
            return outcome;
        } finally {
            first.ended(reply);
        }
    }

    private Outcome reused(EqualCalls equal, int cell, Call call, Map<String, String> refused)
            throws InterruptedException {
        Optional<String> reply = equal.await(call.hash());
        if (reply.isPresent()) {
            return new Outcome.Reply(journal.<SubCallReused, RuntimeException>step(
                            StepKeys.reused(cell, call.name()),
                            SubCallReused.class,
                            () -> model.reused(cell, call, reply.get()))
                    .reply());
        }
        SubCallEnded unfit = unfit(cell, call);
        try {
            return answer(cell, call, unfit, admit(SubModel.tokens(call, unfit)), refused);
        } catch (BudgetExceededException e) {
            String reason = reason(e, unfit != null);
            refused.put(call.name(), reason);
            return new Outcome.Failure(reason);
        }
    }

    private static SubCallsRefused refused(int cell, Map<String, String> reasons) {
        Map<String, List<String>> callsOfReason = new TreeMap<>();
        reasons.forEach((call, reason) ->
                callsOfReason.computeIfAbsent(reason, _ -> new ArrayList<>()).add(call));
        List<Refusal> refusals = callsOfReason.entrySet().stream()
                .map(each -> new Refusal(
                        each.getKey(), each.getValue().stream().sorted().toList()))
                .toList();
        return new SubCallsRefused(cell, reasons.size(), refusals);
    }

    /** A call's place among those under way, and what is reserved for it. Closing gives back both. */
    private record Admission(Ledger.Slot slot, Ledger.Reservation reservation) implements AutoCloseable {
        @Override
        public void close() {
            reservation.refund();
            slot.close();
        }
    }

    /** Waits for a place; called in the order of the prompts, so that it is the last ones that a limit refuses. */
    private Admission admit(long tokens) throws InterruptedException, BudgetExceededException {
        Ledger.Slot slot = ledger.awaitSlot();
        try {
            return new Admission(slot, ledger.reserveSubCall(role.estimate(tokens)));
        } catch (BudgetExceededException | RuntimeException e) {
            slot.close();
            throw e;
        }
    }

    private Outcome answer(
            int cell, Call call, @Nullable SubCallEnded unfit, Admission admission, Map<String, String> refused)
            throws InterruptedException {
        try (admission) {
            if (unfit != null) {
                return repaired(cell, call, unfit, admission.reservation());
            }
            SubCallEnded first = journal.<SubCallEnded, RuntimeException>step(
                    StepKeys.subCall(cell, call.name()), SubCallEnded.class, () -> model.ask(cell, call));
            admission.reservation().settle(Role.charge(first.cost()));
            if (!SubModel.isUnfit(first)) {
                return SubModel.outcome(first);
            }
            journal.<SubCallsStarted, RuntimeException>step(
                    StepKeys.repairStart(cell, call.name()),
                    SubCallsStarted.class,
                    () -> new SubCallsStarted(cell, 1, null));
            return repaired(cell, call, first, ledger.reserveSubCall(role.estimate(SubModel.tokens(call, first))));
        } catch (BudgetExceededException e) {
            String reason = reason(e, true);
            refused.put(call.name(), reason);
            return new Outcome.Failure(reason);
        }
    }

    private static String reason(BudgetExceededException limit, boolean ofRepair) {
        return ofRepair
                ? "The sub-model's reply does not fit the schema, and it cannot be asked again. " + limit.getMessage()
                : String.valueOf(limit.getMessage());
    }

    private Outcome repaired(int cell, Call call, SubCallEnded unfit, Ledger.Reservation reservation)
            throws InterruptedException {
        try {
            SubCallEnded second = journal.<SubCallEnded, RuntimeException>step(
                    StepKeys.repair(cell, call.name()), SubCallEnded.class, () -> model.repair(cell, call, unfit));
            reservation.settle(Role.charge(second.cost()));
            return SubModel.outcome(second);
        } finally {
            reservation.refund();
        }
    }
}
