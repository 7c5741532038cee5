package dev.rlm.mcp;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.rlm.context.Context;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The prompts that people pick in their client: each becomes a message that has the calling model use the tools well. Thread-safe. */
final class Prompts {

    private static final int MOST_CHARACTERS = 10_000;
    private static final Pattern ARGUMENT = Pattern.compile("\\{\\{(\\w+)}}");

    private final Belongings belongings;
    private final List<PromptDefinition> definitions = PromptDefinition.load();

    Prompts(Belongings belongings) {
        this.belongings = belongings;
    }

    /** The prompts, in the order in which clients see them. */
    List<PromptDefinition> definitions() {
        return definitions;
    }

    /** The prompt with this name. */
    PromptDefinition definition(String name) throws RequestFailure {
        return definitions.stream()
                .filter(it -> it.name().equals(name))
                .findFirst()
                .orElseThrow(() -> RequestFailure.invalid("There is no prompt " + Quoted.of(name) + "; there are "
                        + definitions.stream().map(PromptDefinition::name).collect(Collectors.joining(", ")) + "."));
    }

    /** {@code prompts/list}. */
    ObjectNode list(Params params) throws RequestFailure {
        params.requireFirstPage();
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        ArrayNode listed = json.putArray("prompts");
        definitions.forEach(prompt -> listed.add(prompt.json()));
        return json;
    }

    /** {@code prompts/get}. */
    ObjectNode get(Params params, String caller) throws RequestFailure {
        PromptDefinition prompt = definition(params.text("name"));
        Map<String, String> values = values(prompt, params.texts("arguments"));
        String context = values.get("context");
        if (context != null) {
            values.putAll(input(context, caller));
        }
        String message = prompt.paragraphs().stream()
                .map(paragraph -> filled(paragraph, values))
                .flatMap(Optional::stream)
                .collect(Collectors.joining("\n\n"));
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("description", prompt.description());
        json.putArray("messages")
                .addObject()
                .put("role", "user")
                .putObject("content")
                .put("type", "text")
                .put("text", message);
        return json;
    }

    private static Map<String, String> values(PromptDefinition prompt, Map<String, String> given)
            throws RequestFailure {
        List<String> missing = new ArrayList<>();
        Map<String, String> values = new HashMap<>();
        for (PromptDefinition.Argument argument : prompt.arguments()) {
            String value = given.getOrDefault(argument.name(), "").strip();
            if (value.length() > MOST_CHARACTERS) {
                throw RequestFailure.invalid("The argument `" + argument.name() + "` has " + value.length()
                        + " characters; at most " + MOST_CHARACTERS + " are allowed. Pass large inputs as a context.");
            }
            // Clients send empty texts for fields that were left empty.
            if (!value.isEmpty()) {
                values.put(argument.name(), value);
            } else if (argument.standard() != null) {
                values.put(argument.name(), argument.standard());
            } else if (argument.required()) {
                missing.add("`" + argument.name() + "`");
            }
        }
        if (!missing.isEmpty()) {
            throw RequestFailure.invalid(
                    "The prompt " + prompt.name() + " also needs " + String.join(" and ", missing) + ".");
        }
        return values;
    }

    /** How the calling model comes by the context, and what it passes on. */
    private Map<String, String> input(String wanted, String caller) throws RequestFailure {
        Optional<Context> loaded = loaded(wanted, caller);
        if (loaded.isPresent()) {
            Context context = loaded.get();
            return Map.of(
                    "input",
                    "The input is the loaded context %s, named %s: %d documents, about %d tokens."
                            .formatted(
                                    context.id(),
                                    TextNode.valueOf(context.name()),
                                    context.documents().size(),
                                    context.tokens()),
                    "context_ids",
                    "[\"" + context.id() + "\"]");
        }
        return Map.of(
                "input",
                "The input is not loaded yet: no context has the id or name %s. Take it as a path: call rlm_load_context with paths [%s] and a short name. If that is refused, tell the user why, and ask what to load instead."
                        .formatted(TextNode.valueOf(wanted), TextNode.valueOf(wanted)),
                "context_ids",
                "the context_id that rlm_load_context returned, in a list");
    }

    /** The context with this id or name. What looks like an id must be one. */
    private Optional<Context> loaded(String wanted, String caller) throws RequestFailure {
        Optional<Context> loaded = belongings.find(caller, wanted);
        if (loaded.isEmpty() && wanted.startsWith("ctx_")) {
            throw RequestFailure.invalid("There is no context with the id " + Quoted.of(wanted)
                    + ". It may have been deleted; see rlm_list_contexts, or give the path of what is to be loaded.");
        }
        return loaded;
    }

    /** A paragraph with its arguments; empty if one of them was left out. */
    private static Optional<String> filled(String paragraph, Map<String, String> values) {
        Matcher arguments = ARGUMENT.matcher(paragraph);
        StringBuilder filled = new StringBuilder();
        while (arguments.find()) {
            String value = values.get(arguments.group(1));
            if (value == null) {
                return Optional.empty();
            }
            arguments.appendReplacement(filled, Matcher.quoteReplacement(value));
        }
        return Optional.of(arguments.appendTail(filled).toString());
    }
}
