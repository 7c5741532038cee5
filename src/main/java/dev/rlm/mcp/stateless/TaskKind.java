package dev.rlm.mcp.stateless;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;

/**
 * Calls of one tool that become tasks of the tasks extension. A task outlives this process, and any replica on the same store
 * answers for it. Thread-safe.
 */
interface TaskKind {

    /** Whether calls of a tool with these arguments can become such tasks. */
    boolean isFor(String tool, ObjectNode arguments);

    /** Whether a text may be the id of such a task. */
    boolean isId(String id);

    /**
     * Calls the tool without waiting for what takes long.
     *
     * @return a task, or the tool's own result if there is one already, or it cannot begin
     */
    ObjectNode begin(ObjectNode arguments, Call call) throws ProtocolError;

    /**
     * The task with an id, as its caller sees it.
     *
     * @throws ProtocolError if there is none that the caller may see
     */
    Seen find(String id, Call call) throws ProtocolError;

    /** Whether there is such a task that the caller may see. */
    boolean isKnown(String id, Call call);

    /** Waits until a task has a later version, or for a time. */
    void awaitChange(String id, long version, Duration time, Call call) throws InterruptedException;

    /** Cancels a task unless it has ended. */
    void cancel(String id, Call call) throws ProtocolError;

    /**
     * How a task stands.
     *
     * @param detailed as {@code tasks/get} tells it, with its result once it has one
     * @param version higher whenever something has changed
     * @param ended whether nothing changes any more
     */
    record Seen(ObjectNode detailed, long version, boolean ended) {}

    /** When to ask again for a task of this age: after a tenth of it, but at least one second and at most five. */
    static Duration pollInterval(Duration age) {
        return Duration.ofMillis(Math.clamp(age.toMillis() / 10, 1_000, 5_000));
    }
}
