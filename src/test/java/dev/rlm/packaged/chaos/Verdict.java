package dev.rlm.packaged.chaos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.rlm.packaged.Replica;
import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.zip.GZIPInputStream;

/** What must be true after any chaos. */
final class Verdict {
    private static final ObjectMapper JSON = new ObjectMapper();

    /** A result that could not be kept is tried again after half a minute. */
    private static final Duration RESULTS = Duration.ofMinutes(3);

    /** With so many kills some must have met a call. */
    private static final int SOME_KILLS = 20;

    private final Chaos chaos;
    private final Results results;

    /** Where results are kept. */
    interface Results {
        /** An object, or null if there is none. */
        byte[] read(String key) throws IOException;

        /** Results in a folder. */
        static Results in(Path folder) {
            return key -> Files.exists(folder.resolve(key)) ? Files.readAllBytes(folder.resolve(key)) : null;
        }
    }

    Verdict(Chaos chaos, Results results) {
        this.chaos = chaos;
        this.results = results;
    }

    /**
     * Waits for the end of all tasks and requires: each task has its right answer, once; its result is kept; no recorded
     * call was made again; no worker is left when the servers have ended. Prints a line of counts.
     */
    void require(String name, long seed) throws Exception {
        Map<String, JsonNode> ended = chaos.awaitAllEnded();
        assertThat(ended.keySet()).isEqualTo(chaos.tasks().keySet());
        ended.forEach(this::requireAnswer);
        for (Replica replica : chaos.replicas()) {
            replica.awaitReady();
        }
        // Each replica is asked in turn.
        for (int i = 0; i < chaos.replicas().size(); i++) {
            JsonNode server = chaos.client().call("rlm_status", Map.of()).path("server");
            assertThat(server.path("tasks_ended").asInt()).isEqualTo(ended.size());
            assertThat(server.path("tasks_queued").asInt()).isZero();
            assertThat(server.path("tasks_running").asInt()).isZero();
        }
        Map<String, Instant> recorded = new HashMap<>();
        for (String id : ended.keySet()) {
            recorded.putAll(requireResult(id));
        }
        chaos.replicas().forEach(Replica::close);
        await().atMost(Duration.ofMinutes(1))
                .untilAsserted(() ->
                        assertThat(chaos.workers().alive()).as("workers left").isEmpty());
        CallLog log = chaos.models().log();
        System.out.printf(
                "chaos %s: seed %d, %d kills, %d tasks, %d calls answered, %d distinct, %d in flight when something"
                        + " happened, %d made again, %d refused, %d s%n",
                name,
                seed,
                chaos.kills(),
                ended.size(),
                log.answered(),
                log.distinct(),
                log.inFlight(),
                log.answered() - log.distinct(),
                chaos.models().refused(),
                chaos.time().toSeconds());
        assertThat(log.problems(recorded)).isEmpty();
        assertThat(chaos.kills() < SOME_KILLS || log.inFlight() > 0)
                .as("calls were in flight at kills")
                .isTrue();
    }

    private void requireAnswer(String id, JsonNode status) {
        ChaosTask task = chaos.tasks().get(id);
        assertThat(status.path("state").asText())
                .as("%s %s: %s", task.name(), id, status.path("reason"))
                .isEqualTo("answered");
        assertThat(status.path("value").path("sum").asLong()).as(task.name()).isEqualTo(task.sum());
        assertThat(status.path("value").path("count").asInt()).as(task.name()).isEqualTo(task.lines());
    }

    /** Requires the result of a task, and returns when each of its calls was recorded. */
    private Map<String, Instant> requireResult(String id) throws IOException {
        ChaosTask task = chaos.tasks().get(id);
        await().atMost(RESULTS).until(() -> results.read(id + ".json") != null);
        JsonNode result = JSON.readTree(results.read(id + ".json"));
        assertThat(result.path("status").asText()).isEqualTo("answered");
        assertThat(result.path("value").path("sum").asLong()).isEqualTo(task.sum());

        Map<String, Instant> recorded = new HashMap<>();
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(
                new GZIPInputStream(new ByteArrayInputStream(results.read(id + ".trajectory.jsonl.gz"))),
                StandardCharsets.UTF_8))) {
            int number = 0;
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                JsonNode entry = JSON.readTree(line);
                assertThat(entry.path("number").asInt()).isEqualTo(++number);
                String call = call(task, entry);
                if (call != null) {
                    Instant before =
                            recorded.put(call, Instant.parse(entry.path("time").asText()));
                    assertThat(before).as("the first record of %s", call).isNull();
                }
            }
            assertThat(number)
                    .isEqualTo(result.path("trajectory").path("entries").asInt());
        }
        return recorded;
    }

    /** The key of the call that an entry records, or null. */
    private static String call(ChaosTask task, JsonNode entry) {
        return switch (entry.path("type").asText()) {
            case "root_replied" ->
                CountingModels.turnKey(task.name(), entry.path("turn").asInt());
            case "sub_call_ended" -> {
                assertThat(entry.path("failure").isNull())
                        .as("%s: %s", task.name(), entry.path("failure"))
                        .isTrue();
                yield entry.path("prompt_start").asText();
            }
            default -> null;
        };
    }
}
