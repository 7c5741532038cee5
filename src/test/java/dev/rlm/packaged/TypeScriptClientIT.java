package dev.rlm.packaged;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.rlm.mcp.conformance.Npm;
import dev.rlm.model.script.ScriptedEndpoint;
import dev.rlm.packaged.PackagedRlm.Finished;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** A foreign client of 2026-07-28, the official one for TypeScript, in a whole story. */
final class TypeScriptClientIT {

    @Test
    void loadsAsksWaitsWithProgressAndCancels() throws Exception {
        Path node = Npm.installed();
        Path story = Files.copy(
                Path.of("src", "test", "npm", "story.mjs"),
                node.resolve("story.mjs"),
                StandardCopyOption.REPLACE_EXISTING);
        try (ScriptedEndpoint models = Stories.start();
                PackagedRlm.Server server = new PackagedRlm.Server(environment(models))) {
            Finished told = PackagedRlm.finish(
                    new ProcessBuilder(
                            node.resolve("node_modules/node/bin/node").toString(), story.toString(), server.address()),
                    "");
            assertThat(told.exitCode()).as(told.err()).isEqualTo(0);
            Map<String, JsonNode> chapters = new HashMap<>();
            for (String line : told.out().lines().toList()) {
                JsonNode chapter = new ObjectMapper().readTree(line);
                chapters.put(chapter.path("chapter").asText(), chapter);
            }
            assertThat(chapters.get("connected").path("version").asText()).isEqualTo("2026-07-28");
            assertThat(chapters.get("connected").path("server").asText()).isEqualTo("rlm");
            assertThat(chapters.get("connected").path("instructions").asText()).contains("rlm_ask");
            assertThat(chapters.get("tools").path("names")).hasSize(9);
            assertThat(chapters.get("loaded").path("characters").asInt()).isEqualTo(19);
            assertThat(chapters.get("answered").path("state").asText()).isEqualTo("answered");
            assertThat(chapters.get("answered").path("value"))
                    .isEqualTo(new ObjectMapper().readTree("{\"animal\": 2, \"plant\": 1}"));
            assertThat(chapters.get("answered").path("progress")).isNotEmpty();
            assertThat(chapters.get("cancelled").path("state").asText()).isEqualTo("cancelled");
        }
    }

    private static Map<String, String> environment(ScriptedEndpoint models) {
        Map<String, String> environment = new HashMap<>(Stories.environment(models));
        environment.put("RLM_TASK_STORE", "temporary");
        return environment;
    }
}
