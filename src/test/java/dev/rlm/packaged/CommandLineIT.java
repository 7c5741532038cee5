package dev.rlm.packaged;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.rlm.model.script.ScriptedEndpoint;
import dev.rlm.packaged.PackagedRlm.Finished;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands as a person or a script meets them. */
final class CommandLineIT {

    private static ScriptedEndpoint models;

    @TempDir
    static Path data;

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

    private Finished rlm(String input, String... arguments) throws Exception {
        Map<String, String> environment = new HashMap<>(Stories.environment(models));
        environment.put("XDG_DATA_HOME", data.toString());
        Finished finished = PackagedRlm.run(environment, input, folder, arguments);
        // Where the machine cannot isolate sandboxes, a line says so.
        return new Finished(
                finished.exitCode(), finished.out(), finished.err().replaceAll("(?m)^sandboxes: .*\\R", ""));
    }

    @Test
    void anAnswerIsPrintedAndNothingElse() throws Exception {
        Files.writeString(folder.resolve("app.log"), "ERROR one\nfine\nERROR two\n");
        Finished asked = rlm("", "ask", "--context", "app.log", "How many errors?");
        assertThat(asked).isEqualTo(new Finished(0, "{\n  \"errors\": 2,\n  \"first\": \"ERROR one\"\n}\n", ""));
        try (var kept = Files.list(data.resolve("rlm/contexts/contexts"))) {
            assertThat(kept).as("contexts that are left behind").isEmpty();
        }
    }

    @Test
    void aTypedAnswerFitsTheSchemaInAFile() throws Exception {
        Path schema = folder.resolve("schema.json");
        Files.writeString(schema, "{\"properties\": {\"errors\": {\"type\": \"integer\"}}}");
        Finished asked = rlm(
                "ERROR one\n",
                "ask",
                "--context",
                "-",
                "--root-model",
                "openai:typed",
                "--schema",
                schema.toString(),
                "How many errors?");
        assertThat(asked).isEqualTo(new Finished(0, "{\n  \"errors\": 1\n}\n", ""));
        Files.writeString(schema, "[]");
        Finished bad = rlm("ERROR one\n", "ask", "--context", "-", "--schema", schema.toString(), "q");
        assertThat(bad.exitCode()).isEqualTo(2);
        assertThat(bad.err()).contains("--schema " + schema + ": The schema must be a JSON object");
    }

    @Test
    void aLookUpInASmallContextIsOneCallAndTheRestIsCode() throws Exception {
        String[] ask = {"ask", "--context", "-", "--root-model", "openai:direct", "--json"};
        String text = "A service.\nThe port is 4711.\n";
        JsonNode direct = new ObjectMapper()
                .readTree(rlm(text, with(ask, "What is the port?")).out());
        assertThat(direct.get("answer").asText()).isEqualTo("4711");
        assertThat(direct.get("turn").asInt()).isZero();
        assertThat(direct.get("route").get("kind").asText()).isEqualTo("direct");
        JsonNode byCode = new ObjectMapper()
                .readTree(rlm(text, with(ask, "--route", "rlm", "What is the port?"))
                        .out());
        assertThat(byCode.get("answer").asText()).isEqualTo("by code");
        assertThat(byCode.get("route").get("reason").asText()).isEqualTo("It was asked for.");
        Finished bad = rlm(text, with(ask, "--route", "best", "What is the port?"));
        assertThat(bad.exitCode()).isEqualTo(2);
        assertThat(bad.err()).contains("The route must be auto, direct or rlm, not 'best'.");
    }

    @Test
    void atDepthTwoChildrenAnswerAboutPartsOfTheContext() throws Exception {
        Path trace = folder.resolve("trace.jsonl");
        String[] ask = {"ask", "--context", "-", "--root-model", "openai:halves", "--trace", trace.toString()};
        String log = "ERROR one, and what came before it was fine\n".repeat(400) + "fine\nERROR\n".repeat(300);
        Finished asked = rlm(log, with(ask, "--depth", "2", "How many errors?"));
        assertThat(asked).isEqualTo(new Finished(0, "700\n", ""));
        List<JsonNode> events = new ArrayList<>();
        for (String line : Files.readAllLines(trace)) {
            events.add(new ObjectMapper().readTree(line));
        }
        assertThat(events)
                .filteredOn(event -> event.get("type").asText().equals("root_replied"))
                .filteredOn(event -> event.has("child"))
                .as("two turns of each child")
                .hasSize(4);
        assertThat(events)
                .filteredOn(event -> event.get("type").asText().equals("child_started"))
                .extracting(event -> event.get("question").asText())
                .containsExactly("How many errors?", "How many errors?");
        assertThat(events)
                .filteredOn(event -> event.get("type").asText().equals("child_started"))
                .extracting(event -> event.get("of").asText())
                .containsExactlyInAnyOrderElementsOf(events.stream()
                        .filter(event -> event.has("child"))
                        .map(event -> event.get("child").asText())
                        .distinct()
                        .toList());

        Finished bad = rlm(log, with(ask, "--depth", "6", "How many errors?"));
        assertThat(bad.exitCode()).isEqualTo(2);
        assertThat(bad.err()).contains("depth").contains("1 to 5");
    }

    private static String[] with(String[] arguments, String... more) {
        return Stream.concat(Stream.of(arguments), Stream.of(more)).toArray(String[]::new);
    }

    @Test
    void standardInputIsAContextAndTheResultIsJson() throws Exception {
        Path trace = folder.resolve("trace.jsonl");
        Finished asked = rlm(
                "a cat\na rose\n",
                "ask",
                "--context",
                "-",
                "--root-model",
                "openai:label",
                "--json",
                "--trace",
                trace.toString(),
                "Label them.");
        assertThat(asked.err()).isEmpty();
        assertThat(asked.exitCode()).isZero();
        JsonNode result = new ObjectMapper().readTree(asked.out());
        assertThat(result.get("state").asText()).isEqualTo("answered");
        assertThat(result.get("value").toString()).isEqualTo("{\"animal\":1,\"plant\":1}");
        assertThat(result.get("sub_calls").asInt()).isEqualTo(2);

        List<String> types = new ArrayList<>();
        for (String line : Files.readAllLines(trace)) {
            types.add(new ObjectMapper().readTree(line).get("type").asText());
        }
        assertThat(types)
                .startsWith(
                        "submitted",
                        "started",
                        "routed",
                        "turn_started",
                        "root_replied",
                        "cell_started",
                        "sub_calls_started")
                .contains("sub_call_ended", "cell_ended")
                .endsWith("finished");
        assertThat(Files.readString(trace)).doesNotContain(Stories.SECRET);
    }

    @Test
    void theTrajectoryCanBeWrittenForTheReferenceImplementationsVisualiser() throws Exception {
        Path trace = folder.resolve("trace.jsonl");
        Finished asked = rlm(
                "a cat\na rose\n",
                "ask",
                "--context",
                "-",
                "--root-model",
                "openai:label",
                "--trace",
                trace.toString(),
                "--trace-format",
                "visualiser",
                "Label them.");
        assertThat(asked.exitCode()).isZero();
        List<JsonNode> lines = new ArrayList<>();
        for (String line : Files.readAllLines(trace)) {
            lines.add(new ObjectMapper().readTree(line));
        }
        assertThat(lines.getFirst().get("type").asText()).isEqualTo("metadata");
        assertThat(lines.getLast().get("type").asText()).isEqualTo("iteration");
        assertThat(lines.stream()
                        .mapToInt(line ->
                                line.at("/code_blocks/0/result/rlm_calls").size()))
                .as("sub-calls in each iteration")
                .contains(2);
    }

    @Test
    void aTaskThatIsNotThereHasNoTrajectory() throws Exception {
        Finished asked = rlm("", "trajectory", "task_nowhere");
        assertThat(asked.exitCode()).isEqualTo(2);
        assertThat(asked.out()).isEmpty();
        assertThat(asked.err())
                .startsWith("rlm: There is no task task_nowhere in the store")
                .hasLineCount(1);
    }

    @Test
    void aCommandThatIsEndedFromOutsideLeavesNothingBehind() throws Exception {
        Map<String, String> environment = new HashMap<>(Stories.environment(models));
        environment.put("XDG_DATA_HOME", data.toString());
        Files.writeString(folder.resolve("a.txt"), "text");
        Path said = folder.resolve("said.txt");
        Process asked = PackagedRlm.shortLived(
                        environment, folder, "ask", "--context", "a.txt", "--root-model", "openai:slow-batch", "q")
                .redirectErrorStream(true)
                .redirectOutput(said.toFile())
                .start();
        await().atMost(Duration.ofMinutes(5)).until(() -> models.calls("slow-batch") > 0);
        List<ProcessHandle> workers = asked.descendants().toList();
        asked.destroy();
        assertThat(asked.waitFor(2, TimeUnit.MINUTES)).isTrue();
        await().atMost(Duration.ofMinutes(1))
                .untilAsserted(() -> assertThat(workers).isNotEmpty().noneMatch(ProcessHandle::isAlive));
        try (var kept = Files.list(data.resolve("rlm/contexts/contexts"))) {
            assertThat(kept).isEmpty();
        }
        assertThat(said).content().doesNotContain("\tat ", "failed", "cannot be read");
    }

    @Test
    void aPartialAnswerExitsWith3() throws Exception {
        Finished asked =
                rlm("text", "ask", "--context", "-", "--root-model", "openai:never-ends", "--max-turns", "2", "q");
        assertThat(asked).isEqualTo(new Finished(3, "7\n", "partial: The limit of 2 turns is reached.\n"));
    }

    @Test
    void aFailureExitsWith4() throws Exception {
        Finished asked = rlm("text", "ask", "--context", "-", "--root-model", "openai:failing", "q");
        assertThat(asked.exitCode()).isEqualTo(4);
        assertThat(asked.out()).isEmpty();
        assertThat(asked.err())
                .startsWith("failed: ")
                .contains("The key was refused.")
                .hasLineCount(1);
    }

    @Test
    void badInputExitsWith2AndASentence() throws Exception {
        assertThat(rlm("", "ask", "--context", "missing.txt", "q")).satisfies(it -> {
            assertThat(it.exitCode()).isEqualTo(2);
            assertThat(it.err()).startsWith("rlm: ").hasLineCount(1);
        });
        assertThat(rlm("", "ask", "--context", "/etc/passwd", "q")).satisfies(it -> {
            assertThat(it.exitCode()).isEqualTo(2);
            assertThat(it.err()).contains("rlm.context.roots");
        });
        assertThat(rlm("", "ask", "--context", "-", "q").exitCode()).isEqualTo(2);
        assertThat(rlm("t", "ask", "--context", "-", "--max-cost", "1", "q").err())
                .startsWith("rlm: A cost limit cannot be kept");
    }

    @Test
    void theCheckTellsEveryLayerOfTheSandbox() throws Exception {
        Finished check = rlm("", "sandbox", "--check");
        assertThat(check.exitCode()).as(check.out() + check.err()).isBetween(0, 1);
        assertThat(check.out())
                .startsWith("sandboxes: ")
                .contains("network", "files", "processes", "users", "privileges", "limits", "memory", "priority");
        assertThat(check.exitCode() == 1).isEqualTo(check.out().contains("MISSING"));
        assertThat(rlm("", "sandbox", "--help").out()).contains("--check");
    }

    @Test
    void badConfigurationIsOneLineThatNamesTheKey() throws Exception {
        Map<String, String> problems = Map.of(
                "RLM_ENGINE_PARALLEL", "500",
                "RLM_ENGINE_TURNS", "many",
                "RLM_MODEL_ROOT", "gpt",
                "RLM_CONTEXT_FOLDER", "/dev/null/x",
                "RLM_CONTEXT_ROOTS", "/no/such/folder");
        for (Map.Entry<String, String> problem : problems.entrySet()) {
            Map<String, String> environment = new HashMap<>(Stories.environment(models));
            environment.put("XDG_DATA_HOME", data.toString());
            environment.put(problem.getKey(), problem.getValue());
            Finished finished = PackagedRlm.run(environment, "text", folder, "ask", "--context", "-", "q");
            assertThat(finished.exitCode()).as(problem + finished.err()).isEqualTo(2);
            assertThat(finished.err())
                    .startsWith("rlm: ")
                    .contains(problem.getKey().toLowerCase(Locale.ROOT).replace('_', '.'))
                    .hasLineCount(1);
        }
    }

    @Test
    void theWorkingDirectoryCannotConfigureTheProgram() throws Exception {
        Files.writeString(folder.resolve(".env"), "RLM_ENGINE_TURNS=0\n");
        Files.createDirectory(folder.resolve("config"));
        Files.writeString(folder.resolve("config/application.properties"), "rlm.engine.turns=0\n");
        Files.writeString(folder.resolve("application.properties"), "rlm.engine.turns=0\n");
        assertThat(rlm("ERROR", "ask", "--context", "-", "q").exitCode()).isZero();
    }

    @Test
    void theUsersConfigurationFileIsRead() throws Exception {
        Path configuration = Files.createDirectories(folder.resolve("home/rlm"));
        Files.writeString(configuration.resolve("application.properties"), "rlm.engine.turns=0\n");
        Map<String, String> environment = new HashMap<>(Stories.environment(models));
        environment.put("XDG_CONFIG_HOME", folder.resolve("home").toString());
        assertThat(PackagedRlm.run(environment, "text", folder, "ask", "--context", "-", "q"))
                .isEqualTo(new Finished(2, "", "rlm: rlm.engine.turns must be at least 1, not 0.\n"));
    }

    @Test
    void badUsageExitsWith2AndAHint() throws Exception {
        for (List<String> arguments : List.of(
                List.of("ask"),
                List.of("ask", "question without context"),
                List.of("ask", "--context", ".", "--timeout", "soon", "q"),
                List.of("ask", "--context", ".", "--root-model", "gpt", "q"),
                List.of("ask", "--context", ".", "--parallel", "many", "q"),
                List.of("serve", "--port", "99999"),
                List.of("sandbox2"),
                List.of("--nope"))) {
            Finished finished = rlm("", arguments.toArray(String[]::new));
            assertThat(finished.exitCode()).as(arguments + finished.err()).isEqualTo(2);
            assertThat(finished.err()).startsWith("rlm: ").doesNotContain("\tat ");
            assertThat(finished.out()).isEmpty();
        }
    }

    @Test
    void everyCommandHasHelp() throws Exception {
        assertThat(rlm("", "--help").out()).contains("ask", "eval", "serve", "models", "prompt", "demo", "sandbox");
        assertThat(rlm("", "--version").out()).matches("rlm \\d+\\.\\d+\\.\\d+\\R");
        for (String command : List.of("ask", "eval", "serve", "models", "prompt", "demo", "sandbox")) {
            Finished help = rlm("", command, "--help");
            assertThat(help.exitCode()).isZero();
            assertThat(help.out()).startsWith("Usage: rlm " + command);
        }
    }

    @Test
    void modelsTellsWhatIsConfiguredAndWhatIsWrong() throws Exception {
        Finished shown = rlm("", "models");
        assertThat(shown.exitCode()).isZero();
        assertThat(shown.out())
                .contains("root model: openai:count-errors", models.baseUrl().toString(), "amazon.nova-pro-v1:0")
                .doesNotContain(Stories.SECRET);
    }

    @Test
    void promptPrintsWhatTheRootModelGetsAndNothingElse() throws Exception {
        Finished shown = rlm("", "prompt", "--model", "bedrock:us.amazon.nova-pro-v1:0");
        assertThat(shown.exitCode()).isZero();
        assertThat(shown.out())
                .startsWith("You answer a question about an input")
                .contains("(openai:sub)", "in batches of up to 30 prompts")
                .doesNotContain("{{");
        assertThat(shown.err())
                .contains("root model: bedrock:us.amazon.nova-pro-v1:0, profile nova, code in tool calls\n")
                .contains("openai:sub, profile default (there is none for this model), window and abilities not known");

        rlm("ERROR", "ask", "--context", "-", "q");
        String sent = models.requests()
                .getLast()
                .body()
                .path("messages")
                .get(0)
                .path("content")
                .asText();
        assertThat(rlm("", "prompt").out()).isEqualTo(sent);
    }

    @Test
    void aFileOfProfilesIsUsedAndOneThatIsWrongIsToldInALine() throws Exception {
        Path file = Files.writeString(
                folder.resolve("profiles.yaml"), "mine: { models: [count-errors], addenda: [Be kind to logs.] }");
        Map<String, String> environment = new HashMap<>(Stories.environment(models));
        environment.put("XDG_DATA_HOME", data.toString());
        environment.put("RLM_MODEL_PROFILES", file.toString());
        assertThat(PackagedRlm.run(environment, "", folder, "prompt").out()).endsWith("\n\nBe kind to logs.\n");

        Files.writeString(file, "mine: { models: [count-errors], bach: 3 }");
        for (List<String> arguments : List.of(List.of("prompt"), List.of("ask", "--context", "-", "q"))) {
            Finished refused = PackagedRlm.run(environment, "text", folder, arguments.toArray(String[]::new));
            assertThat(refused.exitCode()).isEqualTo(2);
            assertThat(refused.err())
                    .startsWith(
                            "rlm: rlm.model.profiles: " + file + " cannot be used. The profile 'mine' is wrong: 'bach'")
                    .hasLineCount(1);
        }
    }

    @Test
    void theDemosAnswerIsTrueOfTheTree() throws Exception {
        Path code = Files.createDirectories(folder.resolve("src/main/java/a"));
        Files.writeString(code.resolve("package-info.java"), "/**\n * Things that\n * count. More.\n */\npackage a;\n");
        Files.writeString(code.resolve("B.java"), "package a;\n\nclass B {}\n");
        Path tests = Files.createDirectories(folder.resolve("src/test/java/a"));
        Files.writeString(
                tests.resolve("BTest.java"),
                "package a;\n\nclass BTest {\n    // a longer file than all others, by far\n}\n");

        Finished demo = rlm("", "demo", "--context", folder.toString());

        assertThat(demo.exitCode()).as(demo.out() + demo.err()).isZero();
        assertThat(demo.out())
                .contains("scripted model, no account needed")
                .contains("=== turn 4", "--- cell 4", "> sub-call: What is this Java package for?")
                .contains("- a: 2 files, 8 lines, 1 test files. Things that count.")
                .contains("1 packages, 3 Java files, 8 lines without tests.")
                .contains("The largest file is src/test/java/a/BTest.java with ");
    }
}
