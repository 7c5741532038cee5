package dev.rlm.packaged;

import dev.rlm.model.script.Script;
import dev.rlm.model.script.ScriptedEndpoint;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** The scripted models that the packaged application is tested with: each root model is a story in {@code stories.yaml}. */
public final class Stories {

    /** The API key that the application is given, and that must never show up anywhere. */
    public static final String SECRET = "sk-test-secret-value";

    private Stories() {}

    /** Starts the models. */
    public static ScriptedEndpoint start() throws IOException {
        return ScriptedEndpoint.start(script());
    }

    /** What the models say. */
    public static Script script() throws IOException {
        try (InputStream in = Stories.class.getResourceAsStream("stories.yaml")) {
            return Script.parse(new String(in.readAllBytes(), StandardCharsets.UTF_8));
        }
    }

    /** The configuration that makes an application use these models. */
    public static Map<String, String> environment(ScriptedEndpoint models) {
        return Map.of(
                "OPENAI_BASE_URL", models.baseUrl().toString(),
                "OPENAI_API_KEY", SECRET,
                "RLM_MODEL_ROOT", "openai:count-errors",
                "RLM_MODEL_SUB", "openai:sub",
                "RLM_TASK_RUNNING", "2");
    }
}
