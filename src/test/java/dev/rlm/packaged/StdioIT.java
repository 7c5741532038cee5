package dev.rlm.packaged;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.rlm.model.script.ScriptedEndpoint;
import dev.rlm.packaged.PackagedRlm.Finished;
import io.modelcontextprotocol.client.McpClient;
import io.modelcontextprotocol.client.McpSyncClient;
import io.modelcontextprotocol.client.transport.ServerParameters;
import io.modelcontextprotocol.client.transport.StdioClientTransport;
import io.modelcontextprotocol.json.McpJsonDefaults;
import io.modelcontextprotocol.spec.McpSchema.CallToolRequest;
import io.modelcontextprotocol.spec.McpSchema.CallToolResult;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/** The packaged program as clients start it that speak over standard streams. */
final class StdioIT {

    private static final ObjectMapper MAPPER = new ObjectMapper();

    /** Of a client of the version without sessions, in each of its messages. */
    private static final String META = """
            {"io.modelcontextprotocol/protocolVersion":"2026-07-28",\
            "io.modelcontextprotocol/clientInfo":{"name":"test","version":"1"},\
            "io.modelcontextprotocol/clientCapabilities":{}}""";

    private static final String CONVERSATION = """
            this is no message
            {"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-11-25","capabilities":{},"clientInfo":{"name":"test","version":"1"}}}
            {"jsonrpc":"2.0","method":"notifications/initialized"}
            {"jsonrpc":"2.0","id":2,"method":"tools/list"}
            {"jsonrpc":"2.0","id":"three","method":"tools/call","params":{"name":"rlm_load_context","arguments":{"text":"one\\nERROR two\\n"}}}
            {"jsonrpc":"2.0","id":4,"method":"tools/call","params":{"name":"rlm_read","arguments":{}}}
            {"jsonrpc":"2.0","id":5,"method":"no/such/method"}
            {"jsonrpc":"2.0","id":6,"method":"server/discover","params":{"_meta":META}}
            {"jsonrpc":"2.0","id":7,"method":"tools/call","params":{"name":"rlm_load_context","arguments":{"text":"three"},"_meta":META}}
            """.replace("META", META);

    /** A worker that was just ended may still be there when the test is over. */
    @TempDir(cleanup = CleanupMode.NEVER)
    private Path folder;

    private Map<String, String> environment(ScriptedEndpoint models) {
        Map<String, String> environment = new HashMap<>(Stories.environment(models));
        environment.put("XDG_DATA_HOME", folder.resolve("data").toString());
        environment.put("RLM_SANDBOX_COMPILER", "quick");
        return environment;
    }

    private static JsonNode call(McpSyncClient client, String tool, Map<String, Object> arguments) {
        CallToolResult result = client.callTool(new CallToolRequest(tool, arguments, null));
        assertThat(result.isError()).as(result.content().toString()).isFalse();
        return MAPPER.valueToTree(result.structuredContent());
    }

    @Test
    void aClientThatStartsACommandLoadsAndAsksOverItsStreams() throws Exception {
        try (ScriptedEndpoint models = Stories.start()) {
            List<String> command = PackagedRlm.command("stdio");
            StdioClientTransport transport = new StdioClientTransport(
                    ServerParameters.builder(command.getFirst())
                            .args(command.subList(1, command.size()))
                            .env(environment(models))
                            .build(),
                    McpJsonDefaults.getMapper());
            try (McpSyncClient client = McpClient.sync(transport)
                    .requestTimeout(Duration.ofMinutes(3))
                    .initializationTimeout(Duration.ofMinutes(3))
                    .build()) {
                assertThat(client.initialize().serverInfo().name()).isEqualTo("rlm");
                String context = call(client, "rlm_load_context", Map.of("text", "fine\nERROR one\nERROR two\n"))
                        .at("/context/context_id")
                        .asText();
                JsonNode task = call(
                                client,
                                "rlm_ask",
                                Map.of("context_ids", List.of(context), "question", "Errors?", "wait_seconds", 45))
                        .path("task");
                while (!List.of("answered", "failed")
                        .contains(task.path("state").asText())) {
                    task = call(
                                    client,
                                    "rlm_status",
                                    Map.of("task_id", task.path("task_id").asText(), "wait_seconds", 45))
                            .path("task");
                }
                assertThat(task.at("/value/errors").asInt()).as(task.toString()).isEqualTo(2);
            }
        }
    }

    /** What was written to standard output: the answers by their ids; other messages are left out. */
    private static Map<String, JsonNode> answers(String out) throws Exception {
        Map<String, JsonNode> answers = new HashMap<>();
        for (String line : out.lines().toList()) {
            JsonNode message = MAPPER.readTree(line);
            assertThat(message.path("jsonrpc").asText()).as(line).isEqualTo("2.0");
            if (message.has("id")) {
                answers.put(message.path("id").asText(), message);
            }
        }
        return answers;
    }

    private static void check(Finished finished) throws Exception {
        assertThat(finished.exitCode()).as(finished.err()).isZero();
        Map<String, JsonNode> answers = answers(finished.out());
        assertThat(answers).as(finished.out()).containsOnlyKeys("null", "1", "2", "three", "4", "5", "6", "7");
        assertThat(answers.get("null").at("/error/code").asInt()).isEqualTo(-32700);
        assertThat(answers.get("2").at("/result/tools")).hasSizeGreaterThan(8);
        assertThat(answers.get("three")
                        .at("/result/structuredContent/context/characters")
                        .asInt())
                .isEqualTo(14);
        assertThat(answers.get("4").at("/result/isError").asBoolean()).isTrue();
        assertThat(answers.get("5").at("/error/code").asInt()).isEqualTo(-32601);
        assertThat(answers.get("6").at("/result/supportedVersions").toString()).contains("2026-07-28");
        assertThat(answers.get("7").at("/result/resultType").asText()).isEqualTo("complete");
        assertThat(answers.get("7")
                        .at("/result/structuredContent/context/characters")
                        .asInt())
                .isEqualTo(5);
    }

    @Test
    void nothingButMessagesReachesStandardOutputServedHereOrElsewhere() throws Exception {
        try (ScriptedEndpoint models = Stories.start();
                PackagedRlm.Server server = new PackagedRlm.Server(Stories.environment(models))) {
            check(PackagedRlm.run(environment(models), CONVERSATION, folder, "stdio"));
            check(PackagedRlm.run(
                    Map.of("RLM_STDIO_TOKEN", Stories.SECRET),
                    CONVERSATION,
                    folder,
                    "stdio",
                    "--connect",
                    server.address()));
        }
        Finished refused = PackagedRlm.run(Map.of(), "", folder, "stdio", "--connect", "nowhere");
        assertThat(refused.exitCode()).isEqualTo(2);
        assertThat(refused.out()).isEmpty();
        assertThat(refused.err()).contains("--connect takes the address");
    }

    @Test
    void aSignalEndsItWhileItsInputIsOpen() throws Exception {
        List<String> command = new ArrayList<>(PackagedRlm.command("stdio", "--connect", "http://127.0.0.1:9/mcp"));
        command.add(1, "-XX:TieredStopAtLevel=1");
        Process process = PackagedRlm.process(Map.of(), folder, command).start();
        try (var out = process.inputReader();
                var in = process.outputWriter()) {
            in.write("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\"}\n");
            in.flush();
            assertThat(out.readLine()).contains("cannot be reached");
            process.destroy();
            assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
        } finally {
            process.destroyForcibly();
        }
    }
}
