package dev.rlm.packaged.clients;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.rlm.packaged.SdkTransport;
import io.modelcontextprotocol.client.McpClient;
import io.modelcontextprotocol.client.McpSyncClient;
import io.modelcontextprotocol.spec.McpSchema.CallToolRequest;
import io.modelcontextprotocol.spec.McpSchema.CallToolResult;
import io.modelcontextprotocol.spec.McpSchema.InitializeResult;
import io.modelcontextprotocol.spec.McpSchema.ProgressNotification;
import io.modelcontextprotocol.spec.McpSchema.ReadResourceRequest;
import io.modelcontextprotocol.spec.McpSchema.TextResourceContents;
import io.modelcontextprotocol.spec.McpSchema.Tool;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/** The official Java SDK. */
final class JavaSdkClient implements ForeignClient {

    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final String TOKEN = "p1";

    private final Queue<ProgressNotification> progress = new ConcurrentLinkedQueue<>();
    private final McpSyncClient client;

    JavaSdkClient(String base) {
        client = McpClient.sync(SdkTransport.to(base))
                .requestTimeout(Duration.ofMinutes(3))
                .progressConsumer(progress::add)
                .build();
    }

    @Override
    public String name() {
        return "Java SDK";
    }

    @Override
    public Greeting greet() {
        InitializeResult met = client.initialize();
        return new Greeting(
                met.protocolVersion(),
                met.serverInfo().name(),
                met.instructions(),
                client.listTools().tools().stream().map(Tool::name).toList());
    }

    @Override
    public JsonNode call(String tool, Map<String, Object> arguments) {
        return call(new CallToolRequest(tool, arguments, null));
    }

    private JsonNode call(CallToolRequest request) {
        CallToolResult result = client.callTool(request);
        assertThat(result.isError()).as(result.content().toString()).isFalse();
        return MAPPER.valueToTree(result.structuredContent());
    }

    @Override
    public Answered answer(Map<String, Object> question) throws Exception {
        JsonNode asked = call(new CallToolRequest("rlm_ask", question, Map.of("progressToken", TOKEN)));
        JsonNode task = end(asked.at("/task/task_id").asText());
        // It comes beside the answer, and may come after it.
        await().atMost(Duration.ofMinutes(1)).until(() -> !progress.isEmpty());
        assertThat(progress).allSatisfy(it -> assertThat(it.progressToken()).isEqualTo(TOKEN));
        // Notifications are handed over on several threads, so they may arrive in another order than they were sent.
        assertThat(progress).extracting(ProgressNotification::progress).doesNotHaveDuplicates();
        return new Answered(
                task, progress.stream().map(ProgressNotification::message).toList());
    }

    @Override
    public String read(String uri) {
        List<?> contents =
                client.readResource(ReadResourceRequest.builder(uri).build()).contents();
        return ((TextResourceContents) contents.getFirst()).text();
    }

    @Override
    public void close() {
        client.close();
    }
}
