package dev.rlm.engine;

import dev.rlm.sandbox.CellResult;
import dev.rlm.sandbox.CellResult.Status;
import dev.rlm.sandbox.ChildContext;
import dev.rlm.sandbox.FinalValue;
import dev.rlm.sandbox.HostCalls;
import dev.rlm.sandbox.PastCell;
import dev.rlm.sandbox.Repl;
import dev.rlm.sandbox.SandboxException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;

/** A REPL in the test's own process: cells are looked up, not executed. */
class ScriptedRepl implements Repl {

    /** What a cell does. */
    interface Behaviour {
        CellResult run(HostCalls calls) throws SandboxException, InterruptedException;
    }

    private final Map<String, Behaviour> cells = new LinkedHashMap<>();
    final List<Variable> variables = new ArrayList<>();
    final Map<String, FinalValue> values = new LinkedHashMap<>();
    final List<String> ran = new ArrayList<>();
    private BiFunction<ChildContext, List<PastCell>, Repl> children = (context, past) -> {
        throw new AssertionError("The script has no children.");
    };

    ScriptedRepl() {
        values.put("answer", new FinalValue("{}", "{\"content\": \"\", \"ready\": false}"));
    }

    /** Opens children like this. */
    ScriptedRepl withChildren(BiFunction<ChildContext, List<PastCell>, Repl> opening) {
        children = opening;
        return this;
    }

    ScriptedRepl on(String code, Behaviour behaviour) {
        cells.put(code, behaviour);
        return this;
    }

    ScriptedRepl on(String code, CellResult result) {
        return on(code, calls -> result);
    }

    static CellResult printed(String output) {
        return new CellResult(Status.OK, output, output.length(), null, null, Duration.ZERO);
    }

    static CellResult failed(Status status, String output) {
        return new CellResult(status, output, output.length(), output, null, Duration.ZERO);
    }

    static CellResult ended(String text) {
        return new CellResult(Status.OK, "", 0, null, new FinalValue(text, Json.quote(text)), Duration.ZERO);
    }

    @Override
    public CellResult run(Cell cell, Duration timeLimit, int outputLimit, HostCalls calls)
            throws SandboxException, InterruptedException {
        String code = cell.code().strip();
        ran.add(code);
        Behaviour behaviour = cells.get(code);
        if (behaviour == null) {
            throw new AssertionError("No such cell in the script: " + code);
        }
        return behaviour.run(calls);
    }

    @Override
    public List<Variable> variables() {
        return variables;
    }

    @Override
    public FinalValue value(String variable) throws SandboxException {
        FinalValue value = values.get(variable);
        if (value == null) {
            throw new SandboxException("There is no variable " + variable + ".");
        }
        return value;
    }

    @Override
    public Repl child(ChildContext context, long seed, List<PastCell> past) {
        return children.apply(context, past);
    }

    @Override
    public void close() {}
}
