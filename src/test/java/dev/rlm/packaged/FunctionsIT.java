package dev.rlm.packaged;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.rlm.model.script.Script;
import dev.rlm.model.script.ScriptedEndpoint;
import io.modelcontextprotocol.client.McpClient;
import io.modelcontextprotocol.client.McpSyncClient;
import io.modelcontextprotocol.spec.McpSchema.CallToolRequest;
import io.modelcontextprotocol.spec.McpSchema.CallToolResult;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The packaged server's code calls tools of another MCP server, which is a second packaged server. */
final class FunctionsIT {

    private static final ObjectMapper MAPPER = new ObjectMapper();

    private static final String SCRIPT = """
            models:
              looks-up:
                - reply: |
                    ```repl
                    hits = other_rlm_search("CONTEXT", pattern="ERROR", max_matches=5)
                    try:
                        other_rlm_read("ctx_aaaaaaaaaaaaaaaaaaaaaaaaaa")
                    except FunctionError as e:
                        refusal = str(e)
                    FINAL({"lines": [hit["line"] for hit in hits["matches"]], "refusal": refusal})
                    ```
              sub:
                - reply: none
            """;

    private static final String NOBODY = "models:\n  sub:\n    - reply: none\n";

    @TempDir
    private Path folder;

    private static McpSyncClient client(PackagedRlm.Server server) {
        McpSyncClient client = McpClient.sync(SdkTransport.to(server.base()))
                .requestTimeout(Duration.ofMinutes(3))
                .build();
        client.initialize();
        return client;
    }

    private static JsonNode call(McpSyncClient client, String tool, Map<String, Object> arguments) {
        CallToolResult result = client.callTool(new CallToolRequest(tool, arguments, null));
        assertThat(result.isError()).as(result.content().toString()).isFalse();
        return MAPPER.valueToTree(result.structuredContent());
    }

    private static String load(McpSyncClient client, String text) {
        return call(client, "rlm_load_context", Map.of("text", text))
                .at("/context/context_id")
                .asText();
    }

    @Test
    void codeAsksAnotherServerAndStatusTellsOfIt() throws Exception {
        try (ScriptedEndpoint nobody = ScriptedEndpoint.start(Script.parse(NOBODY));
                PackagedRlm.Server other = new PackagedRlm.Server(Stories.environment(nobody));
                McpSyncClient ofOther = client(other)) {
            String theirs = load(ofOther, "fine\nERROR a\nfine\nERROR b\n");
            try (ScriptedEndpoint models = ScriptedEndpoint.start(Script.parse(SCRIPT.replace("CONTEXT", theirs)))) {
                Map<String, String> environment = new HashMap<>(Stories.environment(models));
                environment.put("RLM_FUNCTIONS_SERVERS_OTHER_URL", other.address());
                environment.put("RLM_FUNCTIONS_SERVERS_OTHER_TOOLS", "rlm_search,rlm_read,rlm_pay");
                try (PackagedRlm.Server server = new PackagedRlm.Server(environment);
                        McpSyncClient mine = client(server)) {
                    JsonNode before = call(mine, "rlm_status", Map.of()).at("/server/function_servers/0");
                    assertThat(before.path("state").asText()).isEqualTo("not connected yet");
                    assertThat(before.path("functions").toString())
                            .isEqualTo("[\"other_rlm_search\",\"other_rlm_read\",\"other_rlm_pay\"]");

                    JsonNode task = ended(
                            mine,
                            call(
                                            mine,
                                            "rlm_ask",
                                            Map.of(
                                                    "context_ids",
                                                    List.of(load(mine, "of no account")),
                                                    "question",
                                                    "Which lines?",
                                                    "route",
                                                    "rlm",
                                                    "root_model",
                                                    "openai:looks-up",
                                                    "wait_seconds",
                                                    45))
                                    .path("task"));

                    assertThat(task.path("state").asText()).as(task.toString()).isEqualTo("answered");
                    assertThat(task.at("/value/lines").toString()).isEqualTo("[2,4]");
                    assertThat(task.at("/value/refusal").asText()).contains("There is no context");
                    assertThat(task.path("function_calls").toString())
                            .isEqualTo("[{\"function\":\"other_rlm_read\",\"calls\":1,\"failed\":1},"
                                    + "{\"function\":\"other_rlm_search\",\"calls\":1,\"failed\":0}]");
                    assertThat(call(mine, "rlm_status", Map.of())
                                    .at("/server/function_servers/0/state")
                                    .asText())
                            .isEqualTo("connected");
                    assertThat(server.log()).doesNotContain(Stories.SECRET);
                }
                PackagedRlm.Finished listed = PackagedRlm.run(environment, "", folder, "models");
                assertThat(listed.out())
                        .as(listed.err())
                        .contains("functions of other servers", "other    http://", "other_rlm_search")
                        .contains("problem: The server other has no tool named rlm_pay.");
            }
        }
    }

    private static JsonNode ended(McpSyncClient client, JsonNode task) {
        JsonNode latest = task;
        for (int i = 0;
                i < 6
                        && List.of("queued", "running")
                                .contains(latest.path("state").asText());
                i++) {
            latest = call(
                            client,
                            "rlm_status",
                            Map.of("task_id", task.path("task_id").asText(), "wait_seconds", 45))
                    .path("task");
        }
        return latest;
    }

    @Test
    void aConfigurationThatCannotBeUsedEndsTheStartWithOneLine() throws Exception {
        try (ScriptedEndpoint models = ScriptedEndpoint.start(Script.parse(NOBODY))) {
            Map<String, String> environment = new HashMap<>(Stories.environment(models));
            environment.put("RLM_FUNCTIONS_SERVERS_OTHER_URL", "http://127.0.0.1:1/mcp");
            environment.put("RLM_FUNCTIONS_SERVERS_OTHER_TOOLS", "*");
            PackagedRlm.Finished refused = PackagedRlm.run(environment, "", folder, "models");
            assertThat(refused.exitCode()).isEqualTo(2);
            assertThat(refused.err().strip())
                    .startsWith("rlm: rlm.functions.servers.other: '*' does not allow all tools")
                    .doesNotContain("\n");
        }
    }
}
