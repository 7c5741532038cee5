package dev.rlm.engine;

import dev.rlm.budget.Budget;
import dev.rlm.sandbox.OfferedFunction;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The system prompt of a root model, rendered from the texts beside this class and the profiles of the two models. It
 * depends on nothing that changes between turns.
 */
public final class SystemPrompt {

    static final Pattern PLACEHOLDER = Pattern.compile("\\{\\{(\\w+)}}");

    /** The placeholders that addenda may have. */
    static final List<String> OF_ADDENDA = List.of("chunk_characters", "output_characters", "parallel", "sub_model");

    private static final int MOST_FUNCTIONS = 50;
    private static final int ABOUT_FUNCTION = 200;

    private SystemPrompt() {}

    /**
     * The system prompt.
     *
     * @param root the model that gets it
     * @param sub the model of its sub-calls
     * @param settings the settings of the task
     * @param budget the limits, of which those that do not change are told: calls at a time, and levels of children
     */
    public static String render(Role root, Role sub, EngineSettings settings, Budget budget) {
        return render(root, sub, settings, budget, List.of());
    }

    /**
     * The system prompt of a task whose code may call functions of other servers.
     *
     * @param functions the functions; with none nothing is said about them
     */
    public static String render(
            Role root, Role sub, EngineSettings settings, Budget budget, List<OfferedFunction> functions) {
        Map<String, String> values = Map.of(
                "sub_model", sub.model().id().toString(),
                "chunk_characters", String.valueOf(sub.profile().charactersOfSubCall(sub.description())),
                "parallel", String.valueOf(budget.inFlight()),
                "children", budget.depth() == 0 ? "" : text("children.md"),
                "output_characters", String.valueOf(settings.outputCharacters()),
                "how_to_write_code",
                        text(settings.toolCallsOf(root) ? "code-in-tool-calls.md" : "code-in-fences.md")
                                .strip());
        String prompt = paragraphs(root.profile()).stream()
                .map(paragraph -> PLACEHOLDER
                        .matcher(paragraph.strip())
                        .replaceAll(match -> Matcher.quoteReplacement(value(values, match.group(1)))))
                .collect(Collectors.joining("\n\n", "", "\n"));
        // Last, for what servers say of their functions may hold anything.
        return functions.isEmpty()
                ? prompt
                : prompt + "\n" + text("functions.md").strip() + "\n" + list(functions);
    }

    /** What is said to all root models, and what to those of this profile. */
    private static List<String> paragraphs(ModelProfile root) {
        List<String> paragraphs = new ArrayList<>();
        paragraphs.add(text("system.md"));
        if (root.batch() != null) {
            paragraphs.add(text("batch.md").replace("{{batch}}", root.batch().toString()));
        }
        paragraphs.addAll(root.addenda());
        return paragraphs;
    }

    private static String list(List<OfferedFunction> functions) {
        StringBuilder list = new StringBuilder();
        functions.stream().limit(MOST_FUNCTIONS).forEach(each -> {
            String about = each.documentation().lines().findFirst().orElse("").strip();
            list.append("- `").append(FunctionSignature.text(each)).append('`');
            if (!about.isEmpty()) {
                list.append(": ")
                        .append(about.length() <= ABOUT_FUNCTION ? about : about.substring(0, ABOUT_FUNCTION) + "...");
            }
            list.append('\n');
        });
        if (functions.size() > MOST_FUNCTIONS) {
            list.append(MessageText.MORE_FUNCTIONS.with(functions.size() - MOST_FUNCTIONS))
                    .append('\n');
        }
        return list.toString();
    }

    private static String value(Map<String, String> values, String name) {
        String value = values.get(name);
        if (value == null) {
            throw new IllegalStateException("The system prompt has an unknown placeholder: " + name);
        }
        return value;
    }

    /** A text of the program, by the name of its file. */
    static String text(String resource) {
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
