package dev.rlm.mcp.stateless;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.rlm.model.script.ScriptedEndpoint;
import dev.rlm.packaged.PackagedRlm;
import dev.rlm.packaged.Stories;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A load from a store that stalls, of which one server begins a task and another one makes the end. */
@Timeout(300)
final class LoadTaskIT {

    private static final Duration LIMIT = Duration.ofMinutes(2);
    private static final byte[] OBJECT = "ok\nERROR one\n".getBytes(StandardCharsets.UTF_8);

    @TempDir
    private static Path home;

    private final CountDownLatch flowing = new CountDownLatch(1);

    /** Answers as S3 does, but sends half of an object only until it is let go on. */
    private void serve(HttpExchange request) throws IOException {
        request.getResponseHeaders().add("ETag", "\"0123456789abcdef\"");
        request.getResponseHeaders().add("Last-Modified", "Sun, 01 Mar 2026 12:00:00 GMT");
        request.sendResponseHeaders(200, OBJECT.length);
        try (OutputStream body = request.getResponseBody()) {
            body.write(OBJECT, 0, OBJECT.length / 2);
            body.flush();
            flowing.await();
            body.write(OBJECT, OBJECT.length / 2, OBJECT.length - OBJECT.length / 2);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static Map<String, String> environment(ScriptedEndpoint models, HttpServer store) {
        Map<String, String> environment = new HashMap<>(Stories.environment(models));
        environment.put("XDG_DATA_HOME", home.toString());
        environment.put("RLM_SANDBOX_WARM_WORKERS", "0");
        environment.put("RLM_CONTEXT_TASK_AFTER", "0s");
        environment.put("RLM_CONTEXT_URLS", "s3://logs/");
        environment.put("RLM_CONTEXT_URL_S3_REGION", "us-east-1");
        environment.put(
                "RLM_CONTEXT_URL_S3_ENDPOINT",
                "http://127.0.0.1:" + store.getAddress().getPort());
        environment.put("RLM_CONTEXT_URL_S3_PATH_STYLE", "true");
        environment.put("AWS_ACCESS_KEY_ID", "key");
        environment.put("AWS_SECRET_ACCESS_KEY", "secret");
        return environment;
    }

    private static String ping(PackagedRlm.Server server) throws Exception {
        try (HttpClient http = HttpClient.newHttpClient()) {
            return http.send(
                            HttpRequest.newBuilder(URI.create(server.base() + "/ping"))
                                    .build(),
                            BodyHandlers.ofString())
                    .body();
        }
    }

    private static JsonNode task(StatelessClient client, String id) {
        return client.request("tasks/get", "{\"taskId\": \"" + id + "\"}")
                .withTasks()
                .send()
                .result();
    }

    @Test
    void aLoadThatOneServerLeavesIsDoneByAnotherOnce() throws Exception {
        HttpServer store = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        store.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        store.createContext("/", this::serve);
        store.start();
        try (ScriptedEndpoint models = Stories.start();
                PackagedRlm.Server two = new PackagedRlm.Server(environment(models, store));
                StatelessClient second = new StatelessClient(two.address())) {
            String id;
            try (PackagedRlm.Server one = new PackagedRlm.Server(environment(models, store));
                    StatelessClient first = new StatelessClient(one.address())) {
                JsonNode begun = first.tool("rlm_load_context", "{\"urls\": [\"s3://logs/app.log\"]}")
                        .withTasks()
                        .send()
                        .result();
                assertThat(begun.path("resultType").asText()).isEqualTo("task");
                id = begun.path("taskId").asText();
                await().atMost(LIMIT).until(() -> ping(one).contains("HealthyBusy"));
                assertThat(task(second, id).path("status").asText()).isEqualTo("working");
                assertThat(ping(two)).contains("\"Healthy\"");
            }
            flowing.countDown();
            JsonNode ended = await().atMost(LIMIT)
                    .pollInterval(Duration.ofMillis(200))
                    .until(
                            () -> task(second, id),
                            task -> !task.path("status").asText().equals("working"));
            assertThat(ended.path("status").asText()).isEqualTo("completed");
            assertThat(ended.at("/result/structuredContent/context/characters").asInt())
                    .as(ended.toString())
                    .isEqualTo(OBJECT.length);
            JsonNode contexts =
                    second.tool("rlm_list_contexts", "{}").send().result().path("structuredContent");
            assertThat(contexts.path("total").asInt()).isOne();
            assertThat(two.log()).doesNotContain("Exception", "\tat ");
        } finally {
            flowing.countDown();
            store.stop(0);
        }
    }
}
