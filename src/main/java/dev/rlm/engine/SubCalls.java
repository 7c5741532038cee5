package dev.rlm.engine;

import dev.rlm.budget.BudgetExceededException;
import dev.rlm.budget.Ledger;
import dev.rlm.context.TokenEstimate;
import dev.rlm.journal.Journal;
import dev.rlm.journal.JournalException;
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
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * The sub-calls of one question: each within the budget, each a recorded step, at most so many at a time, whichever cell
 * or thread they come from. A call that fails or is refused is a {@link HostCalls.Outcome.Failure} and leaves the others.
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

    /** What the code of this cell can ask for. */
    CellCalls ofCell(int cell) {
        return new CellCalls(cell, this, journal, ledger);
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
        AtomicBoolean abandoned = new AtomicBoolean();
        ConcurrentMap<String, String> refused = new ConcurrentHashMap<>();
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
        try {
            List<Callable<HostCalls.Outcome>> makers = open.stream()
                    .<Callable<HostCalls.Outcome>>map(
                            call -> () -> answerUnless(abandoned, () -> answer(cell, call, refused)))
                    .toList();
            Map<String, HostCalls.Outcome> outcomes = new HashMap<>();
            Iterator<Call> made = open.iterator();
            for (Future<HostCalls.Outcome> done : threads.invokeAll(makers)) {
                outcomes.put(made.next().name(), done.get());
            }
            if (!refused.isEmpty()) {
                journal.<SubCallsRefused, RuntimeException>step(
                        StepKeys.batchRefusals(cell, batch),
                        SubCallsRefused.class,
                        () -> new SubCallsRefused(cell, refused.size(), refusals(refused)));
            }
            return outcomes;
        } catch (ExecutionException e) {
            switch (e.getCause()) {
                case InterruptedException _ -> throw new InterruptedException();
                // What was paid for and is not recorded must not be used.
                case JournalException unrecorded -> throw unrecorded;
                case null, default ->
                    throw new IllegalStateException("A sub-call ended with an error of the program.", e.getCause());
            }
        } finally {
            threads.shutdownNow();
        }
    }

    private static List<Refusal> refusals(Map<String, String> reasonOfCall) {
        Map<String, List<String>> callsOfReason = new TreeMap<>();
        reasonOfCall.forEach((call, reason) ->
                callsOfReason.computeIfAbsent(reason, _ -> new ArrayList<>()).add(call));
        return callsOfReason.entrySet().stream()
                .map(each -> new Refusal(
                        each.getKey(), each.getValue().stream().sorted().toList()))
                .toList();
    }

    /** Waits for a slot. The first call of a batch that is interrupted keeps those behind it from being made. */
    private HostCalls.Outcome answerUnless(AtomicBoolean abandoned, Callable<HostCalls.Outcome> call) throws Exception {
        try (Ledger.Slot _ = ledger.awaitSlot()) {
            if (abandoned.get()) {
                throw new InterruptedException();
            }
            return call.call();
        } catch (InterruptedException e) {
            abandoned.set(true);
            throw e;
        }
    }

    private HostCalls.Outcome answer(int cell, Call call, ConcurrentMap<String, String> refused)
            throws InterruptedException {
        try {
            Ledger.Reservation reservation = ledger.reserveSubCall(role.estimate(TokenEstimate.of(call.prompt())));
            try {
                SubCallEnded ended = journal.<SubCallEnded, RuntimeException>step(
                        StepKeys.subCall(cell, call.name()), SubCallEnded.class, () -> ask(cell, call));
                reservation.settle(Role.charge(ended.cost()));
                return outcome(ended);
            } finally {
                reservation.refund();
            }
        } catch (BudgetExceededException e) {
            refused.put(call.name(), e.getMessage());
            return new HostCalls.Outcome.Failure(e.getMessage());
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
