package dev.rlm.mcp.stateless;

import com.fasterxml.jackson.databind.node.ObjectNode;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Optional;

/** All kinds of tasks of the tasks extension. */
@Singleton
final class TaskHandles {

    private final List<TaskKind> kinds;

    TaskHandles(LoadTasks loads, QuestionTasks questions) {
        this.kinds = List.of(loads, questions);
    }

    /** What begins a call of a tool as a task; empty if the client knows no tasks, or the call does not become one. */
    Optional<TaskKind> kindOf(String tool, ObjectNode arguments, Request request) {
        return request.declares(Protocol.TASKS_EXTENSION)
                ? kinds.stream().filter(kind -> kind.isFor(tool, arguments)).findFirst()
                : Optional.empty();
    }

    /** What knows the task with an id, if anything does. */
    TaskKind of(String id) {
        return kinds.stream().filter(kind -> kind.isId(id)).findFirst().orElseThrow();
    }
}
