package dev.rlm.engine;

import dev.rlm.sandbox.CellResult;
import dev.rlm.sandbox.CellResult.Status;
import dev.rlm.sandbox.CellTrace;
import dev.rlm.sandbox.ChildContext;
import dev.rlm.sandbox.FinalValue;
import dev.rlm.sandbox.HostCalls;
import dev.rlm.sandbox.PastCell;
import dev.rlm.sandbox.Repl;
import dev.rlm.sandbox.SandboxException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A REPL in the test's own process with a state that cells build upon. One that has run cells in an earlier process runs
 * them again with the replies that they had, but for those that were killed, whose effects were lost.
 */
final class RememberingRepl implements Repl {

    /** What a cell does to the state. */
    interface Behaviour {
        CellResult run(List<String> state, HostCalls calls) throws InterruptedException;
    }

    private final Map<String, Behaviour> cells;
    private List<String> state = new ArrayList<>();
    final List<Integer> ran = new ArrayList<>();
    final Map<Integer, String> clocks = new HashMap<>();
    final List<Integer> ranAgain = new ArrayList<>();

    RememberingRepl(Map<String, Behaviour> cells, List<PastCell> past) throws InterruptedException {
        this.cells = cells;
        for (PastCell cell : past) {
            if (cell.status() != Status.KILLED) {
                ranAgain.add(cell.source().number());
                CellResult again = cells.get(cell.source().code().strip()).run(state, recorded(cell));
                if (!CellTraces.of(again).equals(cell.trace())) {
                    throw new AssertionError("Cell " + cell.source().number() + " came out different.");
                }
            }
        }
    }

    private static HostCalls recorded(PastCell cell) {
        Map<String, Integer> occurrences = new HashMap<>();
        AtomicInteger budgets = new AtomicInteger();
        return new HostCalls() {
            @Override
            public synchronized List<Outcome> query(List<String> prompts) {
                return prompts.stream()
                        .map(prompt -> {
                            PastCell.Call call = new PastCell.Call(
                                    dev.rlm.journal.Payload.sha256(prompt), occurrences.merge(prompt, 1, Integer::sum));
                            Outcome outcome = cell.replies().get(call);
                            if (outcome == null && cell.refusal() == null) {
                                throw new AssertionError("No recorded reply to: " + prompt);
                            }
                            return outcome == null ? new Outcome.Failure(cell.refusal()) : outcome;
                        })
                        .toList();
            }

            @Override
            public String budgetJson() {
                return cell.budgets().get(budgets.getAndIncrement());
            }
        };
    }

    @Override
    public CellResult run(Cell cell, Duration timeLimit, int outputLimit, HostCalls calls) throws InterruptedException {
        ran.add(cell.number());
        clocks.put(cell.number(), cell.clocks());
        List<String> before = List.copyOf(state);
        CellResult result = cells.get(cell.code().strip()).run(state, calls);
        if (result.status() == Status.KILLED) {
            state = new ArrayList<>(before);
            return result;
        }
        return new CellResult(
                result.status(),
                result.output(),
                result.outputCharacters(),
                result.error(),
                result.finalValue(),
                result.active(),
                CellTraces.of(result));
    }

    @Override
    public List<Variable> variables() {
        return List.of();
    }

    @Override
    public FinalValue value(String variable) throws SandboxException {
        throw new SandboxException("There is no variable " + variable + ".");
    }

    @Override
    public Repl child(ChildContext context, long seed, List<PastCell> past) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void close() {}

    /** Traces by which a run is recognised as the same. */
    private static final class CellTraces {
        static CellTrace of(CellResult result) {
            return new CellTrace(
                    dev.rlm.journal.Payload.sha256(result.output()), "clocks", List.of("state"), List.of(), List.of());
        }
    }
}
