package dev.rlm.task;

import java.util.Locale;

/** Where a task is. */
public enum TaskState {
    /** It waits for its turn. */
    QUEUED,
    /** It is being answered. */
    RUNNING,
    /** It has its answer. */
    ANSWERED,
    /** It was stopped by a limit or a failure and has a partial answer. */
    PARTIAL,
    /** It ended without an answer. */
    FAILED,
    /** Its caller cancelled it. */
    CANCELLED;

    /** Whether the task has ended. */
    public boolean ended() {
        return this != QUEUED && this != RUNNING;
    }

    /** The state as callers read it, in lower case. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    static TaskState ofLabel(String label) {
        return valueOf(label.toUpperCase(Locale.ROOT));
    }
}
