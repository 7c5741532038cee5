package dev.rlm.packaged.clients;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.rlm.model.script.Rule;
import dev.rlm.model.script.ScriptedEndpoint;
import dev.rlm.packaged.PackagedRlm;
import dev.rlm.packaged.Stories;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.function.ThrowingConsumer;
import org.junit.jupiter.api.io.TempDir;

/** Clients of others, each in a whole story, at one server that is started again in the middle of it. */
final class ForeignClientsIT {

    private static final long SEED = 50;
    private static final Duration NEVER = Duration.ofMinutes(30);
    private static final Duration SOON = Duration.ofMinutes(1);

    @TempDir
    private static Path folder;

    private static ScriptedEndpoint models;
    private static PackagedRlm.Server server;
    private static List<ClientStory> stories;

    @BeforeAll
    static void start() throws Exception {
        int clients = 4;
        models = ScriptedEndpoint.start(Stories.script()
                .and(ClientStory.SILENT_MODEL, Rule.reply("5432").after(NEVER))
                .and(
                        ClientStory.HELD_MODEL,
                        Rule.reply("before the restart").times(clients).after(NEVER),
                        Rule.reply(ClientStory.HELD_REPLY)));
        server = new PackagedRlm.Server(environment(clients));
        LargeLog log = LargeLog.write(server.root().resolve("large.log"), SEED);
        stories = List.of(
                new ClientStory(NodeClient.older(server.address()), "2025-11-25", log),
                new ClientStory(new NodeTasksClient(server.address()), "2026-07-28", log),
                new ClientStory(new JavaSdkClient(server.base()), "2025-11-25", log),
                new ClientStory(new InspectorClient(folder, server.address()), "2025-11-25", log));
        assertThat(stories).hasSize(clients);
    }

    private static Map<String, String> environment(int clients) {
        Map<String, String> environment = new HashMap<>(Stories.environment(models));
        // A task of each client waits for the restart, and nobody waits for it.
        environment.put("RLM_TASK_RUNNING", String.valueOf(clients + 1));
        environment.put("RLM_SANDBOX_MEMORY", "8G");
        environment.put("RLM_TASK_SHUTDOWN_GRACE", "200MS");
        environment.put("RLM_CONTEXT_TASK_AFTER", "0S");
        return environment;
    }

    @AfterAll
    static void stop() throws Exception {
        for (ClientStory story : stories) {
            story.client().close();
        }
        server.close();
        models.close();
        assertThat(server.log()).doesNotContain(Stories.SECRET, "Exception", "\tat ");
    }

    @TestFactory
    Stream<DynamicNode> eachTellsItsStoryAcrossARestart() {
        return Stream.of(
                chapter("before the restart", ClientStory::begin),
                DynamicTest.dynamicTest("the restart", () -> {
                    assertThat(models.calls(ClientStory.HELD_MODEL)).isEqualTo(stories.size());
                    server.restart();
                }),
                chapter("after the restart", ClientStory::end));
    }

    private static DynamicNode chapter(String name, ThrowingConsumer<ClientStory> told) {
        return DynamicContainer.dynamicContainer(
                name,
                DynamicTest.stream(stories.stream(), story -> story.client().name(), told));
    }

    @Test
    void aQuestionThatItsClientGivesUpIsCancelled() throws Exception {
        try (NodeClient older = NodeClient.older(server.address());
                NodeClient newer = new NodeTasksClient(server.address())) {
            for (NodeClient client : List.of(older, newer)) {
                String context = client.call("rlm_load_context", Map.of("text", "a cat\n"))
                        .at("/context/context_id")
                        .asText();
                Map<String, Object> question = Map.of(
                        "context_ids",
                        List.of(context),
                        "question",
                        "Given up by " + client.name() + "?",
                        "root_model",
                        "openai:slow-batch",
                        "wait_seconds",
                        ForeignClient.WAIT_SECONDS);
                assertThat(client.abandon(question)).as(client.name()).isTrue();
                await().atMost(SOON).untilAsserted(() -> {
                    JsonNode latest =
                            client.call("rlm_list_tasks", Map.of("limit", 1)).at("/tasks/0");
                    assertThat(latest.path("question").asText()).contains(client.name());
                    assertThat(latest.path("state").asText()).isEqualTo("cancelled");
                });
            }
        }
    }
}
