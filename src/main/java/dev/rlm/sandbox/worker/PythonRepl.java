package dev.rlm.sandbox.worker;

import dev.rlm.sandbox.protocol.Frame;
import dev.rlm.sandbox.protocol.Frame.CellEnded;
import dev.rlm.sandbox.protocol.Frame.Ending;
import dev.rlm.sandbox.protocol.Frame.FromWorker;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.graalvm.polyglot.Context;
import org.graalvm.polyglot.PolyglotException;
import org.graalvm.polyglot.Value;
import org.jspecify.annotations.Nullable;

/**
 * The REPL inside the worker: GraalPy and the Python side that runs cells. One thread opens, runs and reads; {@link
 * #interrupt} may come from another.
 */
final class PythonRepl {
    static final String TOO_LARGE = "The documents are too large together for one sandbox.";

    private final ServerCalls calls;
    private final Context context;
    private final Value python;
    private final Interruption interruption;
    private volatile CellOutput output = new CellOutput(1);
    private volatile ContextText text = ContextText.EMPTY;

    PythonRepl(ServerCalls calls) {
        this.calls = calls;
        this.context = PythonEngine.start(new InterpreterOutput());
        this.python = context.getBindings("python");
        this.interruption = new Interruption(context);
        HostFunctions functions = new HostFunctions(calls, () -> output, () -> text);
        functions.connect(function("connect"));
    }

    /** Makes the documents the context. */
    FromWorker open(List<ContextText.Document> documents) {
        try {
            text = ContextText.of(documents);
        } catch (ArithmeticException e) {
            return new Frame.Refused(TOO_LARGE);
        }
        function("open_documents").execute(text.text(), text.packed());
        return new Frame.Opened(text.text().length());
    }

    /** Runs a cell to its end, whatever that is. */
    CellEnded run(Frame.Run run) {
        CellOutput cellOutput = new CellOutput(run.outputLimit());
        output = cellOutput;
        calls.admit(true);
        Ending ending = Ending.DONE;
        String error = null;
        boolean torn = false;
        interruption.begin(run.run());
        try {
            Value line = function("run_cell").execute(run.code(), run.cell(), run.outputLimit());
            error = line.isNull() ? null : line.asString();
            ending = error == null ? Ending.DONE : Ending.FAILED;
        } catch (PolyglotException e) {
            torn = true;
            ending = e.isInterrupted() ? Ending.STOPPED : Ending.FAILED;
            error = e.isInterrupted() ? null : reason(e);
        } finally {
            interruption.end();
        }
        if (torn) {
            tidyUp(error);
        }
        calls.admit(false);
        Optional<Frame.Value> value = ended();
        if (value.isPresent()) {
            return new CellEnded(run.run(), Ending.DONE, cellOutput.soFar(), null, value.get());
        }
        return new CellEnded(run.run(), ending, cellOutput.soFar(), error, null);
    }

    /** What the cell of the moment has printed so far. */
    Frame.Output outputSoFar() {
        return output.soFar();
    }

    /** Stops a run's cell if it still runs; returns when it has stopped. */
    void interrupt(long run) {
        interruption.interrupt(run);
    }

    FromWorker variables() {
        try {
            List<Frame.Variable> variables = new ArrayList<>();
            Value rows = function("variables").execute();
            for (long i = 0; i < rows.getArraySize(); i++) {
                Value row = rows.getArrayElement(i);
                variables.add(new Frame.Variable(
                        row.getArrayElement(0).asString(),
                        row.getArrayElement(1).asString(),
                        row.getArrayElement(2).asLong(),
                        row.getArrayElement(3).asString()));
            }
            return new Frame.Variables(variables);
        } catch (PolyglotException e) {
            return new Frame.Refused("The variables cannot be listed: " + reason(e));
        }
    }

    FromWorker value(String name) {
        try {
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
            function("finish_stopped_cell").execute();
        } catch (PolyglotException e) {
            output.write(reason(e) + "\n");
        }
        if (error != null) {
            output.write(error + "\n");
        }
    }

    private Optional<Frame.Value> ended() {
        try {
            Value forms = function("ended").execute();
            return forms.isNull() ? Optional.empty() : Optional.of(forms(forms));
        } catch (PolyglotException e) {
            return Optional.empty();
        }
    }

    private static Frame.Value forms(Value forms) {
        return new Frame.Value(
                forms.getArrayElement(0).asString(), forms.getArrayElement(1).asString());
    }

    private Value function(String name) {
        return python.getMember(name);
    }

    private static String reason(PolyglotException e) {
        if (e.isExit()) {
            return "SystemExit: the process of the REPL cannot be ended; FINAL(value) ends the run.";
        }
        if (e.isInternalError() || e.isHostException()) {
            return "RuntimeError: the sandbox does not allow or support this.";
        }
        String message = e.getMessage();
        return message == null || message.isBlank() ? "RuntimeError: the cell failed." : message;
    }

    /** What the interpreter itself prints goes to the output of the cell of the moment. */
    private final class InterpreterOutput extends OutputStream {
        @Override
        public void write(int octet) {
            write(new byte[] {(byte) octet}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) {
            output.write(new String(bytes, offset, length, StandardCharsets.UTF_8));
        }
    }
}
