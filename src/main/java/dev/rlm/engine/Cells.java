package dev.rlm.engine;

import dev.rlm.budget.BudgetExceededException;
import dev.rlm.budget.Ledger;
import dev.rlm.journal.Journal;
import dev.rlm.journal.TaskEvent;
import dev.rlm.journal.TaskEvent.CellEnded;
import dev.rlm.journal.TaskEvent.CellObserved;
import dev.rlm.journal.TaskEvent.CellStarted;
import dev.rlm.journal.TaskEvent.ClocksSaid;
import dev.rlm.sandbox.CellObservations;
import dev.rlm.sandbox.CellResult;
import dev.rlm.sandbox.CellResult.Status;
import dev.rlm.sandbox.CellTrace;
import dev.rlm.sandbox.FinalValue;
import dev.rlm.sandbox.Repl;
import dev.rlm.sandbox.SandboxException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/** Runs the cells of a question in its REPL and numbers them. */
final class Cells {

    /** So many times in a row a sandbox may be lost before the run ends. */
    private static final int LOSSES_ALLOWED = 3;

    /** So many cells in a row may be killed: a root model that has not learned by then will not. */
    private static final int KILLS_ALLOWED = 5;

    /** With less time than this a cell would be killed rather than stopped, and its variables lost. */
    private static final Duration LEAST_TIME = Duration.ofSeconds(1);

    private final Repl repl;
    private final EngineSettings settings;
    private final IntFunction<CellCalls> calls;
    private final Journal journal;
    private final Ledger ledger;
    private final FinalCheck check;

    /** How many there were in the REPL before. */
    private final int before;

    private int run;
    private int succeeded;
    private int lostInARow;
    private int killedInARow;
    private Duration active = Duration.ZERO;

    /**
     * Cells of a question.
     *
     * @param before how many cells the REPL had before, of earlier questions
     * @param calls what the code of a cell can ask for, by the cell's number
     */
    Cells(
            Repl repl,
            int before,
            EngineSettings settings,
            IntFunction<CellCalls> calls,
            Journal journal,
            Ledger ledger,
            FinalCheck check) {
        this.repl = repl;
        this.before = before;
        this.settings = settings;
        this.calls = calls;
        this.journal = journal;
        this.ledger = ledger;
        this.check = check;
    }

    /**
     * What the cells of one reply gave.
     *
     * @param outputs what the root model is told, one for each cell that ran
     * @param finalValue the final value if a cell ended the run, else null
     */
    record Outputs(List<CellOutput> outputs, @Nullable FinalValue finalValue) {}

    /**
     * Runs cells in order, until one ends the run or fails: the later ones would build on what it did not do. One that
     * hands over a value that does not fit has failed.
     */
    Outputs runAll(int turn, List<String> cells)
            throws BudgetExceededException, CellsExceededException, SandboxException, InterruptedException {
        List<CellOutput> outputs = new ArrayList<>();
        for (String code : cells) {
            CellResult result = run(turn, code);
            FinalValue value = result.finalValue();
            Optional<String> rejection = value == null ? Optional.empty() : check.rejection(value);
            if (value != null && rejection.isEmpty()) {
                return new Outputs(outputs, value);
            }
            requireRarely(result);
            outputs.add(CellOutput.of(before + run, result, rejection));
            if (outputs.getLast().failed()) {
                break;
            }
        }
        if (outputs.size() < cells.size()) {
            outputs.add(CellOutput.NOT_RUN);
        }
        return new Outputs(outputs, null);
    }

    /** Whether cells were run and not one of them succeeded. */
    boolean allFailed() {
        return run > 0 && succeeded == 0;
    }

    /** Whether a cell succeeded, so that the root model has seen something. */
    boolean anySucceeded() {
        return succeeded > 0;
    }

    private CellResult run(int turn, String code)
            throws BudgetExceededException, CellsExceededException, SandboxException, InterruptedException {
        Optional<CellEnded> recorded = journal.recorded(StepKeys.cellEnd(next()), CellEnded.class);
        CellResult result = result(recorded.isPresent() ? recorded.get() : runLive(turn, code));
        run++;
        succeeded += result.status() == Status.OK ? 1 : 0;
        active = active.plus(result.active());
        return result;
    }

    /** The number of the cell to come. */
    private int next() {
        return before + run + 1;
    }

    private CellEnded runLive(int turn, String code)
            throws BudgetExceededException, CellsExceededException, SandboxException, InterruptedException {
        Duration timeLimit = timeLimit();
        int cell = next();
        Repl.Cell source = source(cell, code);
        journal.<CellStarted, RuntimeException>step(
                StepKeys.cellStart(cell), CellStarted.class, () -> new CellStarted(turn, cell, code));
        return journal.<CellEnded, SandboxException>step(StepKeys.cellEnd(cell), CellEnded.class, () -> {
            CellCalls ofCell = calls.apply(cell);
            CellResult result = repl.run(source, timeLimit, settings.outputCharacters(), ofCell);
            record(cell, ofCell.observations());
            return ended(turn, cell, result, ofCell.unrecordedRefusal());
        });
    }

    private void record(int cell, @Nullable CellObservations observations) throws InterruptedException {
        if (observations != null) {
            journal.<CellObserved, RuntimeException>step(
                    StepKeys.observed(cell), CellObserved.class, () -> Evidence.event(cell, observations));
        }
    }

    /** A cell that was interrupted is run again with the readings of clocks that its recorded calls may depend on. */
    private Repl.Cell source(int cell, String code) {
        if (journal.recorded(StepKeys.cellStart(cell), CellStarted.class).isEmpty()) {
            return new Repl.Cell(cell, code);
        }
        List<String> clocks = journal.entriesAfter(0).stream()
                .filter(entry -> entry.child() == null)
                .map(Journal.Entry::event)
                .filter(event -> event instanceof ClocksSaid said && said.cell() == cell)
                .map(event -> ((ClocksSaid) event).said())
                .toList();
        return clocks.isEmpty() ? new Repl.Cell(cell, code) : Repl.Cell.begun(cell, code, clocks);
    }

    private static CellEnded ended(int turn, int cell, CellResult result, @Nullable String refusal) {
        FinalValue value = result.finalValue();
        CellTrace trace = result.trace();
        return new CellEnded(
                turn,
                cell,
                result.status().name(),
                result.output(),
                result.outputCharacters(),
                result.error(),
                value == null ? null : new TaskEvent.Value(value.text(), value.json()),
                result.active(),
                new TaskEvent.CellTraces(
                        trace.outputSha256(),
                        trace.clocks(),
                        trace.assigned(),
                        trace.read(),
                        trace.leftOut(),
                        refusal));
    }

    /** A recorded end as the result that it was. */
    static CellResult result(CellEnded ended) {
        TaskEvent.Value value = ended.value();
        return new CellResult(
                Status.valueOf(ended.status()),
                ended.output(),
                ended.outputCharacters(),
                ended.error(),
                value == null ? null : new FinalValue(value.text(), value.json()),
                ended.active());
    }

    /** Ends a run whose cells are lost or killed one after the other. */
    private void requireRarely(CellResult result) throws CellsExceededException, SandboxException {
        lostInARow = result.status() == Status.STATE_LOST ? lostInARow + 1 : 0;
        killedInARow = result.status() == Status.KILLED ? killedInARow + 1 : 0;
        if (lostInARow == LOSSES_ALLOWED) {
            throw new SandboxException("The sandbox was lost " + LOSSES_ALLOWED + " times in a row: " + result.error());
        }
        if (killedInARow == KILLS_ALLOWED) {
            throw new CellsExceededException(
                    "The limit of " + KILLS_ALLOWED + " killed cells in a row is reached: " + result.error());
        }
    }

    private Duration timeLimit() throws BudgetExceededException, CellsExceededException {
        ledger.requireTime(LEAST_TIME);
        Duration activeLeft = settings.totalCellTime().minus(active);
        if (!activeLeft.isPositive()) {
            throw new CellsExceededException("The limit of "
                    + settings.totalCellTime().toSeconds() + " s in which the code may be active is reached.");
        }
        return Collections.min(List.of(settings.cellTime(), ledger.timeLeft(), activeLeft));
    }
}
