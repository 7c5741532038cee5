package dev.rlm.mcp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import dev.rlm.access.Caller;
import dev.rlm.task.CallerTasks;
import dev.rlm.task.TaskException;
import dev.rlm.task.TaskRequest;
import dev.rlm.task.TaskService;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
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
