package dev.rlm.engine;

import dev.rlm.budget.BudgetExceededException;
import dev.rlm.budget.Ledger;
import dev.rlm.context.TokenEstimate;
import dev.rlm.journal.Journal;
import dev.rlm.journal.TaskEvent.CallCost;
import dev.rlm.journal.TaskEvent.Refusal;
import dev.rlm.journal.TaskEvent.SubCallEnded;
import dev.rlm.journal.TaskEvent.SubCallsRefused;
import dev.rlm.journal.TaskEvent.SubCallsStarted;
import dev.rlm.model.ModelException;
import dev.rlm.model.ModelReply;
import dev.rlm.model.ModelRequest;
import dev.rlm.sandbox.HostCalls;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The sub-calls of one question: each within the budget, each a recorded step, at most so many at a time, whichever cell
 * or thread they come from. The calls of a batch begin in its order. A call that fails or is refused is a
 * {@link HostCalls.Outcome.Failure} and leaves the others.
 */
final class SubCalls {

    private static final System.Logger LOG = System.getLogger(SubCalls.class.getName());

    private final Role role;
    private final Duration callTime;
    private final Clock clock;
    private final Journal journal;
    private final Ledger ledger;

    SubCalls(Role role, EngineSettings settings, Clock clock, Journal journal, Ledger ledger) {
        this.role = role;
        this.callTime = settings.callTime();
        this.clock = clock;
        this.journal = journal;
        this.ledger = ledger;
    }

    /**
     * A sub-call.
     *
     * @param prompt the prompt
     * @param hash its SHA-256
     * @param name what the call is within its cell
     */
    record Call(String prompt, String hash, String name) {}

    /** The outcomes of the calls of a batch, in order: the recorded ones, and those that are made now. */
    List<HostCalls.Outcome> answerAll(CellCalls cell, String batch, List<Call> calls) throws InterruptedException {
        Map<String, HostCalls.Outcome> outcomes = recorded(cell.cell(), batch, calls);
        List<Call> open = calls.stream()
                .filter(call -> !outcomes.containsKey(call.name()))
                .toList();
        if (!open.isEmpty()) {
            if (ledger.subCallsLeft() <= 0) {
                // Code may ask on and on, so this leaves no record; those of a batch that has reached the limit do.
                HostCalls.Outcome.Failure refusal = new HostCalls.Outcome.Failure(ledger.noSubCallsLeft());
                cell.refusedWithoutRecord(refusal.message());
                open.forEach(call -> outcomes.put(call.name(), refusal));
            } else {
                outcomes.putAll(makeAll(cell.cell(), batch, calls.size(), open));
            }
        }
        return calls.stream().map(call -> outcomes.get(call.name())).toList();
    }

    private Map<String, HostCalls.Outcome> recorded(int cell, String batch, List<Call> calls) {
        Map<String, HostCalls.Outcome> outcomes = new HashMap<>();
        for (Call call : calls) {
            journal.recorded(StepKeys.subCall(cell, call.name()), SubCallEnded.class)
                    .ifPresent(ended -> outcomes.put(call.name(), outcome(ended)));
        }
        journal.recorded(StepKeys.batchRefusals(cell, batch), SubCallsRefused.class)
                .ifPresent(refused -> refused.refusals()
                        .forEach(refusal -> refusal.calls()
                                .forEach(name -> outcomes.put(name, new HostCalls.Outcome.Failure(refusal.reason())))));
        return outcomes;
    }

    private Map<String, HostCalls.Outcome> makeAll(int cell, String batch, int prompts, List<Call> open)
            throws InterruptedException {
        journal.<SubCallsStarted, RuntimeException>step(
                StepKeys.batchStart(cell, batch), SubCallsStarted.class, () -> new SubCallsStarted(cell, prompts));
        Map<String, List<String>> callsOfReason = new TreeMap<>();
        try (CallBatch made = new CallBatch()) {
            Iterator<Call> next = open.iterator();
            while (next.hasNext() && !made.isBroken()) {
                Call call = next.next();
                try {
                    Admission admission = admit(call);
                    made.start(call.name(), () -> answer(cell, call, admission));
                } catch (BudgetExceededException e) {
                    callsOfReason
                            .computeIfAbsent(e.getMessage(), _ -> new ArrayList<>())
                            .add(call.name());
                }
            }
            Map<String, HostCalls.Outcome> outcomes = made.outcomes();
            callsOfReason.forEach((reason, calls) ->
                    calls.forEach(call -> outcomes.put(call, new HostCalls.Outcome.Failure(reason))));
            if (!callsOfReason.isEmpty()) {
                journal.<SubCallsRefused, RuntimeException>step(
                        StepKeys.batchRefusals(cell, batch), SubCallsRefused.class, () -> refused(cell, callsOfReason));
            }
            return outcomes;
        }
    }

    private static SubCallsRefused refused(int cell, Map<String, List<String>> callsOfReason) {
        List<Refusal> refusals = callsOfReason.entrySet().stream()
                .map(each -> new Refusal(
                        each.getKey(), each.getValue().stream().sorted().toList()))
                .toList();
        return new SubCallsRefused(
                cell, refusals.stream().mapToInt(each -> each.calls().size()).sum(), refusals);
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
    private Admission admit(Call call) throws InterruptedException, BudgetExceededException {
        Ledger.Slot slot = ledger.awaitSlot();
        try {
            return new Admission(slot, ledger.reserveSubCall(role.estimate(TokenEstimate.of(call.prompt()))));
        } catch (BudgetExceededException | RuntimeException e) {
            slot.close();
            throw e;
        }
    }

    private HostCalls.Outcome answer(int cell, Call call, Admission admission) throws InterruptedException {
        try (admission) {
            SubCallEnded ended = journal.<SubCallEnded, RuntimeException>step(
                    StepKeys.subCall(cell, call.name()), SubCallEnded.class, () -> ask(cell, call));
            admission.reservation().settle(Role.charge(ended.cost()));
            return outcome(ended);
        }
    }

    private SubCallEnded ask(int cell, Call call) throws InterruptedException {
        Instant start = clock.instant();
        try {
            ModelReply reply =
                    role.model().complete(ModelRequest.prompt(call.prompt(), ledger.deadlineOf(start.plus(callTime))));
            CallCost cost = role.cost(reply.usage(), Duration.between(start, clock.instant()));
            if (reply.text().isBlank()) {
                return ended(cell, call, null, emptyReply(reply.stop()), cost);
            }
            return ended(cell, call, reply.text(), null, cost);
        } catch (ModelException e) {
            return ended(cell, call, null, e.getMessage(), null);
        } catch (RuntimeException e) {
            // One call's error of the program must not cost the replies of the others.
            LOG.log(System.Logger.Level.ERROR, "A sub-call ended with an error of the program.", e);
            return ended(cell, call, null, "The server failed to make this call.", null);
        }
    }

    private static String emptyReply(ModelReply.StopReason stop) {
        return switch (stop) {
            case OUTPUT_LIMIT ->
                "The sub-model used all its output tokens before it wrote a reply; ask for less at a time.";
            case WITHHELD -> "The provider withheld the sub-model's reply.";
            case COMPLETE, TOOL_CALLS, OTHER -> "The sub-model's reply was empty.";
        };
    }

    /** A recorded outcome as the code gets it. */
    static HostCalls.Outcome outcome(SubCallEnded ended) {
        String reply = ended.reply();
        return reply != null
                ? new HostCalls.Outcome.Reply(reply)
                : new HostCalls.Outcome.Failure(String.valueOf(ended.failure()));
    }

    private SubCallEnded ended(
            int cell, Call call, @Nullable String reply, @Nullable String failure, @Nullable CallCost cost) {
        String prompt = call.prompt();
        int end = Math.min(prompt.length(), SubCallEnded.PROMPT_START);
        if (end < prompt.length()) {
            journal.keep(prompt);
        }
        String start =
                prompt.substring(0, end > 0 && Character.isHighSurrogate(prompt.charAt(end - 1)) ? end - 1 : end);
        return new SubCallEnded(cell, start, prompt.length(), call.hash(), reply, failure, cost);
    }
}
