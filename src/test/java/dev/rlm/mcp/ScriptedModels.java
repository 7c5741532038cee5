package dev.rlm.mcp;

import dev.rlm.model.script.Script;
import dev.rlm.model.script.ScriptedEndpoint;
import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Map;
import java.util.stream.Stream;

/** Gives the server under test scripted models, and folders of its own. */
public final class ScriptedModels implements QuarkusTestResourceLifecycleManager {

    /** The folder below which the server under test may load paths. */
    static final String ROOT = "rlm.test.root";

    private ScriptedEndpoint endpoint;
    private Path folder;

    @Override
    public Map<String, String> start() {
        try {
            folder = Files.createTempDirectory("rlm-test");
            Path root = Files.createDirectory(folder.resolve("root"));
            String script = new String(
                    ScriptedModels.class.getResourceAsStream("stories.yaml").readAllBytes(),
                    java.nio.charset.StandardCharsets.UTF_8);
            endpoint = ScriptedEndpoint.start(Script.parse(script));
            return Map.of(
                    ROOT,
                    root.toString(),
                    "rlm.context.roots",
                    root.toString(),
                    "rlm.context.folder",
                    folder.resolve("contexts").toString(),
                    "rlm.model.openai.base-url",
                    endpoint.baseUrl().toString(),
                    "rlm.model.openai.api-key",
                    "sk-test-secret-value",
                    "rlm.model.root",
                    "openai:count-errors",
                    "rlm.model.sub",
                    "openai:sub",
                    "rlm.task.running",
                    "2");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void stop() {
        endpoint.close();
        try (Stream<Path> files = Files.walk(folder)) {
            files.sorted(Comparator.reverseOrder())
                    .forEach(file -> file.toFile().delete());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
