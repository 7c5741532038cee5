package dev.rlm.mcp;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.rlm.access.ApiKey;
import dev.rlm.model.script.ScriptedEndpoint;
import dev.rlm.packaged.HttpDoor;
import dev.rlm.packaged.PackagedRlm;
import dev.rlm.packaged.Stories;
import io.vertx.core.json.JsonObject;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Callers with API keys, and others without, at one server that listens on all interfaces. */
final class CallersIT {

    private static final Random RANDOM = new Random(20);
    private static final String ANN = ApiKey.random(RANDOM);
    private static final String BOB = ApiKey.random(RANDOM);
    private static final String LOADER = ApiKey.random(RANDOM);
    private static final String NOTHING = ApiKey.random(RANDOM);
    private static final String HASTY = ApiKey.random(RANDOM);
    private static final String EVE = ApiKey.random(RANDOM);
    private static final String UNKNOWN = ApiKey.random(RANDOM);

    private static ScriptedEndpoint models;
    private static PackagedRlm.Server server;
    private static HttpDoor door;

    private McpConversation ann;
    private McpConversation bob;
    private McpConversation eve;

    @BeforeAll
    static void start() throws Exception {
        models = Stories.start();
        Map<String, String> environment = new HashMap<>(Stories.environment(models));
        environment.put("RLM_TASK_STORE", "temporary");
        environment.put("RLM_AUTH_KEYS_ANN_HASH", hash(ANN));
        environment.put("RLM_AUTH_KEYS_ANN_SCOPES", "rlm:ask,rlm:load,rlm:admin");
        environment.put("RLM_AUTH_KEYS_BOB_HASH", hash(UNKNOWN + "x") + "," + hash(BOB));
        environment.put("RLM_AUTH_KEYS_LOADER_HASH", hash(LOADER));
        environment.put("RLM_AUTH_KEYS_LOADER_SCOPES", "rlm:load");
        environment.put("RLM_AUTH_KEYS_NOTHING_HASH", hash(NOTHING));
        environment.put("RLM_AUTH_KEYS_NOTHING_SCOPES", "rlm:admin");
        environment.put("RLM_AUTH_KEYS_HASTY_HASH", hash(HASTY));
        environment.put("RLM_AUTH_KEYS_EVE_HASH", hash(EVE));
        environment.put("RLM_CONTEXT_TASK_AFTER", "0s");
        environment.put("RLM_AUTH_RATE_REQUESTS", "300");
        environment.put("RLM_AUTH_RATE_FAILURES", "40");
        server = new PackagedRlm.Server(environment, "--host", "0.0.0.0");
        door = new HttpDoor(base());
    }

    private static String hash(String key) {
        return ApiKey.Hash.of(key).toString();
    }

    private static String base() {
        return server.base().replace("0.0.0.0", "127.0.0.1");
    }

    @AfterAll
    static void stop() {
        door.close();
        server.close();
        models.close();
        assertThat(server.log())
                .contains("Many wrong credentials come from 127.0.0.1.")
                .doesNotContain(ANN, BOB, EVE, LOADER, NOTHING, HASTY, UNKNOWN, "Exception", "\tat ");
    }

    @BeforeEach
    void connect() {
        ann = new McpConversation(base(), ANN);
        bob = new McpConversation(base(), BOB);
        eve = new McpConversation(base(), EVE);
    }

    @AfterEach
    void disconnect() {
        ann.close();
        bob.close();
        eve.close();
    }

    @Test
    void noToolDoesAnythingWithWhatBelongsToAnother() {
        String context = ann.load("ok\nERROR one\n");
        JsonObject task = ann.answer("count-errors", context, Map.of());
        assertThat(task.getString("state")).isEqualTo("answered");
        String id = task.getString("task_id");
        String missingContext = "ctx_" + "a".repeat(26);
        String missingTask = "task_" + "a".repeat(26);

        for (String tool : List.of("rlm_read", "rlm_search")) {
            Map<String, Object> arguments = tool.equals("rlm_search") ? Map.of("pattern", "ERROR") : Map.of();
            sameWords(tool, "context_id", context, missingContext, arguments);
        }
        sameWords("rlm_search", "context_id", context, missingContext, Map.of("query", "error"));
        assertThat(eve.call("rlm_delete_context", Map.of("context_id", context)).getBoolean("deleted"))
                .isFalse();
        for (String tool : List.of("rlm_status", "rlm_cancel")) {
            sameWords(tool, "task_id", id, missingTask, Map.of());
        }
        sameWords("rlm_status", "task_id", id, missingTask, Map.of("wait_seconds", 1));
        sameWords("rlm_status", "task_id", id, missingTask, Map.of("version", 0, "wait_seconds", 1));
        sameWords("rlm_ask", "session", id, missingTask, Map.of("question", "And?"));
        String ofAnn = eve.refusal("rlm_ask", Map.of("question", "Which?", "context_ids", List.of(context)));
        String ofNobody = eve.refusal("rlm_ask", Map.of("question", "Which?", "context_ids", List.of(missingContext)));
        assertThat(ofAnn.replace(context, "ID")).isEqualTo(ofNobody.replace(missingContext, "ID"));

        assertThat(eve.call("rlm_list_contexts", Map.of()).getInteger("total")).isZero();
        assertThat(eve.call("rlm_list_tasks", Map.of()).getJsonArray("tasks")).isEmpty();
        JsonObject seenByEve = eve.call("rlm_status", Map.of()).getJsonObject("server");
        assertThat(seenByEve.getInteger("contexts")).isZero();
        assertThat(seenByEve.getInteger("tasks_ended")).isZero();
        assertThat(seenByEve.getJsonArray("recent_tasks")).isEmpty();

        assertThat(ann.call("rlm_list_contexts", Map.of()).getInteger("total")).isPositive();
        assertThat(ann.call("rlm_list_tasks", Map.of()).getJsonArray("tasks")).isNotEmpty();
        assertThat(ann.call("rlm_read", Map.of("context_id", context)).getString("text"))
                .isEqualTo("ok\nERROR one\n");
        assertThat(ann.call("rlm_status", Map.of("task_id", id))
                        .getJsonObject("task")
                        .getString("state"))
                .isEqualTo("answered");
    }

    @Test
    void noResourceListOrTaskHandleShowsWhatBelongsToAnotherInAnyVersion() throws Exception {
        String context = ann.load("ok\nERROR of ann\n");
        String task = ann.answer("count-errors", context, Map.of()).getString("task_id");
        String missingContext = "ctx_" + "a".repeat(26);
        String missingTask = "task_" + "a".repeat(26);
        for (String version : List.of("2025-11-25", "2026-07-28")) {
            for (String rest : List.of("", "/documents/text")) {
                String uri = "rlm://contexts/" + context + rest;
                assertThat(rpc(ANN, version, "resources/read", uri, "{\"uri\":\"" + uri + "\"}"))
                        .contains("\"contents\"");
                sameError(version, "resources/read", "uri", "rlm://contexts/" + "ID" + rest, context, missingContext);
            }
            for (String rest : List.of("", "/trajectory")) {
                sameError(version, "resources/read", "uri", "rlm://tasks/" + "ID" + rest, task, missingTask);
            }
            assertThat(rpc(ANN, version, "resources/list", null, "{}")).contains(context, task);
            assertThat(rpc(EVE, version, "resources/list", null, "{}"))
                    .contains("\"resources\":[]")
                    .doesNotContain(context, task);
        }
        Path file = Files.writeString(server.root().resolve("of-ann.log"), "ERROR of ann\n".repeat(500_000));
        JsonNode load = new ObjectMapper()
                .readTree(rpc(
                        ANN,
                        "2026-07-28",
                        "tools/call",
                        "rlm_load_context",
                        "{\"name\":\"rlm_load_context\",\"arguments\":{\"paths\":[\"" + file + "\"]}}"));
        String loadTask = load.at("/result/taskId").asText();
        assertThat(loadTask).as(load.toString()).startsWith("load_");
        for (String method : List.of("tasks/get", "tasks/update", "tasks/cancel")) {
            sameError("2026-07-28", method, "taskId", "ID", task, missingTask);
            sameError("2026-07-28", method, "taskId", "ID", loadTask, "load_" + "0".repeat(32));
        }
        assertThat(rpc(ANN, "2026-07-28", "tasks/get", task, "{\"taskId\":\"" + task + "\"}"))
                .contains("\"completed\"");
    }

    @Test
    void anUploadBelongsToItsSenderAndNeedsTheScopeToLoad() throws Exception {
        HttpResponse<String> begun = door.send(
                "PUT",
                "/contexts/of-ann.txt",
                "01234",
                "Authorization",
                "Bearer " + ANN,
                "Content-Range",
                "bytes 0-4/9");
        assertThat(begun.statusCode()).as(begun.body()).isEqualTo(202);
        assertThat(door.send("HEAD", "/contexts/of-ann.txt", "", HttpDoor.bearer(ANN))
                        .statusCode())
                .isEqualTo(204);
        assertThat(door.send("HEAD", "/contexts/of-ann.txt", "", HttpDoor.bearer(EVE))
                        .statusCode())
                .isEqualTo(404);
        HttpResponse<String> ended = door.send(
                "PUT",
                "/contexts/of-ann.txt",
                "5678",
                "Authorization",
                "Bearer " + ANN,
                "Content-Range",
                "bytes 5-8/9");
        assertThat(ended.statusCode()).as(ended.body()).isEqualTo(201);
        String context = new JsonObject(ended.body()).getString("context_id");
        assertThat(ann.call("rlm_read", Map.of("context_id", context)).getString("text"))
                .isEqualTo("012345678");
        eve.refusal("rlm_read", Map.of("context_id", context));

        assertThat(door.send("PUT", "/contexts/a", "x").statusCode()).isEqualTo(401);
        HttpResponse<String> refused = door.send("PUT", "/contexts/a", "x", HttpDoor.bearer(NOTHING));
        assertThat(refused.statusCode()).isEqualTo(403);
        assertThat(refused.headers().firstValue("WWW-Authenticate").orElse("")).contains("scope=\"rlm:load\"");
    }

    /** A request by itself, without a session. */
    private static String rpc(String key, String version, String method, String name, String params) throws Exception {
        boolean stateless = version.equals("2026-07-28");
        String meta = "\"_meta\":{\"io.modelcontextprotocol/protocolVersion\":\"2026-07-28\","
                + "\"io.modelcontextprotocol/clientInfo\":{\"name\":\"test\",\"version\":\"1\"},"
                + "\"io.modelcontextprotocol/clientCapabilities\":{\"extensions\":{\"io.modelcontextprotocol/tasks\":{}}}}";
        String all = !stateless
                ? params
                : params.equals("{}") ? "{" + meta + "}" : params.substring(0, params.length() - 1) + "," + meta + "}";
        List<String> headers =
                new ArrayList<>(List.of("Authorization", "Bearer " + key, "MCP-Protocol-Version", version));
        if (stateless) {
            headers.addAll(List.of("Mcp-Method", method));
            if (name != null) {
                headers.addAll(List.of("Mcp-Name", name));
            }
        }
        return door.post(
                        "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"" + method + "\",\"params\":" + all + "}",
                        headers.toArray(String[]::new))
                .body();
    }

    /** What is another's is an error in the words for what never was. */
    private static void sameError(
            String version, String method, String parameter, String form, String anothers, String missing)
            throws Exception {
        List<String> answers = new ArrayList<>();
        for (String id : List.of(anothers, missing)) {
            String value = form.replace("ID", id);
            String answer = rpc(EVE, version, method, value, "{\"" + parameter + "\":\"" + value + "\"}");
            assertThat(answer)
                    .as("%s %s", version, method)
                    .contains("\"error\"")
                    .doesNotContain("ERROR of ann");
            answers.add(answer.replace(id, "ID"));
        }
        assertThat(answers.getFirst()).isEqualTo(answers.getLast());
    }

    /** What is another's is told of in the words for what never was. */
    private void sameWords(String tool, String name, String anothers, String missing, Map<String, Object> more) {
        Map<String, Object> arguments = new HashMap<>(more);
        arguments.put(name, anothers);
        String ofAnother = eve.refusal(tool, arguments);
        arguments.put(name, missing);
        assertThat(ofAnother.replace(anothers, "ID"))
                .isEqualTo(eve.refusal(tool, arguments).replace(missing, "ID"));
    }

    @Test
    void theSameKeyOfTwoCallersIsTwoLoadsAndTwoQuestions() {
        List<String> contexts = new ArrayList<>();
        List<String> tasks = new ArrayList<>();
        for (McpConversation caller : List.of(ann, bob, ann, bob)) {
            String context = caller.call("rlm_load_context", Map.of("text", "ok\nERROR one\n", "key", "again"))
                    .getJsonObject("context")
                    .getString("context_id");
            contexts.add(context);
            tasks.add(
                    caller.ask("count-errors", context, Map.of("key", "again")).getString("task_id"));
        }
        assertThat(contexts.get(2)).isEqualTo(contexts.get(0)).isNotEqualTo(contexts.get(1));
        assertThat(contexts.get(3)).isEqualTo(contexts.get(1));
        assertThat(tasks.get(2)).isEqualTo(tasks.get(0)).isNotEqualTo(tasks.get(1));
        assertThat(tasks.get(3)).isEqualTo(tasks.get(1));
        bob.call("rlm_cancel", Map.of("task_id", tasks.get(1)));
        ann.call("rlm_cancel", Map.of("task_id", tasks.get(0)));
    }

    @Test
    void whoMaySeeTheWholeServerIsToldHowManyTasksThereAreOfAll() {
        String context = bob.load("ok\nERROR one\n");
        String task = bob.ask("count-errors", context, Map.of()).getString("task_id");
        bob.call("rlm_cancel", Map.of("task_id", task));
        long own = ann.call("rlm_list_tasks", Map.of("limit", 100))
                .getJsonArray("tasks")
                .size();
        assertThat(tasksSeenBy(ann)).isGreaterThan(own);
        assertThat(tasksSeenBy(bob))
                .isEqualTo(bob.call("rlm_list_tasks", Map.of("limit", 100))
                        .getJsonArray("tasks")
                        .size());
    }

    private static long tasksSeenBy(McpConversation caller) {
        JsonObject seen = caller.call("rlm_status", Map.of()).getJsonObject("server");
        return seen.getLong("tasks_queued") + seen.getLong("tasks_running") + seen.getLong("tasks_ended");
    }

    @Test
    void withoutACredentialOnlyHealthIsOpen() throws Exception {
        assertThat(door.get("/q/health").statusCode()).isEqualTo(200);
        assertThat(door.get("/q/health/live").statusCode()).isEqualTo(200);
        assertThat(door.get("/q/health", "Authorization", "Bearer nonsense").statusCode())
                .isEqualTo(200);

        HttpResponse<String> refused = door.initialize();
        assertThat(refused.statusCode()).isEqualTo(401);
        assertThat(refused.headers().firstValue("WWW-Authenticate"))
                .contains("Bearer realm=\"rlm\", scope=\"rlm:ask rlm:load\"");
        assertThat(refused.body())
                .isEqualTo("This server needs to know who calls: send an API key or a token as"
                        + " 'Authorization: Bearer ...'.");
        for (String path : List.of(
                "/mcp",
                "/mcp/",
                "/mcp/sse",
                "/",
                "/q",
                "/q/healthy",
                "/q/../mcp",
                "//mcp",
                "/contexts/a",
                "/.well-known/oauth-protected-resources",
                "/.well-known/oauth-protected-resource/../../mcp",
                "/.well-known/oauth-protected-resource/%2e%2e/%2e%2e/mcp")) {
            assertThat(door.get(path).statusCode()).as(path).isEqualTo(401);
        }
        for (String path :
                List.of("/.well-known/oauth-protected-resource", "/.well-known/oauth-protected-resource/other")) {
            assertThat(door.get(path).statusCode())
                    .as("there are no tokens to tell of")
                    .isEqualTo(404);
        }
    }

    @Test
    void whatIsNoKeyGetsNothing() throws Exception {
        for (String[] headers : List.of(
                HttpDoor.bearer(UNKNOWN),
                HttpDoor.bearer(ANN + "x"),
                HttpDoor.bearer(ANN.substring(0, ANN.length() - 1)),
                HttpDoor.bearer(hash(ANN)),
                HttpDoor.bearer(""),
                HttpDoor.bearer("a.b.c"),
                HttpDoor.bearer("ü"),
                new String[] {"Authorization", "Basic " + ANN},
                new String[] {"Authorization", ANN},
                new String[] {"Authorization", "Bearer " + ANN, "Authorization", "Bearer " + BOB},
                new String[] {"X-Api-Key", ANN})) {
            HttpResponse<String> refused = door.initialize(headers);
            assertThat(refused.statusCode()).as(List.of(headers).toString()).isEqualTo(401);
            assertThat(refused.body()).doesNotContain(ANN, BOB, UNKNOWN).hasSizeBetween(20, 200);
            assertThat(refused.headers().firstValue("WWW-Authenticate").orElseThrow())
                    .startsWith("Bearer realm=\"rlm\"");
        }
        assertThat(door.initialize("authorization", "bearer " + ANN).statusCode())
                .isEqualTo(200);

        int status = 401;
        for (int i = 0; i < 100 && status == 401; i++) {
            status = door.initialize(HttpDoor.bearer(UNKNOWN)).statusCode();
        }
        HttpResponse<String> refused = door.initialize(HttpDoor.bearer(UNKNOWN));
        assertThat(refused.statusCode()).isEqualTo(429);
        assertThat(refused.headers().firstValueAsLong("Retry-After").orElseThrow())
                .isBetween(1L, 2L);
        assertThat(refused.body()).startsWith("Too many credentials from this address were wrong: try again in");
        assertThat(door.initialize(HttpDoor.bearer(BOB)).statusCode())
                .as("a right one from the same address gets in")
                .isEqualTo(200);
    }

    @Test
    void aBodyIsNotReadBeforeItsSenderIsKnown() throws Exception {
        try (Socket socket =
                new Socket(InetAddress.getLoopbackAddress(), URI.create(base()).getPort())) {
            OutputStream out = socket.getOutputStream();
            out.write(("POST /mcp HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
                            + "Content-Length: 100000000\r\n\r\n{")
                    .getBytes(StandardCharsets.US_ASCII));
            out.flush();
            socket.setSoTimeout(60_000);
            InputStream in = socket.getInputStream();
            byte[] start = in.readNBytes(12);
            assertThat(new String(start, StandardCharsets.US_ASCII)).isEqualTo("HTTP/1.1 401");
        }
    }

    @Test
    void aSessionIsItsOwnersAlone() throws Exception {
        HttpResponse<String> begun = door.initialize(HttpDoor.bearer(ANN));
        Optional<String> session = begun.headers().firstValue("Mcp-Session-Id");
        assertThat(session).isPresent();
        String ping = "{\"jsonrpc\":\"2.0\",\"id\":2,\"method\":\"ping\"}";
        assertThat(door.post(ping, "Authorization", "Bearer " + BOB, "Mcp-Session-Id", session.get())
                        .statusCode())
                .isEqualTo(404);
        assertThat(door.get("/mcp", "Authorization", "Bearer " + BOB, "Mcp-Session-Id", session.get())
                        .statusCode())
                .isEqualTo(404);
        assertThat(door.post(ping, "Authorization", "Bearer " + ANN, "Mcp-Session-Id", session.get())
                        .statusCode())
                .isEqualTo(200);
    }

    @Test
    void aMissingScopeIsNamed() throws Exception {
        String ask =
                "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\",\"params\":{\"name\":\"rlm_ask\",\"arguments\":{}}}";
        for (String body : List.of(ask, "[" + ask + "]")) {
            HttpResponse<String> refused = door.post(body, HttpDoor.bearer(LOADER));
            assertThat(refused.statusCode()).isEqualTo(403);
            assertThat(refused.headers().firstValue("WWW-Authenticate"))
                    .contains("Bearer realm=\"rlm\", error=\"insufficient_scope\", scope=\"rlm:ask\"");
            assertThat(refused.body()).startsWith("Your credential does not have what this needs (rlm:ask)");
        }
        try (McpConversation loader = new McpConversation(base(), LOADER)) {
            String context = loader.load("x".repeat(1_000_000));
            assertThat(loader.call("rlm_delete_context", Map.of("context_id", context))
                            .getBoolean("deleted"))
                    .isTrue();
        }
        String load = ask.replace("rlm_ask", "rlm_load_context");
        assertThat(door.post(load, HttpDoor.bearer(NOTHING)).headers().firstValue("WWW-Authenticate"))
                .contains("Bearer realm=\"rlm\", error=\"insufficient_scope\", scope=\"rlm:load\"");
    }

    @Test
    void whoSendsTooManyRequestsIsToldToWait() throws Exception {
        HttpResponse<String> response = door.get("/nothing", HttpDoor.bearer(HASTY));
        for (int i = 0; i < 1_000 && response.statusCode() == 404; i++) {
            response = door.get("/nothing", HttpDoor.bearer(HASTY));
        }
        assertThat(response.statusCode()).isEqualTo(429);
        assertThat(response.headers().firstValueAsLong("Retry-After").orElseThrow())
                .isEqualTo(1);
        assertThat(response.body()).isEqualTo("You have sent too many requests: try again in 1 s.");
        assertThat(door.initialize(HttpDoor.bearer(BOB)).statusCode()).isEqualTo(200);
    }
}
