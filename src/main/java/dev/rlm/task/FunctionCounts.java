package dev.rlm.task;

import dev.rlm.journal.TaskEvent.FunctionCalled;
import dev.rlm.task.TaskStatus.FunctionCount;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Counts the calls of functions of other servers. Not thread-safe. */
final class FunctionCounts {

    private final Map<String, FunctionCount> counts = new TreeMap<>();

    void add(FunctionCalled called) {
        int failed = called.result() == null ? 1 : 0;
        counts.merge(
                called.function(),
                new FunctionCount(called.function(), 1, failed),
                (before, one) -> new FunctionCount(before.name(), before.calls() + 1, before.failed() + one.failed()));
    }

    /** What was counted so far, by the functions' names. */
    List<FunctionCount> counts() {
        return List.copyOf(counts.values());
    }
}
