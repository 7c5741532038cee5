package dev.rlm.packaged;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rlm.model.script.Rule;
import dev.rlm.model.script.ScriptedEndpoint;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What Amazon Bedrock AgentCore Runtime wants of an MCP server: two of them, started as it starts them, share nothing but their
 * store. Every request comes with headers of the platform, and in a session that the server does not know. That the port is 8000
 * is tested by {@code ServeCommandTest}.
 */
final class AgentCoreIT {

    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final String SESSION = "Mcp-Session-Id";
    private static final String PLATFORM_SESSION = "X-Amzn-Bedrock-AgentCore-Runtime-Session-Id";
    private static final String CALLER = "X-Amzn-Bedrock-AgentCore-Runtime-Custom-Caller";
    private static final String SILENT_MODEL = "silent";

    /** So many calls in a row may wait for a task on a machine that is busy with other things. */
    private static final int MOST_WAITS = 6;

    /** The longest payload of the platform, which it gives in MB. */
    private static final int PAYLOAD = 100 << 20;

    @TempDir
    private static Path home;

    private static ScriptedEndpoint models;
    private static PackagedRlm.Server one;
    private static PackagedRlm.Server two;
    private static HttpDoor first;
    private static HttpDoor second;

    @BeforeAll
    static void start() throws Exception {
        models = ScriptedEndpoint.start(
                Stories.script().and(SILENT_MODEL, Rule.reply("5432").after(Duration.ofMinutes(30))));
        one = new PackagedRlm.Server(environment(), "--host", "0.0.0.0");
        two = new PackagedRlm.Server(environment(), "--host", "0.0.0.0");
        first = door(one);
        second = door(two);
    }

    private static Map<String, String> environment() {
        Map<String, String> environment = new HashMap<>(Stories.environment(models));
        environment.put("XDG_DATA_HOME", home.toString());
        environment.put("RLM_AUTH_IN_FRONT", "true");
        environment.put("RLM_AUTH_CALLER_HEADER", CALLER);
        environment.put("RLM_SANDBOX_WARM_WORKERS", "0");
        // What a JVM takes by itself on the 8 GB that the platform gives.
        environment.put("JAVA_TOOL_OPTIONS", "-Xmx2g");
        return environment;
    }

    private static HttpDoor door(PackagedRlm.Server server) {
        assertThat(server.address()).startsWith("http://0.0.0.0:").endsWith("/mcp");
        return new HttpDoor(server.base().replace("0.0.0.0", "127.0.0.1"));
    }

    @AfterAll
    static void stop() {
        first.close();
        second.close();
        one.close();
        two.close();
        models.close();
        assertThat(one.log() + two.log()).doesNotContain(Stories.SECRET, "Exception", "\tat ", "OutOfMemory");
    }

    /** The headers of a request in a session that is made up anew. */
    private static String[] headers(String caller, String... more) {
        return Stream.concat(
                        Stream.of(
                                SESSION,
                                UUID.randomUUID().toString(),
                                PLATFORM_SESSION,
                                UUID.randomUUID().toString(),
                                "X-Amzn-Trace-Id",
                                "Root=1-5759e988-bd862e3fe1be46a994272793",
                                CALLER,
                                caller),
                        Stream.of(more))
                .toArray(String[]::new);
    }

    private static String message(String method, JsonNode params) {
        ObjectNode message =
                MAPPER.createObjectNode().put("jsonrpc", "2.0").put("id", 1).put("method", method);
        message.set("params", params);
        return message.toString();
    }

    private static ObjectNode toolCall(String tool, Map<String, Object> arguments) {
        ObjectNode params = MAPPER.createObjectNode().put("name", tool);
        params.set("arguments", MAPPER.valueToTree(arguments));
        return params;
    }

    /** Calls a tool in a new session; an error of any kind fails the test. */
    private static JsonNode call(HttpDoor door, String tool, Map<String, Object> arguments) throws Exception {
        HttpResponse<String> response = door.post(message("tools/call", toolCall(tool, arguments)), headers("ann"));
        return content(response);
    }

    private static JsonNode content(HttpResponse<String> response) throws Exception {
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        JsonNode result = result(response);
        assertThat(result.path("isError").asBoolean()).as(result.toString()).isFalse();
        return result.path("structuredContent");
    }

    private static JsonNode result(HttpResponse<String> response) throws Exception {
        String body = response.body();
        String message = body.startsWith("{")
                ? body
                : body.lines()
                        .filter(line -> line.startsWith("data:") && line.contains("\"result\""))
                        .findFirst()
                        .orElseThrow(() -> new AssertionError(body))
                        .substring("data:".length());
        return MAPPER.readTree(message).path("result");
    }

    private static String load(HttpDoor door, String text) throws Exception {
        return call(door, "rlm_load_context", Map.of("text", text))
                .at("/context/context_id")
                .asText();
    }

    @Test
    void sessionsOfThePlatformAreTakenAndLeftAsTheyAre() throws Exception {
        String[] headers = headers("ann");
        HttpResponse<String> met = first.initialize(headers);
        assertThat(met.statusCode()).isEqualTo(200);
        assertThat(result(met).at("/serverInfo/name").asText()).isEqualTo("rlm");
        // The platform answers its client with the session that it made up; one of ours would take its place.
        assertThat(met.headers().firstValue(SESSION)).isEmpty();
        assertThat(first.post("{\"jsonrpc\":\"2.0\",\"method\":\"notifications/initialized\"}", headers)
                        .statusCode())
                .isEqualTo(202);
        HttpResponse<String> listed = first.post(message("tools/list", MAPPER.createObjectNode()), headers);
        assertThat(result(listed).path("tools")).hasSize(9);
        assertThat(listed.headers().firstValue(SESSION)).isEmpty();
        assertThat(first.get("/mcp", headers).statusCode()).isEqualTo(405);
        assertThat(first.send("DELETE", "/mcp", "", headers).statusCode()).isEqualTo(405);
    }

    @Test
    void noRequestNeedsTheServerOrTheSessionOfTheOneBefore() throws Exception {
        String context = load(first, "fine\nERROR one\nfine\nERROR two\n");
        JsonNode task = call(
                        second,
                        "rlm_ask",
                        Map.of("context_ids", List.of(context), "question", "How many errors?", "wait_seconds", 0))
                .path("task");
        String id = task.path("task_id").asText();
        HttpDoor next = first;
        for (int i = 0; i < MOST_WAITS && goesOn(task); i++) {
            task = call(next, "rlm_status", Map.of("task_id", id, "wait_seconds", 45))
                    .path("task");
            next = next == first ? second : first;
        }
        assertThat(task.path("state").asText()).as(task.toString()).isEqualTo("answered");
        assertThat(task.at("/value/errors").asInt()).isEqualTo(2);
        for (HttpDoor door : List.of(first, second)) {
            assertThat(call(door, "rlm_status", Map.of("task_id", id)).path("task"))
                    .isEqualTo(task);
            assertThat(statusOfNewest(door, id)).isEqualTo(task);
            HttpResponse<String> other =
                    door.post(message("tools/call", toolCall("rlm_status", Map.of("task_id", id))), headers("bob"));
            assertThat(result(other).at("/content/0/text").asText()).startsWith("There is no task with the id");
        }
    }

    private static boolean goesOn(JsonNode task) {
        return List.of("queued", "running").contains(task.path("state").asText());
    }

    /** The same by the version that has no sessions, with headers of one all the same. */
    private static JsonNode statusOfNewest(HttpDoor door, String task) throws Exception {
        ObjectNode params = toolCall("rlm_status", Map.of("task_id", task));
        params.putObject("_meta")
                .put("io.modelcontextprotocol/protocolVersion", "2026-07-28")
                .putObject("io.modelcontextprotocol/clientCapabilities");
        HttpResponse<String> response = door.post(
                message("tools/call", params),
                headers(
                        "ann",
                        "MCP-Protocol-Version",
                        "2026-07-28",
                        "Mcp-Method",
                        "tools/call",
                        "Mcp-Name",
                        "rlm_status"));
        return content(response).path("task");
    }

    @Test
    void aPayloadMayHaveAHundredMegabytes() throws Exception {
        String message = message("tools/call", toolCall("rlm_load_context", Map.of("text", "TEXT")));
        byte[] start = message.substring(0, message.indexOf("TEXT")).getBytes(StandardCharsets.US_ASCII);
        byte[] end = message.substring(message.indexOf("TEXT") + 4).getBytes(StandardCharsets.US_ASCII);
        byte[] lines = ("x".repeat(62) + "\\n").repeat(1024).getBytes(StandardCharsets.US_ASCII);
        int text = PAYLOAD - start.length - end.length;
        List<byte[]> parts = new ArrayList<>();
        parts.add(start);
        parts.addAll(Collections.nCopies(text / lines.length, lines));
        parts.add("y".repeat(text % lines.length).getBytes(StandardCharsets.US_ASCII));
        parts.add(end);
        BodyPublisher payload = BodyPublishers.fromPublisher(BodyPublishers.ofByteArrays(parts), PAYLOAD);

        JsonNode context = content(first.post(payload, headers("ann"))).path("context");
        long characters = text / lines.length * 63L * 1024 + text % lines.length;
        assertThat(context.path("characters").asLong()).isEqualTo(characters);
        JsonNode read = call(
                second,
                "rlm_read",
                Map.of("context_id", context.path("context_id").asText(), "offset", characters - 10));
        assertThat(read.path("text").asText()).isEqualTo("yyyyyyyyyy");
    }

    @Test
    void aPingTellsWhetherTheServerWorks() throws Exception {
        String context = load(first, "The port is 5432.\n");
        awaitIdle();
        String task = call(
                        first,
                        "rlm_ask",
                        Map.of(
                                "context_ids",
                                List.of(context),
                                "question",
                                "What is the port?",
                                "route",
                                "direct",
                                "root_model",
                                "openai:" + SILENT_MODEL,
                                "wait_seconds",
                                0))
                .at("/task/task_id")
                .asText();
        await().atMost(Duration.ofMinutes(1)).until(() -> models.calls(SILENT_MODEL) == 1);
        List<JsonNode> busy = pings();
        assertThat(busy)
                .extracting(ping -> ping.path("status").asText())
                .containsExactlyInAnyOrder("Healthy", "HealthyBusy");
        assertThat(pings()).as("the time is that of the change").isEqualTo(busy);
        call(second, "rlm_cancel", Map.of("task_id", task));
        List<JsonNode> after = awaitIdle();
        for (int i = 0; i < after.size(); i++) {
            assertThat(after.get(i).path("time_of_last_update").asLong())
                    .isGreaterThanOrEqualTo(
                            busy.get(i).path("time_of_last_update").asLong());
        }
    }

    /** The answers of both servers when neither works any more. */
    private static List<JsonNode> awaitIdle() {
        return await().atMost(Duration.ofMinutes(1))
                .until(
                        AgentCoreIT::pings,
                        pings -> pings.stream()
                                .allMatch(ping -> ping.path("status").asText().equals("Healthy")));
    }

    /** Both servers', who are asked without any header. */
    private static List<JsonNode> pings() throws Exception {
        List<JsonNode> pings = new ArrayList<>();
        for (HttpDoor door : List.of(first, second)) {
            HttpResponse<String> ping = door.get("/ping");
            assertThat(ping.statusCode()).isEqualTo(200);
            assertThat(ping.headers().firstValue("Content-Type")).contains("application/json");
            assertThat(ping.body()).matches("\\{\"status\":\"Healthy(Busy)?\",\"time_of_last_update\":\\d{10}}");
            pings.add(MAPPER.readTree(ping.body()));
        }
        return pings;
    }
}
