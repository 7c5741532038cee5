package dev.rlm.mcp.stateless;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rlm.access.Caller;
import dev.rlm.journal.JournalException;
import dev.rlm.journal.JournalStore.Counts;
import dev.rlm.mcp.TestTools;
import dev.rlm.task.CallerTasks;
import dev.rlm.task.TaskService;
import dev.rlm.task.TaskState;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.time.Clock;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

final class QuestionTasksTest {

    private static final String ID = "task_" + "a".repeat(26);

    private boolean storeIsAway;

    /** No tasks, or a store that cannot be reached. */
    private TaskService tasks() {
        CallerTasks own = fake(CallerTasks.class, (_, _, _) -> {
            if (storeIsAway) {
                throw new JournalException("The database does not answer.");
            }
            return Optional.empty();
        });
        return fake(TaskService.class, (_, method, _) -> {
            if (method.getName().equals("of")) {
                return own;
            }
            if (storeIsAway) {
                throw new JournalException("The database does not answer.");
            }
            return new Counts(0, 0, 0);
        });
    }

    private static <T> T fake(Class<T> type, InvocationHandler behaviour) {
        return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, behaviour));
    }

    private ObjectNode errorOfFinding(String id) {
        TaskService tasks = tasks();
        QuestionTasks handles = new QuestionTasks(TestTools.over(tasks), () -> tasks, null, Clock.systemUTC());
        ObjectNode none = JsonNodeFactory.instance.objectNode();
        Call call =
                new Call(new Request(IntNode.valueOf(1), "tasks/get", none, none), Caller.LOCAL, new SilentExchange());
        return catchThrowableOfType(ProtocolError.class, () -> handles.find(id, call))
                .json();
    }

    @Test
    void aTaskThatIsNotThereIsAnInvalidParameter() {
        assertThat(errorOfFinding(ID).path("code").asInt()).isEqualTo(-32602);
        assertThat(errorOfFinding(ID).path("message").asText()).startsWith("Task not found: There is no task");
        assertThat(errorOfFinding("task").path("code").asInt()).isEqualTo(-32602);
    }

    @Test
    void aStoreThatIsAwayDoesNotMakeTasksDisappear() {
        storeIsAway = true;
        ObjectNode error = errorOfFinding(ID);
        assertThat(error.path("code").asInt()).isEqualTo(-32603);
        assertThat(error.path("message").asText())
                .isEqualTo("The task cannot be looked up just now: The database does not answer.");
    }

    @Test
    void aTaskThatEndsWhileItIsLookedAtIsToldAsItEnded() throws Exception {
        AtomicInteger looks = new AtomicInteger();
        CallerTasks own = fake(
                CallerTasks.class,
                (_, _, _) -> Optional.of(
                        looks.getAndIncrement() == 0
                                ? TestTools.status(ID, 8, TaskState.RUNNING)
                                : TestTools.status(ID, 10, TaskState.FAILED)));
        TaskService tasks = fake(TaskService.class, (_, _, _) -> own);
        QuestionTasks handles = new QuestionTasks(TestTools.over(tasks), () -> tasks, null, Clock.systemUTC());
        ObjectNode none = JsonNodeFactory.instance.objectNode();
        Call call =
                new Call(new Request(IntNode.valueOf(1), "tasks/get", none, none), Caller.LOCAL, new SilentExchange());
        ObjectNode seen = handles.find(ID, call).detailed();
        assertThat(seen.path("status").asText()).isEqualTo("completed");
        assertThat(seen.at("/result/structuredContent/task/state").asText()).isEqualTo("failed");
    }
}
