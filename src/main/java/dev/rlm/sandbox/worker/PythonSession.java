package dev.rlm.sandbox.worker;

import dev.rlm.sandbox.protocol.Frame;
import dev.rlm.sandbox.protocol.Frame.FromWorker;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.graalvm.polyglot.PolyglotException;
import org.graalvm.polyglot.Value;
import org.jspecify.annotations.Nullable;

/** A REPL on the Python side. For the thread that opened it. */
final class PythonSession {
    private static final int LINE_CHARACTERS = 5_000;

    private final Interpreter interpreter;
    private final int number;
    private final Value session;

    private PythonSession(Interpreter interpreter, int number, Value session) {
        this.interpreter = interpreter;
        this.number = number;
        this.session = session;
    }

    /** Opens a REPL of this number by a function of the Python side, with what that takes besides the number. */
    static PythonSession open(Interpreter interpreter, String function, int number, List<Object> arguments) {
        List<Object> all = new ArrayList<>();
        all.add(number);
        all.addAll(arguments);
        interpreter.guard(null);
        Value session = interpreter.function(function).execute(all.toArray());
        interpreter.adopt(session);
        return new PythonSession(interpreter, number, session);
    }

    /** Forgets the REPL, so that nothing but this object holds it. */
    void close() {
        interpreter.forget(session);
        call("close_session");
    }

    /** The object on the Python side. */
    Value value() {
        return session;
    }

    /** Puts back what cells have changed of the REPL, and of what all share. */
    void guard() {
        interpreter.guard(session);
    }

    /** Runs a cell, of which {@link #finishCell} must tell what came. */
    void runCell(Frame.Run run) {
        call("run_cell", run.code(), run.cell(), run.outputLimit(), run.seed(), run.levels(), run.clocks());
    }

    /** The last line of what went wrong in the cell, or null. */
    @Nullable
    String finishCell() {
        Value line = call("finish_cell");
        return line.isNull() ? null : CellOutput.visible(line.asString());
    }

    /** Tidies up after threads that were stopped. */
    void finishStoppedThreads() {
        call("finish_stopped_threads");
    }

    /** Tidies up after a cell that could not. */
    void finishStoppedCell() {
        call("finish_stopped_cell");
    }

    /** The assigned variables. */
    FromWorker variables() {
        try {
            List<Frame.Variable> variables = new ArrayList<>();
            guard();
            Value rows = call("variables");
            for (long i = 0; i < rows.getArraySize(); i++) {
                Value row = rows.getArrayElement(i);
                variables.add(new Frame.Variable(
                        row.getArrayElement(0).asString(),
                        CellOutput.visible(row.getArrayElement(1).asString()),
                        row.getArrayElement(2).asLong(),
                        CellOutput.visible(row.getArrayElement(3).asString())));
            }
            return new Frame.Variables(number, variables);
        } catch (PolyglotException e) {
            return new Frame.Refused(number, "The variables cannot be listed: " + reason(e));
        }
    }

    /** The variable of this name. */
    FromWorker value(String name) {
        try {
            guard();
            Value forms = call("value_of", name);
            if (forms.isNull()) {
                return new Frame.Refused(number, "There is no variable " + name + ".");
            }
            return new Frame.VariableValue(number, forms(forms));
        } catch (PolyglotException e) {
            return new Frame.Refused(number, "The variable " + name + " cannot be read: " + reason(e));
        }
    }

    /** What is needed to run the cell of the moment again. */
    Frame.Traces traces() {
        try {
            Value traces = call("traces");
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

    /** The final value, if there is one. */
    Optional<Frame.Value> ended() {
        try {
            Value forms = call("ended");
            return forms.isNull() ? Optional.empty() : Optional.of(forms(forms));
        } catch (PolyglotException | UnsupportedOperationException | ClassCastException e) {
            return Optional.empty();
        }
    }

    private static Frame.Value forms(Value forms) {
        return new Frame.Value(
                forms.getArrayElement(0).asString(), forms.getArrayElement(1).asString());
    }

    private Value call(String function, @Nullable Object... arguments) {
        List<@Nullable Object> all = new ArrayList<>();
        all.add(session);
        all.addAll(Arrays.asList(arguments));
        return interpreter.function(function).execute(all.toArray());
    }

    /** An error's last line, which may hold whatever the cell has put there. */
    static @Nullable String line(@Nullable String error) {
        return error == null || error.length() <= LINE_CHARACTERS ? error : error.substring(0, LINE_CHARACTERS) + "...";
    }

    /** What is told of an exception that the Python side did not handle. */
    static String reason(PolyglotException e) {
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
