package dev.rlm.packaged;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.rlm.model.script.ScriptedEndpoint;
import dev.rlm.packaged.PackagedRlm.Finished;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code rlm eval} as a person or a script meets it. */
final class EvalIT {

    /** The model answers the first directly, and the second by code; else it is wrong. */
    private static final List<String> ITEMS = List.of(
            "{\"id\": \"port\", \"question\": \"What is the port?\", \"files\": [\"service.txt\"], \"gold\": 4711,"
                    + " \"scoring\": \"number\", \"level\": \"easy\"}",
            "{\"id\": \"way\", \"question\": \"Which way?\", \"context\": \"Nothing.\", \"gold\": [\"By code\"],"
                    + " \"scoring\": \"exact\"}");

    private static ScriptedEndpoint models;

    @TempDir
    Path data;

    @TempDir
    Path folder;

    @BeforeAll
    static void start() throws Exception {
        models = Stories.start();
    }

    @AfterAll
    static void stop() {
        models.close();
    }

    @BeforeEach
    void writeItems() throws Exception {
        Path items = Files.createDirectory(folder.resolve("items"));
        Files.writeString(items.resolve("service.txt"), "A service.\nThe port is 4711.\n");
        Files.write(items.resolve("items.jsonl"), ITEMS);
    }

    private Map<String, String> environment() {
        Map<String, String> environment = new HashMap<>(Stories.environment(models));
        environment.put("XDG_DATA_HOME", data.toString());
        environment.put("RLM_MODEL_ROOT", "openai:direct");
        return environment;
    }

    private Finished eval(String... arguments) throws Exception {
        Finished finished = PackagedRlm.run(
                environment(),
                "",
                folder,
                Stream.concat(Stream.of("eval"), Stream.of(arguments)).toArray(String[]::new));
        // Where the machine cannot isolate sandboxes, a line says so.
        return new Finished(
                finished.exitCode(), finished.out(), finished.err().replaceAll("(?m)^sandboxes: .*\\R", ""));
    }

    private void assertNothingIsLeftBehind() throws Exception {
        try (var kept = Files.list(data.resolve("rlm/contexts/contexts"))) {
            assertThat(kept).as("contexts that are left behind").isEmpty();
        }
    }

    @Test
    void eachArmHasItsScoreAndASecondEvaluationAsksNothingAgain() throws Exception {
        String[] command = {"items/items.jsonl", "--arms", "direct,depth1", "--results", "results.jsonl", "--json"};
        long before = models.calls("direct");
        Finished first = eval(command);
        assertThat(first.exitCode()).as(first.err()).isZero();
        assertThat(first.err()).isEqualTo("Fields that are not known are ignored: level\n");
        JsonNode report = new ObjectMapper().readTree(first.out());
        assertThat(report.get("items").asInt()).isEqualTo(2);
        assertThat(report.get("arms"))
                .extracting(
                        arm -> arm.get("arm").asText(), arm -> arm.get("score").asDouble())
                .containsExactly(tuple("direct", 0.5), tuple("depth1", 0.5));
        assertThat(report.at("/arms/0/cost_usd").isNull()).isTrue();
        assertThat(report.at("/arms/0/tokens/input").asInt()).isPositive();
        assertThat(report.get("failures")).isEmpty();
        long asked = models.calls("direct");
        assertThat(asked - before).isGreaterThanOrEqualTo(4);
        List<String> lines = Files.readAllLines(folder.resolve("results.jsonl"));
        assertThat(lines).hasSize(4);
        JsonNode result = new ObjectMapper().readTree(lines.getFirst());
        assertThat(result.get("id").asText()).isEqualTo("port");
        assertThat(result.get("answer").asText()).isEqualTo("4711");
        assertThat(result.get("route").asText()).isEqualTo("direct");
        assertNothingIsLeftBehind();

        assertThat(eval(command)).isEqualTo(first);
        assertThat(models.calls("direct")).as("calls of both evaluations").isEqualTo(asked);
        assertThat(folder.resolve("results.jsonl")).hasContent(String.join("\n", lines) + "\n");

        Files.writeString(folder.resolve("items/service.txt"), "A service.\nThe port is 4712.\n");
        Finished changed = eval("items/items.jsonl", "--arm", "direct", "--results", "results.jsonl");
        assertThat(models.calls("direct")).as("the file has changed").isEqualTo(asked + 1);
        assertThat(changed.out()).containsPattern("(?m)^direct +0\\.375 +2 +0 ");
        assertThat(changed.err()).contains("results.jsonl has 3 results of other items, arms, runs, models or limits");
        assertNothingIsLeftBehind();
    }

    @Test
    void withDepthZeroTheCodeAsksNoModel() throws Exception {
        Finished asked = eval("items/items.jsonl", "--arms", "depth0,depth1", "--root-model", "openai:one-call");
        assertThat(asked.exitCode()).as(asked.err()).isEqualTo(3);
        assertThat(asked.out())
                .containsPattern("(?m)^depth0 +0\\.000 +2 +2 ")
                .containsPattern("(?m)^depth1 +0\\.000 +2 +0 ")
                .containsPattern("(?m)^failed: port, depth0, run 1: .+");
    }

    @Test
    void whatDoesNotFitIntoOneCallIsAFailureOfTheDirectArm() throws Exception {
        Files.writeString(folder.resolve("items/service.txt"), "The port is one of many.\n".repeat(200_000));
        Finished asked = eval("items/items.jsonl", "--arms", "direct", "--runs", "2", "--parallel", "2");
        assertThat(asked.exitCode()).as(asked.err()).isEqualTo(3);
        assertThat(asked.out())
                .containsPattern("(?m)^direct +0\\.000 +4 +2 ")
                .contains("refused: port, direct, run 1: The contexts have about ")
                .contains("refused: port, direct, run 2: The contexts have about ");
        assertThat(eval("items/items.jsonl", "--arms", "direct", "--limit", "1").exitCode())
                .isEqualTo(2);
    }

    @Test
    void anEvaluationThatIsEndedFromOutsideGoesOnWhereItStopped() throws Exception {
        String[] command = {
            "eval",
            "items/items.jsonl",
            "--arms",
            "direct,depth1",
            "--root-model",
            "openai:slow-batch",
            "--results",
            "results.jsonl"
        };
        Path said = folder.resolve("said.txt");
        Process asked = PackagedRlm.shortLived(environment(), folder, command)
                .redirectErrorStream(true)
                .redirectOutput(said.toFile())
                .start();
        await().atMost(Duration.ofMinutes(5)).until(() -> models.calls("slow-batch") > 1);
        List<ProcessHandle> workers = asked.descendants().toList();
        asked.destroy();
        assertThat(asked.waitFor(2, TimeUnit.MINUTES)).isTrue();
        await().atMost(Duration.ofMinutes(1))
                .untilAsserted(() -> assertThat(workers).isNotEmpty().noneMatch(ProcessHandle::isAlive));
        assertThat(said)
                .content()
                .contains("rlm: The evaluation was stopped. The same command goes on from what is in results.jsonl.")
                .doesNotContain("\tat ", "could not start", "cannot be read");
        List<String> lines = Files.readAllLines(folder.resolve("results.jsonl"));
        assertThat(lines).singleElement().asString().contains("\"arm\":\"direct\"");
        assertNothingIsLeftBehind();

        Finished rest = eval(
                "items/items.jsonl",
                "--arms",
                "direct",
                "--root-model",
                "openai:slow-batch",
                "--results",
                "results.jsonl");
        assertThat(rest.exitCode()).isZero();
        assertThat(Files.readAllLines(folder.resolve("results.jsonl")))
                .hasSize(2)
                .startsWith(lines.getFirst());
    }

    @Test
    void badInputExitsWith2AndASentenceBeforeAnyModelIsAsked() throws Exception {
        int before = models.requests().size();
        Files.write(
                folder.resolve("bad.jsonl"),
                List.of(ITEMS.get(1), ITEMS.get(1).replace("way", "other").replace("[\"By code\"]", "\"\"")));
        Map<List<String>, String> bad = Map.of(
                List.of("bad.jsonl"),
                "rlm: bad.jsonl, line 2: gold is empty: give the right answer.",
                List.of("missing.jsonl"),
                "rlm: There is no file missing.jsonl",
                List.of("items/items.jsonl", "--arms", "depth6"),
                "rlm: The arms are auto, direct, and depth0 to depth5, not 'depth6'.",
                List.of("items/items.jsonl", "--arms", "auto,Auto"),
                "rlm: The arm 'auto' is named twice.",
                List.of("items/items.jsonl", "--runs", "0"),
                "rlm: --runs must be 1 to 1000, not 0.",
                List.of("items/items.jsonl", "--results", "no/results.jsonl"),
                "rlm: The results cannot be written to no/results.jsonl",
                List.of("items/items.jsonl", "--results", "items/items.jsonl"),
                "rlm: items/items.jsonl, line 1: it is not a result of rlm eval.",
                List.of("items/items.jsonl", "--root-model", "nobody:model"),
                "rlm: ",
                List.of("items/items.jsonl", "--max-cost", "1"),
                "rlm: Line 1 (port): A cost limit cannot be kept",
                List.of("items/items.jsonl", "--max-turns", "0"),
                "rlm: Line 1 (port): The limit of turns must be at least 1, not 0.");
        for (Map.Entry<List<String>, String> each : bad.entrySet()) {
            Finished refused = eval(each.getKey().toArray(String[]::new));
            assertThat(refused.exitCode()).as(each.getKey() + refused.err()).isEqualTo(2);
            assertThat(refused.err()).contains(each.getValue()).doesNotContain("\tat ");
            assertThat(refused.out()).isEmpty();
        }
        assertThat(models.requests()).hasSize(before);
        assertThat(Files.readAllLines(folder.resolve("items/items.jsonl"))).isEqualTo(ITEMS);
    }

    @Test
    void filesLieBelowTheFolderOfTheItems() throws Exception {
        Files.writeString(folder.resolve("secret.txt"), "The port is 4711.");
        Files.writeString(
                folder.resolve("items/items.jsonl"), ITEMS.getFirst().replace("service.txt", "../secret.txt"));
        Finished refused = eval("items/items.jsonl");
        assertThat(refused.exitCode()).isEqualTo(2);
        assertThat(refused.err()).contains("Line 1 (port): The path").contains("rlm.context.roots");
    }
}
