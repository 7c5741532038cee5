package dev.rlm.web;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.rlm.access.ApiKey;
import dev.rlm.mcp.McpConversation;
import dev.rlm.model.script.ScriptedEndpoint;
import dev.rlm.packaged.HttpDoor;
import dev.rlm.packaged.PackagedRlm;
import dev.rlm.packaged.Stories;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What the viewer's addresses give to whom. */
final class ViewerIT {

    private static final Random RANDOM = new Random(21);
    private static final String ANN = ApiKey.random(RANDOM);
    private static final String EVE = ApiKey.random(RANDOM);
    private static final String HASTY = ApiKey.random(RANDOM);
    private static final String TASKS = "/viewer/api/tasks";
    private static final String NOT_THERE =
            "{\"error\":\"There is no task with this id." + " Ended tasks are deleted after a while.\"}";

    private static ScriptedEndpoint models;
    private static PackagedRlm.Server server;
    private static HttpDoor door;

    @BeforeAll
    static void start() throws Exception {
        models = Stories.start();
        Map<String, String> environment = new HashMap<>(Stories.environment(models));
        environment.put("RLM_TASK_STORE", "temporary");
        environment.put("RLM_AUTH_RATE_REQUESTS", "300");
        environment.put("RLM_AUTH_KEYS_ANN_HASH", hash(ANN));
        environment.put("RLM_AUTH_KEYS_EVE_HASH", hash(EVE));
        environment.put("RLM_AUTH_KEYS_HASTY_HASH", hash(HASTY));
        server = new PackagedRlm.Server(environment);
        door = new HttpDoor(server.base());
    }

    private static String hash(String key) {
        return ApiKey.Hash.of(key).toString();
    }

    @AfterAll
    static void stop() {
        door.close();
        server.close();
        models.close();
        assertThat(server.log()).doesNotContain("Exception", "\tat ", ANN, EVE);
    }

    private static HttpResponse<String> get(String key, String path) throws Exception {
        return door.get(path, HttpDoor.bearer(key));
    }

    private static JsonNode json(String key, String path) throws Exception {
        HttpResponse<String> response = get(key, path);
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        return new ObjectMapper().readTree(response.body());
    }

    private static void isGuarded(HttpResponse<String> response) {
        assertThat(response.headers().firstValue("Content-Security-Policy"))
                .contains(
                        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; base-uri 'none';"
                                + " form-action 'none'; frame-ancestors 'none'");
        assertThat(response.headers().firstValue("X-Content-Type-Options")).contains("nosniff");
        assertThat(response.headers().firstValue("Referrer-Policy")).contains("no-referrer");
    }

    @Test
    void thePageIsOpenToAllAndHoldsNothingOfAnyTask() throws Exception {
        try (McpConversation ann = new McpConversation(server.base(), ANN)) {
            String task = ann.answer("count-errors", ann.load("ERROR one\n"), Map.of())
                    .getString("task_id");
            HttpResponse<String> page = door.get("/viewer/" + task);
            assertThat(page.statusCode()).isEqualTo(200);
            assertThat(page.body()).startsWith("<!DOCTYPE html>").doesNotContain(task, "ERROR one");
            assertThat(page.body())
                    .isEqualTo(door.get("/viewer/").body())
                    .isEqualTo(door.get("/viewer/no-task").body());
        }
        for (Map.Entry<String, String> file : Map.of(
                        "", "text/html; charset=utf-8",
                        "viewer.js", "text/javascript; charset=utf-8",
                        "story.js", "text/javascript; charset=utf-8",
                        "viewer.css", "text/css; charset=utf-8")
                .entrySet()) {
            HttpResponse<String> response = door.get("/viewer/" + file.getKey());
            assertThat(response.statusCode()).isEqualTo(200);
            assertThat(response.headers().firstValue("Content-Type")).contains(file.getValue());
            assertThat(response.body()).doesNotContain("innerHTML", "http://", "https://");
            isGuarded(response);
        }
        HttpResponse<String> moved = door.get("/viewer");
        assertThat(moved.statusCode()).isEqualTo(302);
        assertThat(moved.headers().firstValue("Location")).contains("viewer/");
    }

    @Test
    void aTaskIsShownToItsOwnerAndToNobodyElse() throws Exception {
        try (McpConversation ann = new McpConversation(server.base(), ANN)) {
            String task = ann.answer("count-errors", ann.load("ok\nERROR one\n"), Map.of())
                    .getString("task_id");
            String path = TASKS + "/" + task;
            HttpResponse<String> response = get(ANN, path);
            assertThat(response.headers().firstValue("Content-Type")).contains("application/json");
            assertThat(response.headers().firstValue("Cache-Control")).contains("no-store");
            isGuarded(response);
            JsonNode view = new ObjectMapper().readTree(response.body());
            assertThat(view.at("/task/state").asText()).isEqualTo("answered");
            assertThat(view.at("/task/answer").asText()).contains("ERROR one");
            assertThat(view.at("/events/0/type").asText()).isEqualTo("submitted");
            assertThat(view.get("last").asLong())
                    .isEqualTo(view.at("/task/version").asLong());
            JsonNode later = json(ANN, path + "?after=3");
            assertThat(later.at("/events/0/number").asLong()).isEqualTo(4);
            assertThat(json(ANN, path + "?after=999").get("events").size()).isZero();
            assertThat(json(ANN, TASKS).at("/tasks").findValuesAsText("task_id"))
                    .contains(task);

            assertThat(json(EVE, TASKS).at("/tasks").size()).isZero();
            for (String missing : List.of(path, TASKS + "/task_" + "a".repeat(26), TASKS + "/x", TASKS + "/%00")) {
                HttpResponse<String> refused = get(EVE, missing);
                assertThat(refused.statusCode()).as(missing).isEqualTo(404);
                assertThat(refused.body()).isEqualTo(NOT_THERE);
                isGuarded(refused);
            }
        }
    }

    @Test
    void whatIsNoNumberIsRefusedWithASentence() throws Exception {
        String task = TASKS + "/task_" + "a".repeat(26);
        for (String query : List.of(
                "after=", "after=-1", "after=x", "after=1&after=2", "answer_offset=1.5", "after=" + "9".repeat(30))) {
            HttpResponse<String> refused = get(ANN, task + "?" + query);
            assertThat(refused.statusCode()).as(query).isEqualTo(400);
            assertThat(refused.body()).contains("must be whole numbers");
        }
    }

    @Test
    void whatThePageShowsIsForCallersAlone() throws Exception {
        for (String path :
                List.of(TASKS, TASKS + "/task_" + "a".repeat(26), "/viewer/x/../api/tasks", "/viewer/api/")) {
            HttpResponse<String> refused = door.get(path);
            assertThat(refused.statusCode()).as(path).isEqualTo(401);
            assertThat(refused.body()).startsWith("This server needs to know who calls");
            isGuarded(refused);
        }
        assertThat(get(ApiKey.random(RANDOM), TASKS).statusCode()).isEqualTo(401);
        assertThat(door.get(TASKS, "Authorization", "Bearer " + ANN, "Origin", "http://evil.example")
                        .statusCode())
                .isEqualTo(403);
        int status = 200;
        for (int i = 0; i < 1_000 && status == 200; i++) {
            status = get(HASTY, TASKS).statusCode();
        }
        assertThat(status).isEqualTo(429);
    }

    @Test
    void aPageWhoseOwnNameLeadsHereGetsNothing() throws Exception {
        for (String path : List.of("/viewer/", TASKS)) {
            try (Socket socket = new Socket(
                    InetAddress.getLoopbackAddress(), URI.create(server.base()).getPort())) {
                OutputStream out = socket.getOutputStream();
                out.write(("GET " + path + " HTTP/1.1\r\nHost: evil.example\r\nAuthorization: Bearer " + ANN
                                + "\r\nConnection: close\r\n\r\n")
                        .getBytes(StandardCharsets.US_ASCII));
                out.flush();
                InputStream in = socket.getInputStream();
                assertThat(new String(in.readAllBytes(), StandardCharsets.UTF_8))
                        .startsWith("HTTP/1.1 403");
            }
        }
    }

    @Test
    void itCanBeSwitchedOff() throws Exception {
        try (PackagedRlm.Server without =
                        new PackagedRlm.Server(Map.of("RLM_TASK_STORE", "temporary", "RLM_VIEWER_ENABLED", "false"));
                HttpDoor there = new HttpDoor(without.base())) {
            for (String path : List.of("/viewer", "/viewer/", "/viewer/viewer.js", TASKS, TASKS + "/x")) {
                assertThat(there.get(path).statusCode()).as(path).isEqualTo(404);
            }
        }
    }
}
