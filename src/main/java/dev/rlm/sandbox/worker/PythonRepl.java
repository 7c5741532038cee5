package dev.rlm.sandbox.worker;

import static java.util.Objects.requireNonNull;

import dev.rlm.sandbox.protocol.Frame;
import dev.rlm.sandbox.protocol.Frame.CellEnded;
import dev.rlm.sandbox.protocol.Frame.Ending;
import dev.rlm.sandbox.protocol.Frame.FromWorker;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import org.graalvm.polyglot.Context;
import org.graalvm.polyglot.PolyglotException;
import org.graalvm.polyglot.Value;
import org.graalvm.polyglot.proxy.ProxyExecutable;
import org.jspecify.annotations.Nullable;

/**
 * The REPL inside the worker: GraalPy and the Python side that runs cells. One thread opens, runs and reads; {@link
 * #interrupt} may come from another.
 */
final class PythonRepl {
    static final String TOO_LARGE = "The documents are too large together for one sandbox.";

    private static final int LINE_CHARACTERS = 5_000;

    /** Held from the start, for cells can reach the names. */
    private static final List<String> FUNCTIONS = List.of(
            "warm_up",
            "open_documents",
            "run_cell",
            "finish_cell",
            "finish_stopped_cell",
            "ended",
            "traces",
            "variables",
            "value_of");

    private static final String SPOILED = "RuntimeError: the cell has broken what the REPL needs. It is there again.";

    /** Threads that take longer to stop are stopped again: {@code finally} may have kept them. */
    private static final Duration STOPPING = Duration.ofMillis(500);

    private static final String THREADS_STOPPED =
            "Threads of this cell were still working when it ended and were stopped: wait for threads in the cell that"
                    + " starts them.\n";

    private final ServerCalls calls;
    private final Context context;
    private final Map<String, Value> functions = new HashMap<>();
    private final Value guard;
    private final CellThreads threads = new CellThreads();
    private final Interruption interruption;
    private volatile CellOutput output = new CellOutput(1);
    private final InterpreterOutput interpreterOutput = new InterpreterOutput(text -> output.write(text));
    private volatile ContextText text = ContextText.EMPTY;
    private volatile long running;

    PythonRepl(ServerCalls calls) {
        this.calls = calls;
        this.context = PythonEngine.start(interpreterOutput);
        this.interruption = new Interruption(context);
        Value python = context.getBindings("python");
        FUNCTIONS.forEach(name -> functions.put(name, python.getMember(name)));
        new HostFunctions(calls, () -> output, () -> text, value -> calls.handOver(running, value), threads)
                .connect(python.getMember("connect"));
        this.guard = python.getMember("_make_guard").execute();
        python.removeMember("_make_guard");
    }

    /** Runs typical code, so that the JVM compiles what cells will need, until somebody waits for this worker. */
    void warmUp(BooleanSupplier waiting) {
        function("warm_up").execute(PythonEngine.text("warmup.py"), (ProxyExecutable) _ -> waiting.getAsBoolean());
    }

    /** Makes the documents the context. */
    FromWorker open(List<ContextText.Document> documents) {
        try {
            text = ContextText.of(documents);
        } catch (ArithmeticException e) {
            return new Frame.Refused(TOO_LARGE);
        }
        function("open_documents").execute(text.text(), text.packed());
        guard.execute(true);
        return new Frame.Opened(text.text().length());
    }

    /** Runs a cell to its end, whatever that is. */
    CellEnded run(Frame.Run run) {
        CellOutput cellOutput = new CellOutput(run.outputLimit());
        output = cellOutput;
        running = run.run();
        calls.admit(true);
        threads.admit(true);
        Ending ending = Ending.DONE;
        String error = null;
        boolean torn = false;
        interruption.begin(run.run());
        try {
            error = runGuarded(run);
            ending = error == null ? Ending.DONE : Ending.FAILED;
        } catch (PolyglotException e) {
            torn = true;
            ending = e.isInterrupted() ? Ending.STOPPED : Ending.FAILED;
            error = e.isInterrupted() ? null : reason(e);
        } catch (RuntimeException e) {
            torn = true;
            ending = Ending.FAILED;
            error = SPOILED;
        } finally {
            // No call and no thread of the cell may outlive it; one that cannot be stopped keeps it from ending.
            calls.admit(false);
            threads.admit(false);
            stopThreads(cellOutput);
            interruption.end();
        }
        if (torn) {
            tidyUp(error);
        }
        interpreterOutput.endOfCell();
        Optional<Frame.Value> value = ended();
        if (value.isPresent()) {
            return new CellEnded(run.run(), Ending.DONE, cellOutput.soFar(), null, value.get(), Frame.Traces.NONE);
        }
        return new CellEnded(run.run(), ending, cellOutput.soFar(), line(error), null, traces());
    }

    private @Nullable String runGuarded(Frame.Run run) {
        guard.execute();
        try {
            function("run_cell").execute(run.code(), run.cell(), run.outputLimit(), run.seed(), run.clocks());
            guard.execute();
            return told(function("finish_cell").execute());
        } catch (PolyglotException e) {
            if (e.isInterrupted() || e.isExit() || e.isHostException() || e.isInternalError()) {
                throw e;
            }
            // The cell has broken the REPL; with everything in its place again the rest can be told.
            guard.execute();
            output.write(SPOILED + "\n");
            String line = told(function("finish_cell").execute());
            return line == null ? SPOILED : line;
        }
    }

    private static @Nullable String told(Value line) {
        return line.isNull() ? null : CellOutput.visible(line.asString());
    }

    /** Stops threads of cells that go on working, until none does; those that wait for work may live. */
    private void stopThreads(CellOutput cellOutput) {
        try {
            boolean told = false;
            while (!threads.none() && threads.atWork()) {
                if (!told) {
                    told = true;
                    cellOutput.write(THREADS_STOPPED);
                }
                stopOnce();
                threads.forgetStarts();
            }
        } catch (InterruptedException e) {
            // The server's time limit: its interrupt stops the threads as well.
        }
    }

    private void stopOnce() {
        try {
            context.interrupt(STOPPING);
        } catch (TimeoutException e) {
            // They are tried again, until the server's patience ends.
        }
    }

    /** What the cell of the moment has printed so far. */
    Frame.Output outputSoFar() {
        return output.soFar();
    }

    /** Stops a run's cell if it still runs; returns when it has stopped. */
    void interrupt(long run) {
        if (interruption.isFor(run)) {
            threads.admit(false);
        }
        interruption.interrupt(run);
    }

    FromWorker variables() {
        try {
            List<Frame.Variable> variables = new ArrayList<>();
            guard.execute();
            Value rows = function("variables").execute();
            for (long i = 0; i < rows.getArraySize(); i++) {
                Value row = rows.getArrayElement(i);
                variables.add(new Frame.Variable(
                        row.getArrayElement(0).asString(),
                        CellOutput.visible(row.getArrayElement(1).asString()),
                        row.getArrayElement(2).asLong(),
                        CellOutput.visible(row.getArrayElement(3).asString())));
            }
            return new Frame.Variables(variables);
        } catch (PolyglotException e) {
            return new Frame.Refused("The variables cannot be listed: " + reason(e));
        }
    }

    FromWorker value(String name) {
        try {
            guard.execute();
            Value forms = function("value_of").execute(name);
            if (forms.isNull()) {
                return new Frame.Refused("There is no variable " + name + ".");
            }
            return forms(forms);
        } catch (PolyglotException e) {
            return new Frame.Refused("The variable " + name + " cannot be read: " + reason(e));
        }
    }

    private void tidyUp(@Nullable String error) {
        try {
            guard.execute();
            function("finish_stopped_cell").execute();
        } catch (PolyglotException e) {
            output.write(reason(e) + "\n");
        }
        if (error != null) {
            output.write(error + "\n");
        }
    }

    private Frame.Traces traces() {
        try {
            Value traces = function("traces").execute();
            String clocks = traces.getArrayElement(0).asString();
            return new Frame.Traces(
                    clocks.length() <= Frame.Traces.MOST_CLOCK_CHARACTERS ? clocks : "",
                    names(traces.getArrayElement(1)),
                    names(traces.getArrayElement(2)));
        } catch (PolyglotException e) {
            return Frame.Traces.NONE;
        }
    }

    private static List<String> names(Value joined) {
        String names = joined.asString();
        return names.isEmpty() ? List.of() : List.of(names.split("\0"));
    }

    /** An error's last line, which may hold whatever the cell has put there. */
    private static @Nullable String line(@Nullable String error) {
        return error == null || error.length() <= LINE_CHARACTERS ? error : error.substring(0, LINE_CHARACTERS) + "...";
    }

    private Optional<Frame.Value> ended() {
        try {
            Value forms = function("ended").execute();
            return forms.isNull() ? Optional.empty() : Optional.of(forms(forms));
        } catch (PolyglotException | UnsupportedOperationException | ClassCastException e) {
            return Optional.empty();
        }
    }

    private static Frame.Value forms(Value forms) {
        return new Frame.Value(
                forms.getArrayElement(0).asString(), forms.getArrayElement(1).asString());
    }

    private Value function(String name) {
        return requireNonNull(functions.get(name));
    }

    private static String reason(PolyglotException e) {
        if (e.isExit()) {
            return "SystemExit: the process of the REPL cannot be ended; FINAL(value) ends the run.";
        }
        if (e.isInternalError() || e.isHostException()) {
            return "RuntimeError: the sandbox does not allow or support this.";
        }
        String message = e.getMessage();
        return message == null || message.isBlank()
                ? "RuntimeError: the cell failed."
                : Objects.requireNonNull(line(message));
    }
}
