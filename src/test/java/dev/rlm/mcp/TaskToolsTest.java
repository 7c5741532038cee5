package dev.rlm.mcp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import dev.rlm.access.Caller;
import dev.rlm.budget.Spending;
import dev.rlm.engine.Writing;
import dev.rlm.journal.Events;
import dev.rlm.task.CallerTasks;
import dev.rlm.task.TaskException;
import dev.rlm.task.TaskRequest;
import dev.rlm.task.TaskService;
import dev.rlm.task.TaskState;
import dev.rlm.task.TaskStatus;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class TaskToolsTest {

    private final List<TaskRequest> submitted = new ArrayList<>();

    /** Tasks that note what is submitted, and refuse it. */
    private TaskService tasks() {
        return fake(TaskService.class, (_, method, arguments) -> {
            assertThat(method.getName()).isEqualTo("of");
            assertThat(arguments).containsExactly("local");
            return fake(CallerTasks.class, (_, asked, request) -> {
                assertThat(asked.getName()).isEqualTo("submit");
                submitted.add((TaskRequest) request[0]);
                throw new TaskException("The queue is full.");
            });
        });
    }

    private static <T> T fake(Class<T> type, InvocationHandler behaviour) {
        return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, behaviour));
    }

    /** A caller that neither asks for progress nor cancels. */
    private record LocalCaller() implements RlmTool.Caller {

        @Override
        public Caller who() {
            return Caller.LOCAL;
        }

        @Override
        public void progress(long progress, String message) {}

        @Override
        public boolean hasCancelled() {
            return false;
        }
    }

    private static JsonNode arguments(String more) throws Exception {
        return new ObjectMapper()
                .readTree(
                        "{\"context_ids\": [\"ctx_" + "a".repeat(26) + "\"], \"question\": \"How many?\"" + more + "}");
    }

    private String schemaOf(String more) throws Exception {
        TaskTools tools = new TaskTools(tasks(), null);
        assertThatThrownBy(() -> tools.ask(new Arguments(arguments(more)), new LocalCaller()))
                .isInstanceOf(ToolFailure.class)
                .hasMessage("The queue is full.");
        return submitted.getLast().schema();
    }

    @Test
    void theSchemaOfAnAnswerIsPassedOnAsItIs() throws Exception {
        assertThat(schemaOf(", \"schema\": {\"type\": \"integer\", \"minimum\": 0.50}"))
                .isEqualTo("{\"type\":\"integer\",\"minimum\":0.5}");
        assertThat(schemaOf("")).isNull();
    }

    /** A running task of which no more is recorded, while its root model goes on writing. */
    private static TaskStatus writing(String text) {
        Writing writing = new Writing(1, Writing.Kind.CODE, text.length(), text);
        return new TaskStatus(
                "task_a",
                5,
                TaskState.RUNNING,
                "asking the root model",
                Events.SUBMITTED,
                Instant.EPOCH,
                Instant.EPOCH,
                null,
                Instant.EPOCH,
                null,
                1,
                0,
                0,
                0,
                List.of(),
                Spending.NONE,
                null,
                null,
                null,
                writing,
                null,
                null,
                List.of());
    }

    @Test
    void theProgressTellsWhatIsBeingWritten() throws Exception {
        Deque<TaskStatus> statuses = new ArrayDeque<>(
                List.of(writing("x"), writing("x"), writing("x = 1"), writing("x = 1\ny"), writing("x = 1\ny = 2")));
        CallerTasks own = fake(
                CallerTasks.class, (_, _, _) -> Optional.of(statuses.size() > 1 ? statuses.poll() : statuses.peek()));
        TaskService tasks = fake(TaskService.class, (_, _, _) -> own);
        List<Long> progress = new ArrayList<>();
        List<String> messages = new ArrayList<>();
        RlmTool.Caller caller = new RlmTool.Caller() {
            @Override
            public Caller who() {
                return Caller.LOCAL;
            }

            @Override
            public void progress(long value, String message) {
                progress.add(value);
                messages.add(message);
            }

            @Override
            public boolean hasCancelled() {
                return statuses.size() == 1 && messages.size() == 3;
            }
        };
        new TaskTools(tasks, null)
                .status(
                        new Arguments(new ObjectMapper().readTree("{\"task_id\": \"task_a\", \"wait_seconds\": 50}")),
                        caller);
        assertThat(progress).as("it grows with each").containsExactly(6L, 7L, 8L);
        assertThat(messages)
                .containsExactly(
                        "turn 1 of 30, root model writing code, 5 characters: x = 1",
                        "turn 1 of 30, root model writing code, 7 characters: x = 1 y",
                        "turn 1 of 30, root model writing code, 11 characters: x = 1 y = 2");
    }

    @Test
    void aSchemaIsAnObject() throws Exception {
        var input = SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
                .getSchema(ToolDefinitions.load().stream()
                        .filter(tool -> tool.name().equals("rlm_ask"))
                        .findFirst()
                        .orElseThrow()
                        .inputSchema());
        assertThat(input.validate(arguments(", \"schema\": {\"type\": \"integer\"}")))
                .isEmpty();
        assertThat(input.validate(arguments(", \"schema\": \"integer\""))).hasSize(1);
        assertThat(input.validate(arguments(", \"schema\": true"))).hasSize(1);
    }
}
