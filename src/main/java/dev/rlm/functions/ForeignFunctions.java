package dev.rlm.functions;

import java.time.Duration;
import java.util.List;

/**
 * The functions of other servers, by names that are Python identifiers. Whatever a server does, only the call that it
 * concerns fails. Thread-safe; calls block their thread and may be interrupted.
 */
public interface ForeignFunctions extends AutoCloseable {

    /** Nothing is configured. */
    ForeignFunctions NONE = new ForeignFunctions() {
        @Override
        public boolean none() {
            return true;
        }

        @Override
        public FunctionLimits limits() {
            return new FunctionLimits(1, 1);
        }

        @Override
        public Offer offer() {
            return new Offer(List.of(), List.of());
        }

        @Override
        public CallOutcome call(String function, String arguments, Duration limit) {
            return new CallOutcome.Failure("This server has no functions of others any more.");
        }

        @Override
        public List<ServerState> servers() {
            return List.of();
        }

        @Override
        public void close() {}
    };

    /** Whether no server is configured, so that there never is a function. */
    boolean none();

    /** What one task may call. */
    FunctionLimits limits();

    /**
     * Asks the servers, each within its time limit, which functions they have. A server that does not answer is a problem
     * of the offer.
     */
    Offer offer() throws InterruptedException;

    /**
     * Calls a function once. A call that may have reached the server is not repeated.
     *
     * @param arguments a JSON object
     * @param limit how long it may take; the server's own limit may be shorter
     * @return its result, which is bounded, or why there is none
     * @throws InterruptedException if the calling thread was interrupted; the server is told if that can be done
     */
    CallOutcome call(String function, String arguments, Duration limit) throws InterruptedException;

    /** How the servers stand, as far as is known: nobody is asked. */
    List<ServerState> servers();

    /** Ends all connections, and the processes that were started. Idempotent. */
    @Override
    void close();
}
