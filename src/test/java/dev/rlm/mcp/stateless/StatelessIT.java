package dev.rlm.mcp.stateless;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.rlm.mcp.stateless.StatelessClient.Reply;
import dev.rlm.model.script.ScriptedEndpoint;
import dev.rlm.packaged.PackagedRlm;
import dev.rlm.packaged.Stories;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The server as a client of 2026-07-28 meets it, with real sandboxes and scripted models. */
final class StatelessIT {

    private static final Duration LIMIT = Duration.ofMinutes(3);

    @TempDir
    static Path folder;

    private static ScriptedEndpoint models;
    private static PackagedRlm.Server server;
    private StatelessClient client;

    @BeforeAll
    static void start() throws Exception {
        models = Stories.start();
        server = new PackagedRlm.Server(environment());
    }

    private static Map<String, String> environment() {
        Map<String, String> environment = new HashMap<>(Stories.environment(models));
        environment.put("RLM_TASK_RETENTION_AGE", "1H");
        environment.put("RLM_CONTEXT_ROOTS", folder.toString());
        environment.put("RLM_CONTEXT_TASK_AFTER", "0S");
        return environment;
    }

    @AfterAll
    static void stop() {
        server.close();
        models.close();
        assertThat(server.log()).doesNotContain(Stories.SECRET, "Exception");
    }

    @BeforeEach
    void connect() {
        client = new StatelessClient(server.address());
    }

    @AfterEach
    void disconnect() {
        client.close();
    }

    private String load(String text) {
        Reply reply =
                client.tool("rlm_load_context", "{\"text\": \"" + text + "\"}").send();
        return reply.result().at("/structuredContent/context/context_id").asText();
    }

    private StatelessClient.Draft ask(String model, String more) {
        return client.tool(
                "rlm_ask",
                "{\"question\": \"How many?\", \"context_ids\": [\"" + load("ok\\nERROR one\\n")
                        + "\"], \"root_model\": \"openai:" + model + "\"" + more + "}");
    }

    private Reply task(String method, String id) {
        return client.request(method, "{\"taskId\": \"" + id + "\"}")
                .withTasks()
                .send();
    }

    private JsonNode ended(String id) {
        return await().atMost(LIMIT)
                .pollInterval(Duration.ofMillis(200))
                .until(
                        () -> task("tasks/get", id).result(),
                        task -> !task.path("status").asText().equals("working"));
    }

    @Test
    void theToolsAreThoseOfTheOlderVersions() {
        Reply reply = client.request("tools/list", "{}").send();
        assertThat(reply.result().path("tools")).hasSize(9);
        assertThat(reply.result().path("cacheScope").asText()).isEqualTo("public");
        for (JsonNode tool : reply.result().path("tools")) {
            assertThat(tool.path("inputSchema").path("type").asText()).isEqualTo("object");
            assertThat(tool.path("outputSchema").path("type").asText()).isEqualTo("object");
            assertThat(tool.path("annotations").path("readOnlyHint").isBoolean())
                    .isTrue();
        }
        Reply discovered = client.request("server/discover", "{}").send();
        assertThat(discovered.result().at("/capabilities/extensions").has(Protocol.TASKS_EXTENSION))
                .isTrue();
        assertThat(discovered.result().path("instructions").asText()).contains("rlm_load_context");
    }

    @Test
    void aQuestionIsATaskForClientsThatKnowTasks() {
        JsonNode begun =
                ask("count-errors", ", \"wait_seconds\": 45").withTasks().send().result();
        assertThat(begun.path("resultType").asText()).isEqualTo("task");
        assertThat(begun.path("status").asText()).isEqualTo("working");
        assertThat(begun.path("pollIntervalMs").asInt()).isBetween(1_000, 5_000);
        assertThat(begun.path("ttlMs").asLong()).isGreaterThanOrEqualTo(3_600_000);
        assertThat(begun.has("result")).isFalse();
        String id = begun.path("taskId").asText();

        JsonNode ended = ended(id);
        assertThat(ended.path("resultType").asText()).isEqualTo("complete");
        assertThat(ended.path("status").asText()).isEqualTo("completed");
        assertThat(ended.path("lastUpdatedAt").asText())
                .isGreaterThan(ended.path("createdAt").asText());
        JsonNode status = client.tool("rlm_status", "{\"task_id\": \"" + id + "\"}")
                .send()
                .result();
        assertThat(ended.at("/result/resultType").asText()).isEqualTo("complete");
        assertThat(ended.at("/result/structuredContent")).isEqualTo(status.path("structuredContent"));
        assertThat(ended.at("/result/structuredContent/task/value/errors").asInt())
                .isEqualTo(1);
        assertThat(ended.at("/result/content/0/text").asText())
                .isEqualTo(ended.at("/result/structuredContent").toString());

        JsonNode acknowledged = task("tasks/cancel", id).result();
        assertThat(acknowledged.has("status")).isFalse();
        assertThat(ended(id).path("status").asText()).isEqualTo("completed");
        assertThat(task("tasks/update", id).result().path("resultType").asText())
                .isEqualTo("complete");
    }

    @Test
    void aQuestionWaitsForClientsThatDoNotKnowTasks() {
        JsonNode result = ask("count-errors", ", \"wait_seconds\": 45").send().result();
        assertThat(result.path("resultType").asText()).isEqualTo("complete");
        assertThat(result.at("/structuredContent/task/task_id").asText()).startsWith("task_");
        assertThat(client.request("tasks/get", "{\"taskId\": \"" + "task_" + "a".repeat(26) + "\"}")
                        .send()
                        .code())
                .isEqualTo(-32021);
    }

    @Test
    void whatCannotBeginIsNoTask() {
        JsonNode refused = client.tool("rlm_ask", "{\"question\": \" \"}")
                .withTasks()
                .send()
                .result();
        assertThat(refused.path("resultType").asText()).isEqualTo("complete");
        assertThat(refused.path("isError").asBoolean()).isTrue();
        assertThat(client.tool("rlm_ask", "{\"question\": \"q\", \"wait_seconds\": 600}")
                        .withTasks()
                        .send()
                        .result()
                        .at("/content/0/text")
                        .asText())
                .contains("wait_seconds");
        assertThat(client.tool("rlm_unknown", "{}").send().code()).isEqualTo(-32602);
    }

    @Test
    void aTaskThatIsNotThereIsAnInvalidParameter() {
        for (String method : List.of("tasks/get", "tasks/update", "tasks/cancel")) {
            assertThat(task(method, "task_" + "a".repeat(26)).code()).isEqualTo(-32602);
            assertThat(task(method, "../../x").code()).isEqualTo(-32602);
        }
        assertThat(client.request("tasks/get", "{\"taskId\": 5}")
                        .withTasks()
                        .send()
                        .code())
                .isEqualTo(-32602);
    }

    @Test
    void aTaskIsCancelled() {
        String id =
                ask("slow-batch", "").withTasks().send().result().path("taskId").asText();
        task("tasks/cancel", id).result();
        JsonNode ended = ended(id);
        assertThat(ended.path("status").asText()).isEqualTo("cancelled");
        assertThat(ended.has("result")).isFalse();
    }

    @Test
    void closingTheResponseCancelsTheQuestion() throws Exception {
        var response =
                ask("slow-batch", ", \"wait_seconds\": 45").withProgress("p").open();
        String event;
        try (BufferedReader reader =
                new BufferedReader(new InputStreamReader(response.body(), StandardCharsets.UTF_8))) {
            reader.readLine();
            event = reader.readLine();
        }
        assertThat(event).startsWith("data:").contains("notifications/progress", "turn ");
        await().atMost(LIMIT)
                .untilAsserted(() -> assertThat(client.tool("rlm_list_tasks", "{\"limit\": 1}")
                                .send()
                                .result()
                                .at("/structuredContent/tasks/0/state")
                                .asText())
                        .isEqualTo("cancelled"));
    }

    @Test
    void subscribersHearOfTheirTasks() throws Exception {
        String id = ask("count-errors", "")
                .withTasks()
                .send()
                .result()
                .path("taskId")
                .asText();
        var listening = client.request(
                        "subscriptions/listen",
                        "{\"notifications\": {\"toolsListChanged\": true, \"taskIds\": [\"" + id + "\", \"task_"
                                + "a".repeat(26) + "\"]}}")
                .withTasks();
        int subscription = listening.message().path("id").asInt();
        List<JsonNode> messages = new ArrayList<>();
        try (BufferedReader reader =
                new BufferedReader(new InputStreamReader(listening.open().body(), StandardCharsets.UTF_8))) {
            while (messages.isEmpty()
                    || !messages.getLast().at("/params/status").asText().equals("completed")) {
                String line = reader.readLine();
                if (line.startsWith("data:")) {
                    messages.add(StatelessClient.read(line.substring("data:".length())));
                }
            }
        }
        assertThat(messages.getFirst().path("method").asText()).isEqualTo("notifications/subscriptions/acknowledged");
        assertThat(messages.getFirst().at("/params/notifications"))
                .isEqualTo(StatelessClient.read("{\"taskIds\": [\"" + id + "\"]}"));
        assertThat(messages.subList(1, messages.size()))
                .isNotEmpty()
                .allSatisfy(it -> assertThat(it.path("method").asText()).isEqualTo("notifications/tasks"));
        assertThat(messages)
                .allSatisfy(it -> assertThat(it.path("params")
                                .path("_meta")
                                .path(Protocol.SUBSCRIPTION_KEY)
                                .asInt())
                        .isEqualTo(subscription));
        assertThat(messages.getLast()
                        .at("/params/result/structuredContent/task/value/errors")
                        .asInt())
                .isEqualTo(1);
        assertThat(client.request("subscriptions/listen", "{\"notifications\": {\"taskIds\": []}}")
                        .send()
                        .code())
                .isEqualTo(-32021);
    }

    @Test
    void aLoadOfFilesIsATaskForClientsThatKnowTasks() throws Exception {
        // Large enough to take longer than no time at all.
        Path file = Files.writeString(folder.resolve("app.log"), "ok\nERROR one\n" + "ok\n".repeat(2_000_000));
        String arguments = "{\"paths\": [\"" + file + "\"]}";
        JsonNode begun =
                client.tool("rlm_load_context", arguments).withTasks().send().result();
        assertThat(begun.path("resultType").asText()).isEqualTo("task");
        assertThat(begun.path("status").asText()).isEqualTo("working");
        String id = begun.path("taskId").asText();
        JsonNode ended = ended(id);
        assertThat(ended.path("status").asText()).isEqualTo("completed");
        String context =
                ended.at("/result/structuredContent/context/context_id").asText();
        assertThat(client.tool("rlm_read", "{\"context_id\": \"" + context + "\", \"max_lines\": 2}")
                        .send()
                        .result()
                        .at("/structuredContent/text")
                        .asText())
                .isEqualTo("ok\nERROR one\n");
        assertThat(task("tasks/cancel", id).result().path("resultType").asText())
                .isEqualTo("complete");
        server.restart();
        assertThat(ended(id)).isEqualTo(ended);
        assertThat(client.tool("rlm_load_context", arguments)
                        .send()
                        .result()
                        .path("resultType")
                        .asText())
                .isEqualTo("complete");
    }

    @Test
    void aLoadThatIsRefusedEndsWithTheSentenceOfTheTool() {
        JsonNode begun = client.tool("rlm_load_context", "{\"paths\": [\"/etc/passwd\"]}")
                .withTasks()
                .send()
                .result();
        JsonNode result = begun.path("resultType").asText().equals("task")
                ? ended(begun.path("taskId").asText()).path("result")
                : begun;
        assertThat(result.path("isError").asBoolean()).isTrue();
        assertThat(result.at("/content/0/text").asText()).contains("rlm.context.roots");
    }

    @Test
    void aTaskOutlivesTheServer() throws Exception {
        String id = ask("count-errors", "")
                .withTasks()
                .send()
                .result()
                .path("taskId")
                .asText();
        JsonNode before = ended(id);
        server.restart();
        assertThat(ended(id)).isEqualTo(before);
    }
}
