package dev.rlm.sandbox.worker.builtins;

import com.oracle.graal.python.runtime.PythonContext;
import com.oracle.graal.python.runtime.exception.PythonInterruptedException;
import com.oracle.truffle.api.ThreadLocalAction;
import com.oracle.truffle.api.TruffleLanguage;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;

/**
 * Stops some of the threads that run Python code, as {@code Context.interrupt} stops all of them: with an exception that
 * is thrown again wherever code catches it, until the thread has left the interpreter. Thread-safe.
 */
public final class ThreadStop {
    /** After so long without an exception, a thread that should have thrown again has lost what makes it do so. */
    private static final long LOST_NANOS = 100_000_000;

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

    /** A request to some threads to stop. */
    public final class Request {
        private final Predicate<Thread> concerned;

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
