package dev.rlm.engine;

import dev.rlm.budget.Budget;
import dev.rlm.budget.BudgetExceededException;
import dev.rlm.budget.Ledger;
import dev.rlm.journal.ChildJournal;
import dev.rlm.journal.Journal;
import dev.rlm.journal.TaskEvent.ChildEnded;
import dev.rlm.journal.TaskEvent.ChildStarted;
import dev.rlm.sandbox.ChildQuestion;
import dev.rlm.sandbox.HostCalls.Outcome;
import dev.rlm.sandbox.Repl;
import dev.rlm.sandbox.SandboxException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/**
 * The child questions of one REPL: each is answered by an RLM with a REPL of its own beside that, a journal that is a part
 * of its parent's, and a budget that draws on it. Thread-safe.
 */
final class Children {

    /** A child answers a part of a question, and each of its turns is a sub-call of its parent. */
    private static final int MOST_TURNS = 15;

    /** How much of a partial answer is told with the reason. */
    private static final int PARTIAL_CHARACTERS = 2_000;

    /** With less time than this a child could do nothing. */
    private static final Duration LEAST_TIME = Duration.ofSeconds(1);

    private final RecursiveLanguageModel rlm;
    private final Repl repl;
    private final EngineSettings settings;
    private final Journal journal;
    private final Ledger ledger;
    private final @Nullable EqualCalls equalCalls;
    private final Semaphore places;

    /**
     * Children that this RLM answers.
     *
     * @param equalCalls the replies that the task has, or null if equal calls are made each time
     */
    Children(
            RecursiveLanguageModel rlm,
            Repl repl,
            EngineSettings settings,
            Journal journal,
            Ledger ledger,
            @Nullable EqualCalls equalCalls) {
        this.rlm = rlm;
        this.repl = repl;
        this.settings = settings;
        this.journal = journal;
        this.ledger = ledger;
        this.equalCalls = equalCalls;
        this.places = new Semaphore(mostAtATime(ledger.budget().depth()), true);
    }

    /**
     * How many children a REPL with so many levels below it may have at a time, so that those of all levels together never
     * need more REPLs than can be open: a parent that waited for a place with its own REPL open could wait for ever.
     */
    static int mostAtATime(int levels) {
        int most = 1;
        while (open(most + 1, levels) < Repl.MOST_OPEN) {
            most++;
        }
        return most;
    }

    /** So many REPLs are open below one if each has so many children, down to so many levels; capped. */
    private static long open(int children, int levels) {
        long all = 0;
        long onLevel = 1;
        for (int level = 0; level < levels && all < Repl.MOST_OPEN; level++) {
            onLevel *= children;
            all += onLevel;
        }
        return levels == 0 ? Repl.MOST_OPEN : all;
    }

    /**
     * A child question.
     *
     * @param question what is asked
     * @param check what its answer must pass
     * @param name what the call is within its cell
     */
    record Call(ChildQuestion question, FinalCheck check, String name) {}

    /** The outcomes of the questions of one call, in order: the recorded ones, and those that are answered now. */
    List<Outcome> answerAll(CellCalls cell, List<Call> calls) throws InterruptedException {
        Map<String, Outcome> outcomes = new HashMap<>();
        for (Call call : calls) {
            recorded(cell.cell(), call).ifPresent(ended -> outcomes.put(call.name(), outcome(ended)));
        }
        List<Call> open = calls.stream()
                .filter(call -> !outcomes.containsKey(call.name()))
                .toList();
        Optional<String> refusal = refusal();
        if (refusal.isEmpty()) {
            outcomes.putAll(answerNow(cell.cell(), open));
        } else if (!open.isEmpty()) {
            // Code may ask on and on, so this leaves no record.
            cell.refusedWithoutRecord(refusal.get());
            open.forEach(call -> outcomes.put(call.name(), new Outcome.Failure(refusal.get())));
        }
        return calls.stream().map(call -> outcomes.get(call.name())).toList();
    }

    /** Why no child can be asked at all; a worker may ask where it was told that there is no level. */
    private Optional<String> refusal() {
        if (ledger.budget().depth() == 0) {
            return Optional.of("There is no level left for a child question.");
        }
        return ledger.subCallsLeft() > 0 ? Optional.empty() : Optional.of(ledger.noSubCallsLeft());
    }

    private Optional<ChildEnded> recorded(int cell, Call call) {
        return journal.recorded(StepKeys.child(cell, call.name()), ChildEnded.class);
    }

    private Map<String, Outcome> answerNow(int cell, List<Call> open) throws InterruptedException {
        try (CallBatch<Outcome> made = new CallBatch<>()) {
            Iterator<Call> next = open.iterator();
            while (next.hasNext() && !made.isBroken()) {
                Call call = next.next();
                places.acquire();
                made.start(call.name(), () -> {
                    try {
                        return answer(cell, call);
                    } finally {
                        places.release();
                    }
                });
            }
            return made.outcomes();
        }
    }

    private Outcome answer(int cell, Call call) throws InterruptedException {
        String key = StepKeys.child(cell, call.name());
        try {
            return outcome(
                    journal.<ChildEnded, SandboxException>step(key, ChildEnded.class, () -> run(cell, key, call)));
        } catch (SandboxException e) {
            // Not recorded: a sandbox that is lost takes the cell that asks with it, and that asks anew or not at all.
            return new Outcome.Failure("The child's sandbox failed: " + e.getMessage());
        }
    }

    private ChildEnded run(int cell, String key, Call call) throws SandboxException, InterruptedException {
        ChildQuestion question = call.question();
        String start = StepKeys.childStart(key);
        boolean resumed = journal.recorded(start, ChildStarted.class).isPresent();
        journal.<ChildStarted, RuntimeException>step(
                start,
                ChildStarted.class,
                () -> new ChildStarted(
                        cell,
                        question.text(),
                        question.about().characters(),
                        question.about().documents(),
                        question.schema()));
        Journal own = new ChildJournal(journal, key);
        try {
            Ledger limits = ledger.child(budget());
            RunHistory history = resumed
                    ? RunHistory.of(
                            own, settings.outputCharacters(), limits.budget().depth())
                    : RunHistory.NONE;
            limits.spentBefore(history.spending());
            try (Repl child = repl.child(question.context(), Chance.seedOf(key), history.cells())) {
                return ended(
                        cell,
                        call,
                        rlm.run(
                                Session.NONE,
                                new Conversation(Briefing.opening(question)),
                                call.check(),
                                child,
                                own,
                                limits,
                                equalCalls));
            }
        } catch (BudgetExceededException e) {
            return ended(cell, call, Answer.failed(String.valueOf(e.getMessage())));
        }
    }

    private Budget budget() throws BudgetExceededException {
        Budget own = ledger.budget();
        ledger.requireTime(LEAST_TIME);
        return new Budget(
                Math.min(MOST_TURNS, own.turns()),
                own.subCalls(),
                own.tokens(),
                null,
                ledger.timeLeft(),
                own.depth(),
                own.inFlight());
    }

    private static ChildEnded ended(int cell, Call call, Answer answer) {
        // The code that asked for a type reads JSON.
        return new ChildEnded(
                cell,
                answer.status().name().toLowerCase(Locale.ROOT),
                call.check().isTyped() ? answer.json() : answer.text(),
                answer.json(),
                answer.reason());
    }

    /** A recorded outcome as the code gets it. */
    static Outcome outcome(ChildEnded ended) {
        String text = ended.text();
        if (text == null) {
            return new Outcome.Failure(String.valueOf(ended.reason()));
        }
        if (ended.reason() == null) {
            return new Outcome.Reply(text);
        }
        String start = text.length() <= PARTIAL_CHARACTERS ? text : text.substring(0, PARTIAL_CHARACTERS) + " ...";
        return new Outcome.Failure(
                "The child came to no end: " + ended.reason() + " The best value that it had: " + start);
    }
}
