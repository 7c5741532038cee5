package dev.rlm.packaged;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.rlm.model.script.ScriptedEndpoint;
import io.modelcontextprotocol.client.McpClient;
import io.modelcontextprotocol.client.McpSyncClient;
import io.modelcontextprotocol.client.transport.HttpClientStreamableHttpTransport;
import io.modelcontextprotocol.spec.McpSchema.CallToolRequest;
import io.modelcontextprotocol.spec.McpSchema.CallToolResult;
import io.modelcontextprotocol.spec.McpSchema.ProgressNotification;
import io.modelcontextprotocol.spec.McpSchema.Tool;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Test;

/** A foreign client, the official Java SDK, in a whole story. */
final class JavaSdkClientIT {

    private final Queue<ProgressNotification> progress = new ConcurrentLinkedQueue<>();

    @Test
    void loadsAsksWaitsWithProgressAndReads() throws Exception {
        try (ScriptedEndpoint models = Stories.start();
                PackagedRlm.Server server = new PackagedRlm.Server(Stories.environment(models));
                McpSyncClient client = client(server)) {
            client.initialize();
            assertThat(client.listTools().tools()).extracting(Tool::name).contains("rlm_ask", "rlm_status");

            Object loaded = call(client, "rlm_load_context", Map.of("text", "a cat\nan oak\na cow\n"), Map.of());
            Object id = member(member(loaded, "context"), "context_id");
            Object asked = call(
                    client,
                    "rlm_ask",
                    Map.of(
                            "context_ids",
                            List.of(id),
                            "question",
                            "Label the lines.",
                            "root_model",
                            "openai:label",
                            "wait_seconds",
                            45),
                    Map.of("progressToken", "p1"));
            Object task = ended(client, member(asked, "task"));
            assertThat(member(task, "state")).isEqualTo("answered");
            assertThat(member(task, "value")).isEqualTo(Map.of("animal", 2, "plant", 1));
            // It comes beside the answer, and may come after it.
            await().atMost(Duration.ofMinutes(1)).until(() -> !progress.isEmpty());
            assertThat(progress).allSatisfy(it -> {
                assertThat(it.progressToken()).isEqualTo("p1");
                assertThat(it.message()).contains("turn ");
            });
            // This client hands notifications over on several threads, so they may arrive in another order than they
            // were sent.
            assertThat(progress).extracting(ProgressNotification::progress).doesNotHaveDuplicates();

            Object part = call(client, "rlm_read", Map.of("context_id", id, "max_lines", 1), Map.of());
            assertThat(member(part, "text")).isEqualTo("a cat\n");
        }
    }

    private McpSyncClient client(PackagedRlm.Server server) {
        return McpClient.sync(HttpClientStreamableHttpTransport.builder(server.base())
                        .endpoint("/mcp")
                        .build())
                .requestTimeout(Duration.ofMinutes(3))
                .progressConsumer(progress::add)
                .build();
    }

    private static Object call(
            McpSyncClient client, String tool, Map<String, Object> arguments, Map<String, Object> meta) {
        CallToolResult result = client.callTool(new CallToolRequest(tool, arguments, meta.isEmpty() ? null : meta));
        assertThat(result.isError()).as(result.content().toString()).isFalse();
        return result.structuredContent();
    }

    /** The task when it has ended, for which a slow machine may need longer than a call may wait. */
    private static Object ended(McpSyncClient client, Object task) {
        Object latest = task;
        for (int i = 0; i < 6 && List.of("queued", "running").contains(member(latest, "state")); i++) {
            Map<String, Object> arguments = Map.of("task_id", member(task, "task_id"), "wait_seconds", 45);
            latest = member(call(client, "rlm_status", arguments, Map.of()), "task");
        }
        return latest;
    }

    private static Object member(Object json, String name) {
        return ((Map<?, ?>) json).get(name);
    }
}
