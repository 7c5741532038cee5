package dev.rlm.engine;

import dev.rlm.budget.BudgetExceededException;
import dev.rlm.budget.Ledger;
import dev.rlm.functions.CallOutcome;
import dev.rlm.functions.ForeignFunctions;
import dev.rlm.functions.FunctionLimits;
import dev.rlm.functions.Offer;
import dev.rlm.journal.Journal;
import dev.rlm.journal.TaskEvent.Function;
import dev.rlm.journal.TaskEvent.FunctionCalled;
import dev.rlm.journal.TaskEvent.FunctionsOffered;
import dev.rlm.journal.TaskEvent.TurnStarted;
import dev.rlm.sandbox.FunctionCall;
import dev.rlm.sandbox.HostCalls;
import dev.rlm.sandbox.HostCalls.Outcome;
import dev.rlm.sandbox.OfferedFunction;
import dev.rlm.schema.JsonSchema;
import dev.rlm.schema.SchemaException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The functions of other servers that the code of one task may call: those that there were when the task began, for as
 * long as it lasts. A call is a recorded step. The REPLs of the task share them, and their limits. Thread-safe.
 */
public final class TaskFunctions {

    /** A task without functions. */
    public static final TaskFunctions NONE =
            new TaskFunctions(ForeignFunctions.NONE, new FunctionsOffered(List.of(), List.of(), 0), 0);

    /** With less time than this nothing is called. */
    private static final Duration LEAST_TIME = Duration.ofSeconds(1);

    private final ForeignFunctions foreign;
    private final Map<String, Function> functions = new LinkedHashMap<>();
    private final Map<String, Optional<JsonSchema>> schemas = new ConcurrentHashMap<>();
    private final int calls;
    private final AtomicInteger made;
    private final Semaphore places;

    private TaskFunctions(ForeignFunctions foreign, FunctionsOffered offered, int made) {
        this.foreign = foreign;
        offered.functions().forEach(function -> functions.put(function.name(), function));
        this.calls = offered.calls();
        this.made = new AtomicInteger(made);
        this.places = new Semaphore(foreign.limits().parallel(), true);
    }

    /**
     * The functions of a task: those that its journal has or, before its first turn, those that there are now.
     *
     * @param journal the task's own, not that of a child
     */
    public static TaskFunctions of(Journal journal, ForeignFunctions foreign) throws InterruptedException {
        Optional<FunctionsOffered> recorded = journal.recorded(StepKeys.FUNCTIONS, FunctionsOffered.class);
        boolean begun = journal.recorded(StepKeys.turn(1), TurnStarted.class).isPresent();
        if (recorded.isEmpty() && (begun || foreign.none())) {
            return NONE;
        }
        FunctionsOffered offered = journal.<FunctionsOffered, RuntimeException>step(
                StepKeys.FUNCTIONS, FunctionsOffered.class, () -> offered(foreign.offer(), foreign.limits()));
        long made = journal.entriesAfter(0).stream()
                .filter(entry -> entry.event() instanceof FunctionCalled)
                .count();
        return new TaskFunctions(foreign, offered, (int) Math.min(made, Integer.MAX_VALUE));
    }

    private static FunctionsOffered offered(Offer offer, FunctionLimits limits) {
        return new FunctionsOffered(
                offer.functions().stream()
                        .map(each -> new Function(each.name(), each.description(), each.schema()))
                        .toList(),
                offer.problems(),
                limits.calls());
    }

    /** The functions as the REPLs of the task offer them. */
    public List<OfferedFunction> offered() {
        return offered(List.copyOf(functions.values()));
    }

    private static List<OfferedFunction> offered(List<Function> functions) {
        return functions.stream()
                .map(each -> FunctionSignature.offered(each.name(), each.description(), each.schema()))
                .toList();
    }

    /** The functions that a task would have now, as its REPLs would offer them; for people to see. */
    public static List<OfferedFunction> offeredNow(ForeignFunctions foreign) throws InterruptedException {
        return offered(offered(foreign.offer(), foreign.limits()).functions());
    }

    /**
     * The outcome of a call: the recorded one, or that of calling now.
     *
     * @param name what the call is within its cell
     */
    Outcome call(CellCalls cell, String name, FunctionCall call, Journal journal, Ledger ledger)
            throws InterruptedException {
        String key = StepKeys.functionCall(cell.cell(), name);
        Optional<FunctionCalled> recorded = journal.recorded(key, FunctionCalled.class);
        if (recorded.isPresent()) {
            return outcome(recorded.get());
        }
        Function function = functions.get(call.function());
        if (function == null) {
            return refused(cell, "There is no such function.");
        }
        places.acquire();
        try {
            ledger.requireTime(LEAST_TIME);
            if (made.incrementAndGet() > calls) {
                made.decrementAndGet();
                return refused(cell, "The limit of " + calls + " calls of functions is reached.");
            }
            return outcome(journal.<FunctionCalled, RuntimeException>step(
                    key, FunctionCalled.class, () -> called(cell.cell(), function, call.arguments(), ledger)));
        } catch (BudgetExceededException e) {
            return refused(cell, String.valueOf(e.getMessage()));
        } finally {
            places.release();
        }
    }

    /** Code may call on and on, so this leaves no record. */
    private static Outcome refused(CellCalls cell, String reason) {
        cell.refusedWithoutRecord(reason);
        return new Outcome.Failure(reason);
    }

    private FunctionCalled called(int cell, Function function, String arguments, Ledger ledger)
            throws InterruptedException {
        List<String> problems = schemas.computeIfAbsent(function.name(), _ -> schema(function))
                .map(schema -> schema.problems(arguments))
                .orElse(List.of());
        if (!problems.isEmpty()) {
            String refusal = HostCalls.ARGUMENTS_REFUSED + String.join(" ", problems);
            return new FunctionCalled(cell, function.name(), arguments, null, refusal, Duration.ZERO);
        }
        long start = System.nanoTime();
        CallOutcome outcome = foreign.call(function.name(), arguments, ledger.timeLeft());
        Duration latency = Duration.ofNanos(System.nanoTime() - start);
        return switch (outcome) {
            case CallOutcome.Value(String json) ->
                new FunctionCalled(cell, function.name(), arguments, json, null, latency);
            case CallOutcome.Failure(String reason) ->
                new FunctionCalled(cell, function.name(), arguments, null, reason, latency);
        };
    }

    /** What cannot be checked here is checked by the server. */
    private static Optional<JsonSchema> schema(Function function) {
        try {
            return Optional.of(JsonSchema.parse(function.schema()));
        } catch (SchemaException e) {
            return Optional.empty();
        }
    }

    /** A recorded call as the code is answered. */
    static Outcome outcome(FunctionCalled called) {
        String result = called.result();
        return result == null ? new Outcome.Failure(String.valueOf(called.failure())) : new Outcome.Reply(result);
    }
}
