package dev.rlm.mcp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.rlm.model.script.ScriptedEndpoint;
import dev.rlm.packaged.PackagedRlm;
import dev.rlm.packaged.SdkTransport;
import dev.rlm.packaged.Stories;
import io.modelcontextprotocol.client.McpClient;
import io.modelcontextprotocol.client.McpSyncClient;
import io.modelcontextprotocol.spec.McpSchema;
import io.modelcontextprotocol.spec.McpSchema.CompleteRequest;
import io.modelcontextprotocol.spec.McpSchema.CompleteRequest.CompleteArgument;
import io.modelcontextprotocol.spec.McpSchema.CompleteRequest.CompleteContext;
import io.modelcontextprotocol.spec.McpSchema.GetPromptRequest;
import io.modelcontextprotocol.spec.McpSchema.PromptReference;
import io.modelcontextprotocol.spec.McpSchema.ReadResourceRequest;
import io.modelcontextprotocol.spec.McpSchema.Resource;
import io.modelcontextprotocol.spec.McpSchema.ResourceContents;
import io.modelcontextprotocol.spec.McpSchema.ResourceReference;
import io.modelcontextprotocol.spec.McpSchema.SubscribeRequest;
import io.modelcontextprotocol.spec.McpSchema.TextContent;
import io.modelcontextprotocol.spec.McpSchema.TextResourceContents;
import io.modelcontextprotocol.spec.McpSchema.UnsubscribeRequest;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Resources, prompts, completions and the Server Card of the packaged server, with the official Java client and over plain HTTP. */
final class FeaturesIT {

    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static final Duration SOON = Duration.ofMinutes(1);

    private static ScriptedEndpoint models;
    private static PackagedRlm.Server server;

    @BeforeAll
    static void start() throws Exception {
        models = Stories.start();
        server = new PackagedRlm.Server(Stories.environment(models));
    }

    @AfterAll
    static void stop() {
        server.close();
        models.close();
        HTTP.close();
        assertThat(server.log()).doesNotContain(Stories.SECRET, "Exception");
    }

    @Test
    void aClientFindsItsContextsAndTasksAsResources() {
        try (McpConversation mcp = new McpConversation(server.base());
                McpSyncClient client = client(new ConcurrentLinkedQueue<>(), new ConcurrentLinkedQueue<>())) {
            String context = mcp.load("ok\nERROR one\nok\n" + "z".repeat(150_000));
            JsonObject task = mcp.answer("count-errors", context, Map.of());

            McpSchema.ServerCapabilities capabilities = client.initialize().capabilities();
            assertThat(capabilities.resources().subscribe()).isTrue();
            assertThat(capabilities.prompts()).isNotNull();
            assertThat(capabilities.completions()).isNotNull();

            List<Resource> resources = client.listResources().resources();
            assertThat(resources)
                    .extracting(Resource::uri)
                    .contains("rlm://contexts/" + context, "rlm://tasks/" + task.getString("task_id"));
            assertThat(resources).allSatisfy(it -> {
                assertThat(it.mimeType()).isEqualTo("application/json");
                assertThat(it.annotations().lastModified()).isNotBlank();
            });
            assertThat(client.listResourceTemplates().resourceTemplates()).hasSize(6);

            JsonObject described = new JsonObject(
                    read(client, "rlm://contexts/" + context).getFirst().text());
            assertThat(described.getString("context_id")).isEqualTo(context);
            List<TextResourceContents> document = read(client, "rlm://contexts/" + context + "/documents/text");
            assertThat(document.getFirst().text()).startsWith("ok\nERROR one\n").hasSize(100_000);
            List<TextResourceContents> rest = read(client, document.getLast().uri());
            assertThat(rest).hasSize(1);
            assertThat(rest.getFirst().text()).hasSize(50_000 + "ok\nERROR one\nok\n".length());

            JsonObject told = new JsonObject(read(client, "rlm://tasks/" + task.getString("task_id"))
                    .getFirst()
                    .text());
            assertThat(told.getValue("value")).isEqualTo(task.getValue("value"));
            TextResourceContents trajectory = read(client, "rlm://tasks/" + task.getString("task_id") + "/trajectory")
                    .getFirst();
            List<String> types = trajectory
                    .text()
                    .lines()
                    .map(line -> new JsonObject(line).getString("type"))
                    .toList();
            assertThat(types).startsWith("submitted").endsWith("finished").contains("cell_ended");
        }
    }

    @Test
    void pagesFollowEachOther() {
        try (McpConversation mcp = new McpConversation(server.base());
                McpSyncClient client = client(new ConcurrentLinkedQueue<>(), new ConcurrentLinkedQueue<>())) {
            client.initialize();
            List<String> loaded =
                    Stream.generate(() -> mcp.load("text")).limit(60).toList();
            McpSchema.ListResourcesResult page = client.listResources(null);
            assertThat(page.resources()).hasSize(50);
            assertThat(page.resources().getFirst().uri()).isEqualTo("rlm://contexts/" + loaded.getLast());
            mcp.call("rlm_delete_context", Map.of("context_id", loaded.get(10)));

            List<String> listed = new ArrayList<>();
            while (true) {
                page.resources().forEach(it -> listed.add(it.uri()));
                if (page.nextCursor() == null) {
                    break;
                }
                page = client.listResources(page.nextCursor());
            }
            assertThat(listed).doesNotHaveDuplicates();
            assertThat(listed)
                    .contains("rlm://contexts/" + loaded.getFirst(), "rlm://contexts/" + loaded.get(9))
                    .contains("rlm://contexts/" + loaded.get(11));
        }
    }

    @Test
    void aSubscriberIsToldOfATasksChangesAndOfTheList() {
        Queue<String> updates = new ConcurrentLinkedQueue<>();
        Queue<List<Resource>> lists = new ConcurrentLinkedQueue<>();
        try (McpConversation mcp = new McpConversation(server.base());
                McpSyncClient client = client(updates, lists)) {
            client.initialize();
            String context = mcp.load("a cat\n");
            JsonObject task = mcp.ask("one-call", context, Map.of());
            client.subscribeResource(SubscribeRequest.builder("rlm://tasks/" + task.getString("task_id"))
                    .build());
            await().atMost(SOON)
                    .until(() -> lists.stream()
                            .anyMatch(list ->
                                    list.stream().anyMatch(it -> it.uri().endsWith(context))));
            assertThat(mcp.ended(task).getString("answer")).isEqualTo("animal");
            String nothing = "rlm://tasks/task_" + "a".repeat(26);
            assertThatThrownBy(() -> client.subscribeResource(
                            SubscribeRequest.builder(nothing).build()))
                    .hasMessageContaining("There is no task with the id");
            // The client reads the resource whenever it is told, so the last thing it reads is the end.
            await().atMost(SOON)
                    .until(() -> updates.stream()
                            .map(text -> new JsonObject(text).getString("state"))
                            .anyMatch("answered"::equals));
            client.unsubscribeResource(UnsubscribeRequest.builder(nothing).build());
        }
    }

    @Test
    void promptsAndCompletionsKnowWhatIsLoaded() {
        try (McpConversation mcp = new McpConversation(server.base());
                McpSyncClient client = client(new ConcurrentLinkedQueue<>(), new ConcurrentLinkedQueue<>())) {
            client.initialize();
            String context = mcp.call(
                            "rlm_load_context",
                            Map.of(
                                    "name",
                                    "Petstore",
                                    "documents",
                                    List.of(
                                            Map.of("name", "src/Pets.java", "text", "a"),
                                            Map.of("name", "src/Shop.java", "text", "b"))))
                    .getJsonObject("context")
                    .getString("context_id");
            assertThat(client.listPrompts().prompts())
                    .extracting(McpSchema.Prompt::name)
                    .contains("audit-endpoints", "find-all");
            McpSchema.GetPromptResult prompt = client.getPrompt(GetPromptRequest.builder("audit-endpoints")
                    .arguments(Map.of("context", "Petstore", "policy", "All need a login."))
                    .build());
            assertThat(((TextContent) prompt.messages().getFirst().content()).text())
                    .contains(context, "named \"Petstore\": 2 documents", "What should hold: All need a login.");

            assertThat(client.completeCompletion(CompleteRequest.builder(
                                            new PromptReference("audit-endpoints"),
                                            new CompleteArgument("context", "pet"))
                                    .build())
                            .completion()
                            .values())
                    .containsExactly("Petstore");
            McpSchema.CompleteResult documents = client.completeCompletion(CompleteRequest.builder(
                            new ResourceReference("rlm://contexts/{context_id}/documents/{name}"),
                            new CompleteArgument("name", "src/p"))
                    .context(new CompleteContext(Map.of("context_id", context)))
                    .build());
            assertThat(documents.completion().values()).containsExactly("src/Pets.java");
            assertThat(documents.completion().total()).isEqualTo(1);
            assertThat(documents.completion().hasMore()).isFalse();
        }
    }

    @Test
    void everyBadRequestIsAnsweredWithASentenceAndTheRightCode() throws Exception {
        String nobody = "a".repeat(26);
        for (String uri : List.of(
                "rlm://contexts/ctx_" + nobody,
                "rlm://contexts/ctx_" + nobody + "/documents/../../../../etc/passwd",
                "rlm://tasks/task_" + nobody,
                "rlm://tasks/task_" + nobody + "/trajectory",
                "rlm://tasks/../../etc/passwd",
                "file:///etc/passwd",
                "rlm://contexts/%2e%2e%2f%2e%2e%2fetc",
                "\u0000")) {
            JsonObject error = error("resources/read", new JsonObject().put("uri", uri));
            assertThat(error.getInteger("code")).as(uri).isEqualTo(-32002);
            assertThat(error.getString("message")).contains("There is no ");
        }
        assertThat(error("resources/read", new JsonObject().put("uri", "rlm://" + "x".repeat(1_000_000)))
                        .encode())
                .contains("-32602", "at most 16384")
                .hasSizeLessThan(300);
        for (Map.Entry<String, String> bad : List.of(
                Map.entry("resources/read", "{}"),
                Map.entry("resources/read", "[]"),
                Map.entry("resources/read", "{\"uri\": 7}"),
                Map.entry("resources/read", "{\"uri\": \"rlm://contexts/ctx_a/documents/%zz\"}"),
                Map.entry("resources/list", "{\"cursor\": \"x\"}"),
                Map.entry("resources/list", "{\"cursor\": {}}"),
                Map.entry("resources/subscribe", "{}"),
                Map.entry("prompts/get", "{\"name\": \"nothing\"}"),
                Map.entry("prompts/get", "{\"name\": \"find-all\", \"arguments\": []}"),
                Map.entry("prompts/list", "{\"cursor\": \"x\"}"),
                Map.entry("completion/complete", "{}"),
                Map.entry("completion/complete", "{\"ref\": 1, \"argument\": 2}"),
                Map.entry("completion/complete", "{\"ref\": {\"type\": \"ref/prompt\"}, \"argument\": {}}"))) {
            JsonObject error = reply(bad.getKey(), bad.getValue()).getJsonObject("error");
            assertThat(error.getInteger("code")).as(bad.toString()).isEqualTo(-32602);
            assertThat(error.getString("message")).endsWith(".").doesNotContain("Exception");
        }
        assertThat(reply("prompts/list", null).getJsonObject("result").getJsonArray("prompts"))
                .hasSize(6);
    }

    @Test
    void subscriptionsNeedASession() throws Exception {
        JsonObject error = error("resources/subscribe", new JsonObject().put("uri", "rlm://tasks/task_x"));
        assertThat(error.getString("message")).startsWith("Subscriptions need a session");
    }

    @Test
    void theServerCardIsThereForEverybodyAndSaysWhatTheServerSays() throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(server.address() + "/server-card"))
                .header("Origin", "https://example.org");
        HttpResponse<String> response = HTTP.send(request.build(), BodyHandlers.ofString());
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.headers().firstValue("content-type")).contains("application/mcp-server-card+json");
        assertThat(response.headers().firstValue("access-control-allow-origin")).contains("*");
        assertThat(response.headers().firstValue("cache-control")).contains("public, max-age=3600");
        String tag = response.headers().firstValue("etag").orElseThrow();
        HttpRequest.Builder again = request.copy().header("If-None-Match", tag);
        assertThat(HTTP.send(again.build(), BodyHandlers.ofString()).statusCode())
                .isEqualTo(304);
        HttpResponse<String> head = HTTP.send(request.copy().HEAD().build(), BodyHandlers.ofString());
        assertThat(head.headers().firstValue("content-length"))
                .contains(String.valueOf(response.body().length()));
        assertThat(HTTP.send(request.copy().DELETE().build(), BodyHandlers.ofString())
                        .statusCode())
                .isEqualTo(405);

        JsonObject card = new JsonObject(response.body());
        JsonObject remote = card.getJsonArray("remotes").getJsonObject(0);
        assertThat(remote.getString("url")).isEqualTo(server.address());
        List<Object> versions = remote.getJsonArray("supportedProtocolVersions").stream()
                .filter(version -> !version.equals("2026-07-28")) // It has no initialize.
                .toList();
        assertThat(versions).hasSize(4);
        for (Object version : versions) {
            JsonObject result = reply(
                            "initialize",
                            new JsonObject()
                                    .put("protocolVersion", version)
                                    .put("capabilities", new JsonObject())
                                    .put(
                                            "clientInfo",
                                            new JsonObject().put("name", "t").put("version", "1"))
                                    .encode())
                    .getJsonObject("result");
            assertThat(result.getString("protocolVersion")).isEqualTo(version);
            JsonObject info = result.getJsonObject("serverInfo");
            assertThat(card.getString("title")).isEqualTo(info.getString("title"));
            assertThat(card.getString("description")).isEqualTo(info.getString("description"));
            assertThat(card.getString("version")).isEqualTo(info.getString("version"));
            assertThat(card.getString("name")).endsWith("/" + info.getString("name"));
        }
    }

    private static McpSyncClient client(Queue<String> updates, Queue<List<Resource>> lists) {
        return McpClient.sync(SdkTransport.to(server.base()))
                .requestTimeout(Duration.ofMinutes(3))
                .resourcesUpdateConsumer(contents -> updates.add(text(contents.getFirst())))
                .resourcesChangeConsumer(lists::add)
                .build();
    }

    private static List<TextResourceContents> read(McpSyncClient client, String uri) {
        return client.readResource(ReadResourceRequest.builder(uri).build()).contents().stream()
                .map(TextResourceContents.class::cast)
                .collect(Collectors.toList());
    }

    private static String text(ResourceContents contents) {
        return ((TextResourceContents) contents).text();
    }

    private static JsonObject error(String method, JsonObject params) throws Exception {
        return reply(method, params.encode()).getJsonObject("error");
    }

    /** What a request without a session is answered. */
    private static JsonObject reply(String method, String params) throws Exception {
        String body = "{\"jsonrpc\": \"2.0\", \"id\": \"r1\", \"method\": \"" + method + "\""
                + (params == null ? "" : ", \"params\": " + params) + "}";
        HttpResponse<String> response = HTTP.send(
                HttpRequest.newBuilder(URI.create(server.address()))
                        .header("Content-Type", "application/json")
                        .header("Accept", "application/json, text/event-stream")
                        .timeout(SOON)
                        .POST(BodyPublishers.ofString(body))
                        .build(),
                BodyHandlers.ofString());
        // What has not the form of a message is refused as a request, too.
        assertThat(response.statusCode()).isIn(200, 400);
        JsonObject reply = new JsonObject(response.body());
        assertThat(reply.getString("id")).isEqualTo("r1");
        return reply;
    }
}
