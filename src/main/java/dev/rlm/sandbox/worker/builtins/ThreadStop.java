package dev.rlm.sandbox.worker.builtins;

import com.oracle.graal.python.runtime.PythonContext;
import com.oracle.graal.python.runtime.exception.PythonInterruptedException;
import com.oracle.truffle.api.RootCallTarget;
import com.oracle.truffle.api.ThreadLocalAction;
import com.oracle.truffle.api.Truffle;
import com.oracle.truffle.api.TruffleLanguage;
import com.oracle.truffle.api.frame.FrameInstance;
import com.oracle.truffle.api.source.SourceSection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Stops some of the threads that run Python code, as {@code Context.interrupt} stops all of them: with an exception that
 * is thrown again wherever code catches it, until the thread has left the interpreter. Such a thread gives back no lock,
 * so one that is inside the standard library, where it may hold some that all REPLs share, gets a moment to come back from
 * there. Thread-safe.
 */
public final class ThreadStop {
    /** After so long without an exception, a thread that should have thrown again has lost what makes it do so. */
    private static final long LOST_NANOS = 100_000_000;

    /** So long a thread may go on inside the library, where it may as well wait for something without any end. */
    private static final long IN_LIBRARY_NANOS = 200_000_000;

    /** What the names of sources begin with that are not of the library: those of cells, and those of the REPL. */
    private static final List<String> OURS = List.of("<cell ", "<rlm ");

    /** Those of the REPL whose functions are in the places of the library's. */
    private static final Set<String> IN_PLACE =
            Set.of("<rlm threads.py>", "<rlm leftovers.py>", "<rlm event_loops.py>", "<rlm faster.py>");

    private final TruffleLanguage.Env env;

    private ThreadStop(TruffleLanguage.Env env) {
        this.env = env;
    }

    /** Stops threads of the context that the calling thread has entered. */
    public static ThreadStop ofEnteredContext() {
        return new ThreadStop(PythonContext.get(null).getEnv());
    }

    /** Stops the threads that a predicate names, as long as it names them; it is asked by those threads. */
    public Request request(Predicate<Thread> concerned) {
        return new Request(concerned);
    }

    /** Where a thread is, by the innermost Python function that it has called. */
    private enum Place {
        /** In none: it is about to enter the interpreter or to leave it. */
        OUTSIDE,
        LIBRARY,
        OURS
    }

    private static Place place() {
        Place innermost = Truffle.getRuntime().iterateFrames(ThreadStop::placeOf);
        return innermost == null ? Place.OUTSIDE : innermost;
    }

    private static @Nullable Place placeOf(FrameInstance frame) {
        SourceSection source = frame.getCallTarget() instanceof RootCallTarget target
                ? target.getRootNode().getSourceSection()
                : null;
        if (source == null) {
            // Of a built-in function, or of the interpreter itself.
            return null;
        }
        String name = source.getSource().getName();
        return OURS.stream().anyMatch(name::startsWith) && !IN_PLACE.contains(name) ? Place.OURS : Place.LIBRARY;
    }

    /** A request to some threads to stop. */
    public final class Request {
        private final Predicate<Thread> concerned;
        private final long begin = System.nanoTime();

        /** When each thread was last made to throw. */
        private final Map<Thread, Long> thrown = new ConcurrentHashMap<>();

        private volatile boolean ended;

        private Request(Predicate<Thread> concerned) {
            this.concerned = concerned;
        }

        /** Lets all threads that are in the interpreter now look whether they are concerned. */
        public void submit() {
            var _ = env.submitThreadLocal(null, new Action(true));
        }

        /** Stops no thread any more. */
        public void end() {
            ended = true;
        }

        private final class Action extends ThreadLocalAction {
            private final boolean first;

            Action(boolean first) {
                super(true, false);
                this.first = first;
            }

            @Override
            protected void perform(Access access) {
                Thread thread = access.getThread();
                if (ended || !concerned.test(thread)) {
                    thrown.remove(thread);
                    return;
                }
                long now = System.nanoTime();
                Long last = thrown.get(thread);
                Place place = place();
                // While it waits for the global lock to enter, an exception would leave it with that lock for ever.
                if (place == Place.OUTSIDE
                        || (place == Place.LIBRARY && last == null && now - begin < IN_LIBRARY_NANOS)) {
                    return;
                }
                // Unless an action that this would only double is on its way to the thread.
                if (!first || last == null || now - last > LOST_NANOS) {
                    thrown.put(thread, now);
                    var _ = env.submitThreadLocal(new Thread[] {thread}, new Action(false));
                    throw new PythonInterruptedException();
                }
            }
        }
    }
}
