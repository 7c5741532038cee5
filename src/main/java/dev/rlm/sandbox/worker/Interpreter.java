package dev.rlm.sandbox.worker;

import static java.util.Objects.requireNonNull;

import dev.rlm.sandbox.worker.builtins.ThreadStop;
import java.io.OutputStream;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BooleanSupplier;
import org.graalvm.polyglot.Context;
import org.graalvm.polyglot.Value;
import org.graalvm.polyglot.proxy.ProxyExecutable;
import org.jspecify.annotations.Nullable;

/**
 * The Python interpreter that all REPLs of a worker share: the functions of its Python side, the guard that puts them
 * back, and the REPLs. A further interpreter would cost 30 MB and 2 s, a further REPL in the same one hardly anything.
 * Thread-safe.
 */
final class Interpreter {
    /** Held from the start, for cells can reach the names. */
    private static final List<String> FUNCTIONS = List.of(
            "warm_up",
            "open_session",
            "open_slice",
            "close_session",
            "run_cell",
            "finish_cell",
            "finish_stopped_cell",
            "finish_stopped_threads",
            "ended",
            "traces",
            "variables",
            "value_of");

    private final Map<String, Value> functions = new HashMap<>();
    private final Value guard;
    private final Value adopt;
    private final Value forget;
    private final ThreadStop stops;
    private final Collection<PythonRepl> repls = new CopyOnWriteArrayList<>();
    private final Collection<CellThreads> threads = new CopyOnWriteArrayList<>();

    /** Starts Python; the calling thread becomes its main thread. */
    Interpreter() {
        Context context = PythonEngine.start(new OutputOfThread());
        context.enter();
        stops = ThreadStop.ofEnteredContext();
        context.leave();
        Value python = context.getBindings("python");
        FUNCTIONS.forEach(name -> functions.put(name, python.getMember(name)));
        python.getMember("close_what_is_of_no_use").executeVoid();
        Value guards = python.getMember("_make_guard").execute();
        python.removeMember("_make_guard");
        guard = guards.getArrayElement(0);
        adopt = guards.getArrayElement(1);
        forget = guards.getArrayElement(2);
    }

    /** Runs typical code, so that the JVM compiles what cells will need, until somebody waits for this worker. */
    void warmUp(BooleanSupplier waiting) {
        function("warm_up").execute(PythonEngine.text("warmup.py"), (ProxyExecutable) _ -> waiting.getAsBoolean());
    }

    /** A function of the Python side. */
    Value function(String name) {
        return requireNonNull(functions.get(name));
    }

    /** Puts back what cells have changed: of what is shared, and of the REPL of this session, which may be null. */
    void guard(@Nullable Value session) {
        guard.execute(session);
    }

    /** A REPL has been opened with this session. */
    void adopt(Value session) {
        adopt.execute(session);
    }

    /** A REPL of this session is about to be closed. */
    void forget(Value session) {
        forget.execute(session);
    }

    /** What stops threads. */
    ThreadStop stops() {
        return stops;
    }

    /** Room for the threads of another REPL. */
    CellThreads threadsOfRepl() {
        CellThreads added = new CellThreads(threads);
        threads.add(added);
        return added;
    }

    void add(PythonRepl repl) {
        repls.add(repl);
    }

    void remove(PythonRepl repl, CellThreads itsThreads) {
        repls.remove(repl);
        threads.remove(itsThreads);
    }

    /** Whether a cell runs of another REPL than that with these threads. */
    boolean cellRunsBeside(CellThreads itsThreads) {
        return repls.stream().anyMatch(repl -> repl.cellRuns() && !repl.has(itsThreads));
    }

    /** Whether a thread works for no REPL as far as is known. */
    boolean isStranger(Thread thread) {
        return repls.stream().noneMatch(repl -> repl.owns(thread));
    }

    /** What the interpreter itself prints goes to the REPL that the thread works for, or to the first. */
    private final class OutputOfThread extends OutputStream {
        @Override
        public void write(int octet) {
            write(new byte[] {(byte) octet}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) {
            Thread thread = Thread.currentThread();
            repls.stream()
                    .filter(repl -> repl.owns(thread))
                    .findFirst()
                    .or(() -> repls.stream().findFirst())
                    .ifPresent(repl -> repl.interpreterOutput().write(bytes, offset, length));
        }
    }
}
