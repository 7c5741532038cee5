package dev.rlm.sandbox.worker;

import static java.util.Objects.requireNonNull;

import dev.rlm.sandbox.protocol.Frame;
import dev.rlm.sandbox.protocol.Frame.CellEnded;
import dev.rlm.sandbox.protocol.Frame.Ending;
import dev.rlm.sandbox.protocol.Frame.FromWorker;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.graalvm.polyglot.PolyglotException;
import org.jspecify.annotations.Nullable;

/**
 * A REPL inside the worker: a session of the Python side, and what belongs to it on this side. The thread that opens it
 * runs its cells, reads its variables and closes it; {@link #interrupt} may come from another.
 */
final class PythonRepl {
    static final String TOO_LARGE = "The documents are too large together for one sandbox.";

    private static final String SPOILED = "RuntimeError: the cell has broken what the REPL needs. It is there again.";

    /** Threads that take longer to stop are stopped again: {@code finally} may have kept them. */
    private static final Duration STOPPING = Duration.ofMillis(500);

    /** Longer than the server waits: it ends a worker with threads that do not stop. */
    private static final Duration CLOSING = Duration.ofMinutes(1);

    private static final String THREADS_STOPPED =
            "Threads of this cell were still working when it ended and were stopped: wait for threads in the cell that"
                    + " starts them.\n";

    private final Interpreter interpreter;
    private final ServerCalls calls;
    private final int number;
    private final CellThreads threads;
    private final Interruption interruption;
    private final Thread thread = Thread.currentThread();
    private volatile CellOutput output = new CellOutput(1);
    private final InterpreterOutput interpreterOutput = new InterpreterOutput(text -> output.write(text));
    private volatile ContextText text = ContextText.EMPTY;
    private volatile long running;
    private final Observations observations;

    /** What the Python side knows of this REPL, once it is open. */
    private volatile @Nullable PythonSession session;

    /** A REPL that is not open yet; its cells run on the calling thread. */
    PythonRepl(Interpreter interpreter, ServerCalls calls, int number) {
        this.interpreter = interpreter;
        this.calls = calls;
        this.number = number;
        this.threads = interpreter.threadsOfRepl();
        this.observations = new Observations(calls.context());
        this.interruption = new Interruption(interpreter, threads);
        interpreter.add(this);
    }

    /** Makes the documents the context. */
    FromWorker open(List<ContextText.Document> documents) {
        try {
            text = ContextText.of(documents);
        } catch (ArithmeticException e) {
            return new Frame.Refused(number, TOO_LARGE);
        }
        if (number == Frame.ROOT) {
            calls.context().open(text);
        }
        return opened("open_session", text.text(), text.packed());
    }

    /** Makes parts of another REPL's context the context; a single part shares its text. */
    FromWorker open(PythonRepl parent, List<Frame.Range> ranges) {
        ContextText whole = parent.text;
        PythonSession parentSession = parent.session;
        if (parentSession == null) {
            return new Frame.Refused(number, "The REPL with the context is not open.");
        }
        for (Frame.Range range : ranges) {
            if (!whole.has(range)) {
                return new Frame.Refused(
                        number,
                        "The context has " + whole.codePointCount() + " characters, and no part from " + range.start()
                                + " to " + range.end() + ": give a start and an end within it.");
            }
        }
        if (ranges.size() != 1) {
            return open(ranges.stream()
                    .flatMap(range -> whole.slice(range).copies().stream())
                    .toList());
        }
        Frame.Range range = ranges.getFirst();
        text = whole.slice(range);
        return opened("open_slice", parentSession.value(), (int) range.start(), (int) range.end(), text.packed());
    }

    private FromWorker opened(String function, Object... arguments) {
        List<Object> all = new ArrayList<>(List.of(arguments));
        all.add(HostFunctions.offered(calls.offered()));
        all.addAll(new HostFunctions(
                        number,
                        calls,
                        () -> output,
                        () -> text,
                        value -> calls.handOver(number, running, value),
                        threads,
                        observations)
                .inOrder());
        PythonSession before = session;
        if (before != null) {
            before.close();
        }
        try {
            session = PythonSession.open(interpreter, function, number, all);
        } catch (PolyglotException e) {
            return new Frame.Refused(number, "The REPL cannot be opened: " + PythonSession.reason(e));
        }
        return new Frame.Opened(number, text.length());
    }

    /** Frees all that belongs to this REPL. */
    FromWorker close() {
        threads.admit(false);
        boolean threadsLived = !threads.none();
        interruption.stopThreads(CLOSING);
        PythonSession open = session;
        try {
            if (open != null) {
                if (threadsLived) {
                    tidyUp(open, open::finishStoppedThreads);
                }
                open.close();
            }
        } catch (PolyglotException e) {
            // A cell may have broken what it is closed by; the thread ends in any case, and with it what it holds.
        }
        session = null;
        text = ContextText.EMPTY;
        interpreter.remove(this, threads);
        return new Frame.Closed(number);
    }

    /** Whether its cells can run. */
    boolean isOpen() {
        return session != null;
    }

    /** Whether a thread works for this REPL. */
    boolean owns(Thread other) {
        return other.equals(thread) || threads.include(other);
    }

    boolean has(CellThreads itsThreads) {
        return threads.equals(itsThreads);
    }

    boolean cellRuns() {
        return interruption.cellRuns();
    }

    InterpreterOutput interpreterOutput() {
        return interpreterOutput;
    }

    /** Runs a cell to its end, whatever that is. */
    CellEnded run(Frame.Run run) {
        PythonSession python = requireNonNull(session, "A cell is to run before the REPL is open.");
        CellOutput cellOutput = new CellOutput(run.outputLimit());
        output = cellOutput;
        running = run.run();
        observations.begin();
        calls.admit(number);
        threads.admit(true);
        Ending ending = Ending.DONE;
        String error = null;
        boolean torn = false;
        boolean threadsStopped = false;
        boolean interrupted = false;
        interruption.begin(run.run());
        try {
            error = runGuarded(run, python);
            ending = error == null ? Ending.DONE : Ending.FAILED;
        } catch (PolyglotException e) {
            torn = true;
            ending = e.isInterrupted() ? Ending.STOPPED : Ending.FAILED;
            error = e.isInterrupted() ? null : PythonSession.reason(e);
        } catch (RuntimeException e) {
            torn = true;
            ending = Ending.FAILED;
            error = SPOILED;
        } finally {
            // No call and no thread of the cell may outlive it; one that cannot be stopped keeps it from ending.
            calls.refuse(number);
            threads.admit(false);
            threadsStopped = stopThreads(cellOutput);
            interrupted = interruption.end();
        }
        if (interrupted && ending == Ending.FAILED) {
            // For want of what it was refused from then on, or of a thread that was stopped before.
            torn = true;
            ending = Ending.STOPPED;
            error = null;
        }
        if (torn) {
            tidyUp(python, python::finishStoppedCell);
            if (error != null) {
                output.write(error + "\n");
            }
        } else if (threadsStopped) {
            tidyUp(python, python::finishStoppedThreads);
        }
        interpreterOutput.endOfCell();
        observations.told(number, run.run(), cellOutput.soFar().text()).ifPresent(calls::tell);
        Optional<Frame.Value> value = python.ended();
        if (value.isPresent()) {
            return new CellEnded(
                    number, run.run(), Ending.DONE, cellOutput.soFar(), null, value.get(), python.traces());
        }
        return new CellEnded(
                number, run.run(), ending, cellOutput.soFar(), PythonSession.line(error), null, python.traces());
    }

    private @Nullable String runGuarded(Frame.Run run, PythonSession python) {
        python.guard();
        try {
            python.runCell(run);
            python.guard();
            return python.finishCell();
        } catch (PolyglotException e) {
            if (e.isInterrupted() || e.isExit() || e.isHostException() || e.isInternalError()) {
                throw e;
            }
            // The cell has broken the REPL; with everything in its place again the rest can be told.
            python.guard();
            output.write(SPOILED + "\n");
            String line = python.finishCell();
            return line == null ? SPOILED : line;
        }
    }

    /**
     * Stops threads of cells that go on working, until none does; those that wait for work may live.
     *
     * @return whether there were such
     */
    private boolean stopThreads(CellOutput cellOutput) {
        boolean stopped = false;
        try {
            while (!threads.none() && threads.atWork()) {
                if (!stopped) {
                    stopped = true;
                    cellOutput.write(THREADS_STOPPED);
                }
                interruption.stopThreads(STOPPING);
                threads.forgetStarts();
            }
        } catch (InterruptedException e) {
            // The server's time limit: its interrupt stops the threads as well.
            stopped = true;
        }
        return stopped;
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
        return requireNonNull(session).variables();
    }

    FromWorker value(String name) {
        return requireNonNull(session).value(name);
    }

    private void tidyUp(PythonSession python, Runnable finish) {
        try {
            python.guard();
            finish.run();
        } catch (PolyglotException e) {
            output.write(PythonSession.reason(e) + "\n");
        }
    }
}
