package dev.rlm.mcp;

import static dev.rlm.mcp.ServerOfCallers.ANN;
import static dev.rlm.mcp.ServerOfCallers.BOB;
import static dev.rlm.mcp.ServerOfCallers.EVE;
import static dev.rlm.mcp.ServerOfCallers.NOTHING;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.rlm.packaged.HttpDoor;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What belongs to another caller is as if it did not exist, by whatever door one tries: tools, resources, tasks, uploads. */
final class OthersBelongingsIT {

    private static ServerOfCallers server;
    private static HttpDoor door;

    private McpConversation ann;
    private McpConversation bob;
    private McpConversation eve;

    @BeforeAll
    static void start() throws Exception {
        server = new ServerOfCallers();
        door = server.door();
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @BeforeEach
    void connect() {
        ann = new McpConversation(server.base(), ANN);
        bob = new McpConversation(server.base(), BOB);
        eve = new McpConversation(server.base(), EVE);
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
        assertThat(task.getString("state")).as(task.toString()).isEqualTo("answered");
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
                assertThat(server.rpc(ANN, version, "resources/read", uri, "{\"uri\":\"" + uri + "\"}"))
                        .contains("\"contents\"");
                sameError(version, "resources/read", "uri", "rlm://contexts/" + "ID" + rest, context, missingContext);
            }
            for (String rest : List.of("", "/trajectory")) {
                sameError(version, "resources/read", "uri", "rlm://tasks/" + "ID" + rest, task, missingTask);
            }
            assertThat(server.rpc(ANN, version, "resources/list", null, "{}")).contains(context, task);
            assertThat(server.rpc(EVE, version, "resources/list", null, "{}"))
                    .contains("\"resources\":[]")
                    .doesNotContain(context, task);
        }
        Path file = Files.writeString(server.root().resolve("of-ann.log"), "ERROR of ann\n".repeat(500_000));
        JsonNode load = new ObjectMapper()
                .readTree(server.rpc(
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
        assertThat(server.rpc(ANN, "2026-07-28", "tasks/get", task, "{\"taskId\":\"" + task + "\"}"))
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

    /** What is another's is an error in the words for what never was. */
    private static void sameError(
            String version, String method, String parameter, String form, String anothers, String missing)
            throws Exception {
        List<String> answers = new ArrayList<>();
        for (String id : List.of(anothers, missing)) {
            String value = form.replace("ID", id);
            String answer = server.rpc(EVE, version, method, value, "{\"" + parameter + "\":\"" + value + "\"}");
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
}
