package dev.rlm.engine;

import dev.rlm.budget.Budget;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The system prompt of a root model, rendered from the texts beside this class. */
final class SystemPrompt {

    private static final Pattern PLACEHOLDER = Pattern.compile("\\{\\{(\\w+)}}");

    /** What a sub-call's prompt should hold at most when the sub-model's window is unknown, in characters. */
    private static final long DEFAULT_CHUNK = 100_000;

    /** Beyond this, sub-models overlook things, whatever their window. */
    private static final long LARGEST_CHUNK = 400_000;

    private SystemPrompt() {}

    static String render(Role sub, EngineSettings settings, Budget budget, boolean toolCalls) {
        Map<String, String> values = Map.of(
                "sub_model", sub.model().id().toString(),
                "chunk_characters", String.valueOf(chunkCharacters(sub)),
                "parallel", String.valueOf(budget.inFlight()),
                "children", budget.depth() == 0 ? "" : text("children.md"),
                "output_characters", String.valueOf(settings.outputCharacters()),
                "how_to_write_code",
                        text(toolCalls ? "code-in-tool-calls.md" : "code-in-fences.md")
                                .strip());
        return PLACEHOLDER
                .matcher(text("system.md"))
                .replaceAll(match -> Matcher.quoteReplacement(value(values, match.group(1))));
    }

    /** How much text one sub-call should read: most of the sub-model's window, rounded to a number easy to read. */
    private static long chunkCharacters(Role sub) {
        Long window = sub.description().window();
        long characters = window == null ? DEFAULT_CHUNK : Math.min(window * 3 * 3 / 4, LARGEST_CHUNK);
        return Math.max(1_000, characters / 10_000 * 10_000);
    }

    private static String value(Map<String, String> values, String name) {
        String value = values.get(name);
        if (value == null) {
            throw new IllegalStateException("The system prompt has an unknown placeholder: " + name);
        }
        return value;
    }

    private static String text(String resource) {
        try (InputStream in = SystemPrompt.class.getResourceAsStream(resource)) {
            if (in == null) {
                throw new IllegalStateException("The prompt " + resource + " is missing from the program.");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
