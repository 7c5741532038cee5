package dev.rlm.mcp;

import dev.rlm.access.CallRates;
import dev.rlm.access.RateLimit;
import dev.rlm.task.TaskService;
import dev.rlm.task.TaskState;
import dev.rlm.task.TaskStatus;

/** The tools, over tasks of a test. */
public final class TestTools {

    private static final RateLimit NO_LIMIT = new RateLimit(0, () -> 0);

    private TestTools() {}

    /** The tools about tasks; those about contexts are not there. */
    public static Tools over(TaskService tasks) {
        return new Tools(
                () -> {
                    throw new IllegalStateException("This test has no contexts.");
                },
                () -> new TaskTools(tasks, null),
                new CallRates(NO_LIMIT, NO_LIMIT, NO_LIMIT),
                new ResourceListChanges());
    }

    /** A task that stands so. */
    public static TaskStatus status(String id, long version, TaskState state) {
        return TestBelongings.status(id, version, state);
    }
}
