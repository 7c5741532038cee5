package dev.rlm.packaged;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.rlm.model.ClientModels;
import io.modelcontextprotocol.client.McpClient;
import io.modelcontextprotocol.client.McpSyncClient;
import io.modelcontextprotocol.client.transport.ServerParameters;
import io.modelcontextprotocol.client.transport.StdioClientTransport;
import io.modelcontextprotocol.json.McpJsonDefaults;
import io.modelcontextprotocol.spec.McpClientTransport;
import io.modelcontextprotocol.spec.McpSchema.CallToolRequest;
import io.modelcontextprotocol.spec.McpSchema.CallToolResult;
import io.modelcontextprotocol.spec.McpSchema.ClientCapabilities;
import io.modelcontextprotocol.spec.McpSchema.CreateMessageRequest;
import io.modelcontextprotocol.spec.McpSchema.CreateMessageResult;
import io.modelcontextprotocol.spec.McpSchema.Role;
import io.modelcontextprotocol.spec.McpSchema.TextContent;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/** Clients that lend their own models to their questions, over every way in. */
final class SamplingIT {

    private static final ObjectMapper MAPPER = new ObjectMapper();

    /** No provider is configured: whoever has no account can run. */
    private static final Map<String, String> CLIENT_ONLY =
            Map.of("RLM_MODEL_ROOT", "client", "RLM_MODEL_SUB", "client:small", "RLM_TASK_STORE", "temporary");

    private static final String LINES = "a cat\nan oak\na cow\n";

    private static final String CODE = """
            ```repl
            FINAL(llm_query_batched([f"Label this: {line}" for line in context.splitlines()]))
            ```""";

    private static final String SAMPLING = "{\"sampling\": {}}";

    private static PackagedRlm.Server server;

    /** A worker that was just ended may still be there when the test is over. */
    @TempDir(cleanup = CleanupMode.NEVER)
    private static Path folder;

    private final Queue<CreateMessageRequest> asked = new ConcurrentLinkedQueue<>();

    @BeforeAll
    static void start() throws Exception {
        server = new PackagedRlm.Server(CLIENT_ONLY);
    }

    @AfterAll
    static void stop() {
        server.close();
        assertThat(server.log()).doesNotContain("Exception", "ERROR");
    }

    /** Plays the root model if there is a system prompt, else the sub-model. */
    private CreateMessageResult reply(CreateMessageRequest request) {
        asked.add(request);
        String prompt = ((TextContent) request.messages().getLast().content()).text();
        String text = request.systemPrompt() != null ? CODE : prompt.contains("oak") ? "plant" : "animal";
        return CreateMessageResult.builder(Role.ASSISTANT, text, "house-1").build();
    }

    private McpSyncClient client(McpClientTransport transport) {
        McpSyncClient client = McpClient.sync(transport)
                .requestTimeout(Duration.ofMinutes(3))
                .initializationTimeout(Duration.ofMinutes(3))
                .capabilities(ClientCapabilities.builder().sampling().build())
                .sampling(this::reply)
                .build();
        client.initialize();
        return client;
    }

    private static McpClientTransport started(Map<String, String> environment, String... arguments) {
        List<String> command = new ArrayList<>(PackagedRlm.command(arguments));
        command.add(1, "-XX:TieredStopAtLevel=1");
        return new StdioClientTransport(
                ServerParameters.builder(command.getFirst())
                        .args(command.subList(1, command.size()))
                        .env(environment)
                        .build(),
                McpJsonDefaults.getMapper());
    }

    private static JsonNode call(McpSyncClient client, String tool, Map<String, Object> arguments) {
        CallToolResult result = client.callTool(new CallToolRequest(tool, arguments, null));
        assertThat(result.isError()).as(result.content().toString()).isFalse();
        return MAPPER.valueToTree(result.structuredContent());
    }

    private static Map<String, Object> question(JsonNode loaded, int waitSeconds) {
        return question(loaded, "rlm", waitSeconds);
    }

    private static Map<String, Object> question(JsonNode loaded, String route, int waitSeconds) {
        return Map.of(
                "context_ids",
                List.of(loaded.at("/context/context_id").asText()),
                "question",
                "Where does the cat come?",
                "route",
                route,
                "wait_seconds",
                waitSeconds);
    }

    private static Map<String, Object> status(JsonNode task) {
        return Map.of("task_id", task.path("task_id").asText(), "wait_seconds", 45);
    }

    private static boolean hasEnded(JsonNode task) {
        return !List.of("queued", "running").contains(task.path("state").asText());
    }

    /** A whole question, whose answer can have come from the client's model alone. */
    private void labels(McpSyncClient client) {
        JsonNode loaded = call(client, "rlm_load_context", Map.of("text", LINES));
        JsonNode task = call(client, "rlm_ask", question(loaded, 0)).path("task");
        while (!hasEnded(task)) {
            task = call(client, "rlm_status", status(task)).path("task");
        }
        assertThat(task.path("state").asText()).as(task.toString()).isEqualTo("answered");
        assertThat(task.path("value").toString()).isEqualTo("[\"animal\",\"plant\",\"animal\"]");
        assertThat(task.path("root_model").asText()).isEqualTo("client");
        assertThat(task.path("cost_usd").isNull()).as("nobody knows").isTrue();
        assertThat(task.at("/tokens/input").asLong()).isPositive();
        assertThat(asked).hasSize(4);
        assertThat(asked.stream().filter(request -> request.systemPrompt() == null))
                .allSatisfy(request -> assertThat(
                                request.modelPreferences().hints().getFirst().name())
                        .isEqualTo("small"));
    }

    @Test
    void overHttp() {
        try (McpSyncClient client = client(SdkTransport.to(server.base()))) {
            labels(client);
        }
    }

    @Test
    void overStandardStreams() {
        Map<String, String> environment = new HashMap<>(CLIENT_ONLY);
        environment.put("XDG_DATA_HOME", folder.resolve("data").toString());
        environment.put("RLM_SANDBOX_COMPILER", "quick");
        try (McpSyncClient client = client(started(environment, "stdio"))) {
            labels(client);
        }
    }

    @Test
    void overABridgeToAServer() {
        try (McpSyncClient client = client(started(Map.of(), "stdio", "--connect", server.address()))) {
            JsonNode loaded = call(client, "rlm_load_context", Map.of("text", LINES));
            JsonNode task =
                    call(client, "rlm_ask", question(loaded, "direct", 0)).path("task");
            while (!hasEnded(task)) {
                task = call(client, "rlm_status", status(task)).path("task");
            }
            assertThat(task.path("state").asText()).as(task.toString()).isEqualTo("answered");
            assertThat(task.path("answer").asText()).isEqualTo(CODE);
            assertThat(asked).hasSize(1);
        }
    }

    @Test
    void aClientWithoutAStreamOfItsOwnIsAskedByItsCallsAndNobodyElseCanReply() throws Exception {
        try (LendingClient client = new LendingClient(server.address(), SAMPLING);
                LendingClient other = new LendingClient(server.address(), SAMPLING)) {
            JsonNode loaded = client.call("rlm_load_context", Map.of("text", LINES));
            JsonNode task = client.call("rlm_ask", question(loaded, 0)).path("task");
            // Calls of others are no way to the client.
            other.call("rlm_status", Map.of("task_id", task.path("task_id").asText(), "wait_seconds", 1));
            while (!hasEnded(task)) {
                JsonNode result = client.call("rlm_status", status(task), request -> {
                    assertThat(request.path("method").asText()).isEqualTo("sampling/createMessage");
                    boolean root = request.path("params").has("systemPrompt");
                    assertThat(other.reply(request, LendingClient.saying("FINAL('stolen')")))
                            .isEqualTo(202);
                    assertThat(client.reply(request, LendingClient.saying(root ? CODE : "thing")))
                            .isEqualTo(202);
                });
                task = result.at("/structuredContent/task");
            }
            assertThat(task.path("value").toString()).isEqualTo("[\"thing\",\"thing\",\"thing\"]");
        }
    }

    @Test
    void aUserWhoDeclinesIsNotAskedAgain() throws Exception {
        try (LendingClient client = new LendingClient(server.address(), SAMPLING)) {
            JsonNode loaded = client.call("rlm_load_context", Map.of("text", LINES));
            List<JsonNode> requests = new ArrayList<>();
            JsonNode task = client.call("rlm_ask", question(loaded, "auto", 45), request -> {
                        requests.add(request);
                        client.reply(
                                request, "\"error\": {\"code\": -1, \"message\": \"User rejected sampling request\"}");
                    })
                    .at("/structuredContent/task");
            assertThat(task.path("state").asText()).as(task.toString()).isEqualTo("failed");
            assertThat(task.path("reason").asText()).contains("The client's user has declined");
            assertThat(requests).hasSize(1);
        }
    }

    @Test
    void aClientThatGoesLeavesAReason() throws Exception {
        try (LendingClient client = new LendingClient(server.address(), SAMPLING);
                LendingClient later = new LendingClient(server.address(), "{}")) {
            JsonNode loaded = client.call("rlm_load_context", Map.of("text", LINES));
            JsonNode asked =
                    client.call("rlm_ask", question(loaded, "direct", 0)).path("task");
            // It ends its session when it is asked, and its call is answered nevertheless.
            client.call("rlm_status", status(asked), _ -> client.end());
            JsonNode task = later.call("rlm_status", status(asked)).path("task");
            assertThat(task.path("state").asText()).as(task.toString()).isEqualTo("failed");
            assertThat(task.path("reason").asText())
                    .contains("is gone: its session has ended")
                    .contains("Ask again with `session`");
        }
    }

    @Test
    void aCancelledQuestionCancelsItsRequest() throws Exception {
        try (LendingClient client = new LendingClient(server.address(), SAMPLING)) {
            JsonNode loaded = client.call("rlm_load_context", Map.of("text", LINES));
            JsonNode asked =
                    client.call("rlm_ask", question(loaded, "direct", 0)).path("task");
            List<JsonNode> heard = new ArrayList<>();
            JsonNode task = client.call("rlm_status", status(asked), message -> {
                        heard.add(message);
                        if (heard.size() == 1) {
                            client.call(
                                    "rlm_cancel",
                                    Map.of("task_id", asked.path("task_id").asText()));
                        }
                    })
                    .at("/structuredContent/task");
            assertThat(task.path("state").asText()).isEqualTo("cancelled");
            assertThat(heard).hasSize(2);
            assertThat(heard.getLast().path("method").asText()).isEqualTo("notifications/cancelled");
            assertThat(heard.getLast().at("/params/requestId"))
                    .isEqualTo(heard.getFirst().path("id"));
        }
    }

    @Test
    void whoLendsNoModelIsToldSoAndThereIsNoTask() throws Exception {
        try (LendingClient client = new LendingClient(server.address(), "{}");
                HttpDoor door = new HttpDoor(server.base())) {
            JsonNode loaded = client.call("rlm_load_context", Map.of("text", "one"));
            JsonNode refused = client.call("rlm_ask", question(loaded, 0), _ -> {});
            assertThat(refused.path("isError").asBoolean()).isTrue();
            assertThat(refused.at("/content/0/text").asText()).isEqualTo(ClientModels.NOT_LENT);

            // The version without sessions, whatever capabilities a client has.
            String arguments = MAPPER.writeValueAsString(question(loaded, 0));
            String stateless = """
                    {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {"name": "rlm_ask", "arguments": %s, "_meta": {
                     "io.modelcontextprotocol/protocolVersion": "2026-07-28",
                     "io.modelcontextprotocol/clientInfo": {"name": "test", "version": "1"},
                     "io.modelcontextprotocol/clientCapabilities": {"sampling": {}}}}}
                    """.formatted(arguments);
            String body = door.post(
                            stateless,
                            "MCP-Protocol-Version",
                            "2026-07-28",
                            "Mcp-Method",
                            "tools/call",
                            "Mcp-Name",
                            "rlm_ask")
                    .body();
            assertThat(MAPPER.readTree(body).at("/result/content/0/text").asText())
                    .as(body)
                    .isEqualTo(ClientModels.NOT_LENT);
        }
    }
}
