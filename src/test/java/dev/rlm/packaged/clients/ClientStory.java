package dev.rlm.packaged.clients;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * What a client does with the server before its restart and after it: loads 50 MB and asks about them, cancels another
 * question, reads resources, and has a task that the restart interrupts.
 */
final class ClientStory {

    /** The sub-model that does not answer before the restart. */
    static final String HELD_MODEL = "held";

    /** What it answers after the restart. */
    static final String HELD_REPLY = "after the restart";

    /** The root model that never answers. */
    static final String SILENT_MODEL = "silent";

    private static final ObjectMapper MAPPER = new ObjectMapper();

    private final ForeignClient client;
    private final String version;
    private final LargeLog log;
    private String context;
    private String answered;
    private String cancelled;
    private String interrupted;

    /** @param version the version of the protocol that it should speak */
    ClientStory(ForeignClient client, String version, LargeLog log) {
        this.client = client;
        this.version = version;
        this.log = log;
    }

    ForeignClient client() {
        return client;
    }

    /** What the client does before the restart. When it returns, a task waits for the model that is held back. */
    void begin() throws Exception {
        greet();
        load();
        answered = ask();
        cancelled = cancel();
        read();
        interrupted = interrupt();
    }

    /** What it does after the restart, with the same connection as before as far as it has one. */
    void end() throws Exception {
        JsonNode resumed = client.end(interrupted);
        assertThat(resumed.path("state").asText()).as(resumed.toString()).isEqualTo("answered");
        assertThat(resumed.path("value")).isEqualTo(MAPPER.valueToTree(List.of(log.errors(), HELD_REPLY)));
        assertThat(types(interrupted))
                .startsWith("submitted")
                .contains("resumed")
                .endsWith("finished");

        requireAnswer(client.status(answered));
        assertThat(client.status(cancelled).path("state").asText()).isEqualTo("cancelled");
        assertThat(MAPPER.readTree(client.read("rlm://contexts/" + context))
                        .path("characters")
                        .asInt())
                .isEqualTo(LargeLog.CHARACTERS);
    }

    private void greet() throws Exception {
        ForeignClient.Greeting greeting = client.greet();
        assertThat(greeting.version()).isEqualTo(version);
        assertThat(greeting.server()).isEqualTo("rlm");
        assertThat(greeting.instructions()).contains("rlm_ask");
        assertThat(greeting.tools()).hasSize(9).contains("rlm_load_context", "rlm_ask", "rlm_status", "rlm_cancel");
    }

    private void load() throws Exception {
        JsonNode loaded = client.load(Map.of(
                        "name", client.name(), "paths", List.of(log.file().toString())))
                .path("context");
        assertThat(loaded.path("characters").asInt()).isEqualTo(LargeLog.CHARACTERS);
        context = loaded.path("context_id").asText();
        assertThat(load("x".repeat(client.longestText())).path("characters").asInt())
                .isEqualTo(client.longestText());
    }

    private JsonNode load(String text) throws Exception {
        return client.call("rlm_load_context", Map.of("text", text)).path("context");
    }

    private String ask() throws Exception {
        ForeignClient.Answered answer = client.answer(Map.of(
                "context_ids",
                List.of(context),
                "question",
                "How many errors are there?",
                "root_model",
                "openai:large",
                "wait_seconds",
                ForeignClient.WAIT_SECONDS));
        requireAnswer(answer.task());
        if (client.showsProgress()) {
            assertThat(answer.progress()).isNotEmpty().allMatch(message -> message.contains("turn "));
        }
        String id = answer.task().path("task_id").asText();
        JsonNode status = client.status(id);
        assertThat(status.path("turn").asInt()).isEqualTo(2);
        assertThat(status.path("sub_calls").asInt()).isEqualTo(1);
        return id;
    }

    private void requireAnswer(JsonNode task) {
        assertThat(task.path("state").asText()).as(task.toString()).isEqualTo("answered");
        assertThat(task.path("value"))
                .isEqualTo(MAPPER.valueToTree(Map.of(
                        "characters",
                        LargeLog.CHARACTERS,
                        "errors",
                        log.errors(),
                        "last",
                        log.last(),
                        "kind",
                        "animal")));
    }

    private String cancel() throws Exception {
        String small = load("The port is 5432.\n").path("context_id").asText();
        String id = client.begin(Map.of(
                "context_ids",
                List.of(small),
                "question",
                "What is the port?",
                "root_model",
                "openai:" + SILENT_MODEL,
                "route",
                "direct",
                "wait_seconds",
                0));
        assertThat(ForeignClient.goesOn(client.status(id))).isTrue();
        client.cancel(id);
        assertThat(client.status(id).path("state").asText()).isEqualTo("cancelled");
        return id;
    }

    private void read() throws Exception {
        JsonNode described = MAPPER.readTree(client.read("rlm://contexts/" + context));
        assertThat(described.path("context_id").asText()).isEqualTo(context);
        assertThat(described.path("name").asText()).isEqualTo(client.name());
        requireAnswer(MAPPER.readTree(client.read("rlm://tasks/" + answered)));
        assertThat(types(answered))
                .startsWith("submitted")
                .contains("cell_ended")
                .doesNotContain("resumed")
                .endsWith("finished");
    }

    private List<String> types(String task) throws Exception {
        List<String> types = new ArrayList<>();
        for (String line :
                client.read("rlm://tasks/" + task + "/trajectory").lines().toList()) {
            types.add(MAPPER.readTree(line).path("type").asText());
        }
        return types;
    }

    private String interrupt() throws Exception {
        String id = client.begin(Map.of(
                "context_ids",
                List.of(context),
                "question",
                "How many errors are there, and when?",
                "root_model",
                "openai:survivor",
                "sub_model",
                "openai:" + HELD_MODEL,
                "wait_seconds",
                0));
        JsonNode task = client.status(id);
        // Every event is news, so these are few waits.
        while (task.path("sub_calls_waiting").asInt() == 0) {
            assertThat(ForeignClient.goesOn(task)).as(task.toString()).isTrue();
            task = client.call(
                            "rlm_status",
                            Map.of(
                                    "task_id",
                                    id,
                                    "version",
                                    task.path("version").asLong(),
                                    "wait_seconds",
                                    ForeignClient.WAIT_SECONDS))
                    .path("task");
        }
        return id;
    }
}
