package dev.rlm.packaged;

import static org.assertj.core.api.Assertions.assertThat;

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
            Object task = member(asked, "task");
            assertThat(member(task, "state")).isEqualTo("answered");
            assertThat(member(task, "value")).isEqualTo(Map.of("animal", 2, "plant", 1));
            assertThat(progress).isNotEmpty().allSatisfy(it -> {
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
                .requestTimeout(Duration.ofMinutes(1))
                .progressConsumer(progress::add)
                .build();
    }

    private static Object call(
            McpSyncClient client, String tool, Map<String, Object> arguments, Map<String, Object> meta) {
        CallToolResult result = client.callTool(new CallToolRequest(tool, arguments, meta.isEmpty() ? null : meta));
        assertThat(result.isError()).as(result.content().toString()).isFalse();
        return result.structuredContent();
    }

    private static Object member(Object json, String name) {
        return ((Map<?, ?>) json).get(name);
    }
}
