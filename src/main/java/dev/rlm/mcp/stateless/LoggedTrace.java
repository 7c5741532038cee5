package dev.rlm.mcp.stateless;

import org.jboss.logging.MDC;
import org.jspecify.annotations.Nullable;

/**
 * Has the lines of the log that tell of a request carry the ids of its trace, until this is closed: what its thread logs, and the
 * threads that it starts. These inherit what is in the log's context and may outlive the request, as those of pools do; so the
 * context has no texts but objects that are empty texts afterwards.
 */
final class LoggedTrace implements AutoCloseable {

    /** The names by which formats of the log have them. */
    static final String TRACE_ID = "traceId";

    static final String PARENT_ID = "parentId";

    /** Both, as the standard format has them behind a line; nothing at all without a trace. */
    static final String BOTH = "trace";

    private volatile boolean closed;

    private LoggedTrace() {}

    /** Begins to log a trace; nothing if there is none. */
    static LoggedTrace begin(@Nullable TraceContext trace) {
        LoggedTrace logged = new LoggedTrace();
        if (trace != null) {
            MDC.put(TRACE_ID, logged.new Text(trace.traceId()));
            MDC.put(PARENT_ID, logged.new Text(trace.parentId()));
            MDC.put(BOTH, logged.new Text(" (trace " + trace.traceId() + ", parent " + trace.parentId() + ")"));
        }
        return logged;
    }

    private final class Text {

        private final String text;

        private Text(String text) {
            this.text = text;
        }

        @Override
        public String toString() {
            return closed ? "" : text;
        }
    }

    @Override
    public void close() {
        closed = true;
        MDC.remove(TRACE_ID);
        MDC.remove(PARENT_ID);
        MDC.remove(BOTH);
    }
}
