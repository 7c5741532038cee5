package dev.rlm.engine;

import dev.rlm.budget.Spending;
import dev.rlm.journal.Journal;
import dev.rlm.journal.TaskEvent;
import dev.rlm.journal.TaskEvent.BudgetShown;
import dev.rlm.journal.TaskEvent.CellEnded;
import dev.rlm.journal.TaskEvent.CellStarted;
import dev.rlm.journal.TaskEvent.CellTraces;
import dev.rlm.journal.TaskEvent.ChildEnded;
import dev.rlm.journal.TaskEvent.ClaimChecked;
import dev.rlm.journal.TaskEvent.Compacted;
import dev.rlm.journal.TaskEvent.DirectReplied;
import dev.rlm.journal.TaskEvent.FunctionCalled;
import dev.rlm.journal.TaskEvent.LastReplied;
import dev.rlm.journal.TaskEvent.ModelCall;
import dev.rlm.journal.TaskEvent.Options;
import dev.rlm.journal.TaskEvent.Published;
import dev.rlm.journal.TaskEvent.Refusal;
import dev.rlm.journal.TaskEvent.RootReplied;
import dev.rlm.journal.TaskEvent.SubCallEnded;
import dev.rlm.journal.TaskEvent.SubCallReused;
import dev.rlm.journal.TaskEvent.SubCallsRefused;
import dev.rlm.sandbox.CellResult.Status;
import dev.rlm.sandbox.CellTrace;
import dev.rlm.sandbox.HostCalls.Outcome;
import dev.rlm.sandbox.PastCell;
import dev.rlm.sandbox.PastCell.Call;
import dev.rlm.sandbox.Repl;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What a run has done before it was interrupted, read from its journal: what it has spent, and the cells that make its
 * REPL what it is.
 *
 * @param spending what all recorded calls have used
 * @param cells the cells that have ended, in order, for the REPL to run again
 */
public record RunHistory(Spending spending, List<PastCell> cells) {

    public RunHistory {
        cells = List.copyOf(cells);
    }

    /** Nothing was done. */
    static final RunHistory NONE = new RunHistory(Spending.NONE, List.of());

    /**
     * Reads a journal. What children have spent counts, as it does in the ledger; their cells are none of this REPL's.
     *
     * @param outputCharacters how much of a cell's output the root model sees in this run
     * @param levels how many levels of child questions there may be in it
     */
    public static RunHistory of(Journal journal, int outputCharacters, int levels) {
        return of(Session.NONE, journal, outputCharacters, levels);
    }

    /** Reads the journal of a run that goes on with a session, whose cells come first. What it has spent is its own. */
    public static RunHistory of(Session session, Journal journal, int outputCharacters, int levels) {
        List<PastCell> cells = new ArrayList<>();
        for (int i = 0; i < session.tasks().size(); i++) {
            Session.Earlier task = session.tasks().get(i);
            Session before = new Session(session.tasks().subList(0, i));
            Options options = task.asked().options();
            cells.addAll(read(before, task.entries(), options.outputCharacters(), options.depth()).cells);
        }
        RunHistory own = read(session, journal.entriesAfter(0), outputCharacters, levels);
        cells.addAll(own.cells);
        return new RunHistory(own.spending, cells);
    }

    private static RunHistory read(Session before, List<Journal.Entry> entries, int outputCharacters, int levels) {
        Spending spending = Spending.NONE;
        Map<Integer, Cell> cells = new TreeMap<>();
        for (Journal.Entry entry : entries) {
            if (entry.child() != null) {
                spending = withCallOfChild(spending, entry.event());
                continue;
            }
            switch (entry.event()) {
                case DirectReplied it -> spending = spending.withTurn(Role.charge(it.cost()));
                case RootReplied it -> spending = spending.withTurn(Role.charge(it.cost()));
                case Compacted it -> spending = spending.withCallBeside(Role.charge(it.cost()));
                case LastReplied it -> spending = spending.withCallBeside(Role.charge(it.cost()));
                case ClaimChecked it -> spending = spending.withSubCall(Role.charge(it.cost()));
                case SubCallEnded it -> {
                    spending = spending.withSubCall(Role.charge(it.cost()));
                    if (!SubModel.isUnfit(it) || StepKeys.isRepair(entry)) {
                        cell(cells, it.cell()).replies.put(StepKeys.call(entry), SubModel.outcome(it));
                    }
                }
                case SubCallReused it ->
                    cell(cells, it.cell()).replies.put(StepKeys.call(entry), new Outcome.Reply(it.reply()));
                case FunctionCalled it ->
                    cell(cells, it.cell()).replies.put(StepKeys.call(entry), TaskFunctions.outcome(it));
                case ChildEnded it -> cell(cells, it.cell()).replies.put(StepKeys.call(entry), Children.outcome(it));
                case SubCallsRefused it -> cell(cells, it.cell()).refuse(it.refusals());
                case BudgetShown it -> cell(cells, it.cell()).budgets.put(StepKeys.numberInCell(entry), it.json());
                case Published it ->
                    cell(cells, it.cell())
                            .replies
                            .put(PastCell.publication(StepKeys.numberInCell(entry)), Publications.outcome(it));
                case CellStarted it -> cell(cells, it.cell()).code = it.code();
                case CellEnded it -> cell(cells, it.cell()).ended = it;
                default -> {}
            }
        }
        addHistory(before, entries, cells);
        return new RunHistory(
                spending,
                cells.values().stream()
                        .filter(cell -> cell.ended != null)
                        .map(cell -> cell.past(outputCharacters, levels))
                        .toList());
    }

    /** Cells may ask for the turns before them, by a function of an earlier cell too; that they did is not recorded. */
    private static void addHistory(Session before, List<Journal.Entry> entries, Map<Integer, Cell> cells) {
        TurnHistory history = null;
        for (Map.Entry<Integer, Cell> each : cells.entrySet()) {
            Cell cell = each.getValue();
            if (history == null && cell.code.contains("history")) {
                history = TurnHistory.of(before, entries);
            }
            if (history != null) {
                cell.replies.put(PastCell.history(), new Outcome.Reply(history.before(each.getKey())));
            }
        }
    }

    /** A spending with what an event of a child has used, if it has: for a parent all calls of a child are sub-calls. */
    public static Spending withCallOfChild(Spending spending, TaskEvent event) {
        return switch (event) {
            case Compacted it when it.cost() == null -> spending;
            case ModelCall it -> spending.withSubCall(Role.charge(it.cost()));
            default -> spending;
        };
    }

    private static Cell cell(Map<Integer, Cell> cells, int number) {
        return cells.computeIfAbsent(number, _ -> new Cell());
    }

    /** What the journal tells about a cell, gathered entry by entry. */
    private static final class Cell {
        private String code = "";
        private final Map<Call, Outcome> replies = new HashMap<>();
        private final Map<Integer, String> budgets = new TreeMap<>();
        private @Nullable CellEnded ended;

        void refuse(List<Refusal> refusals) {
            for (Refusal refusal : refusals) {
                refusal.calls()
                        .forEach(call -> replies.put(StepKeys.call(call), new Outcome.Failure(refusal.reason())));
            }
        }

        PastCell past(int outputCharacters, int levels) {
            CellEnded end = Objects.requireNonNull(ended);
            CellTraces traces = end.traces();
            return new PastCell(
                    new Repl.Cell(end.cell(), code),
                    Status.valueOf(end.status()),
                    outputCharacters,
                    end.active(),
                    new CellTrace(
                            traces.outputSha256(), traces.clocks(), traces.assigned(), traces.read(), traces.leftOut()),
                    replies,
                    new ArrayList<>(budgets.values()),
                    traces.refusal(),
                    levels);
        }
    }
}
