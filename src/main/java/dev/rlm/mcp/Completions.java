package dev.rlm.mcp;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rlm.context.Context;
import dev.rlm.context.Document;
import dev.rlm.journal.JournalStore;
import dev.rlm.journal.JournalStore.StoredTask;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Completes arguments of prompts and variables of resource templates from what the caller has. Values start with what was typed,
 * names whatever its case; the newest contexts and tasks come first. Thread-safe.
 */
final class Completions {

    /** The protocol allows no more. */
    private static final int MOST = 100;

    private final Belongings belongings;
    private final Resources resources;
    private final Prompts prompts;

    Completions(Belongings belongings, Resources resources, Prompts prompts) {
        this.belongings = belongings;
        this.resources = resources;
        this.prompts = prompts;
    }

    /** {@code completion/complete}. */
    ObjectNode complete(Params params, String caller) throws RequestFailure {
        Params reference = params.object("ref");
        Params argument = params.object("argument");
        String name = argument.text("name");
        String typed = argument.text("value");
        Map<String, String> known = params.objectOrEmpty("context").texts("arguments");
        String kind = reference.text("type");
        Found found = switch (kind) {
            case "ref/prompt" -> ofPrompt(reference.text("name"), name, typed, known, caller);
            case "ref/resource" -> ofTemplate(reference.text("uri"), name, typed, known, caller);
            default ->
                throw RequestFailure.invalid(
                        "The `type` of a reference must be ref/prompt or ref/resource, not " + Quoted.of(kind) + ".");
        };
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        ObjectNode completion = json.putObject("completion");
        found.values().stream().limit(MOST).forEach(completion.putArray("values")::add);
        if (found.all()) {
            completion.put("total", found.values().size());
        }
        completion.put("hasMore", found.values().size() > MOST || !found.all());
        return json;
    }

    /**
     * Values that start with what was typed.
     *
     * @param all whether there are no others
     */
    private record Found(List<String> values, boolean all) {

        private static final Found NOTHING = new Found(List.of(), true);
    }

    private Found ofPrompt(String prompt, String argument, String typed, Map<String, String> known, String caller)
            throws RequestFailure {
        PromptDefinition definition = prompts.definition(prompt);
        PromptDefinition.Argument completed = definition.arguments().stream()
                .filter(it -> it.name().equals(argument))
                .findFirst()
                .orElseThrow(() -> RequestFailure.invalid("The prompt " + prompt + " has no argument "
                        + Quoted.of(argument) + "; it has "
                        + definition.arguments().stream()
                                .map(PromptDefinition.Argument::name)
                                .collect(Collectors.joining(", "))
                        + "."));
        return switch (completed.completes()) {
            case "context" -> contextNames(typed, caller);
            case "document" -> documents(known.get("context"), typed, caller);
            case null, default -> Found.NOTHING;
        };
    }

    private Found ofTemplate(String template, String variable, String typed, Map<String, String> known, String caller)
            throws RequestFailure {
        ResourceTemplate completed = resources.templates().stream()
                .filter(it -> it.uriTemplate().equals(template))
                .findFirst()
                .orElseThrow(() -> RequestFailure.invalid("There is no resource template " + Quoted.of(template)
                        + "; resources/templates/list tells which there are."));
        if (!completed.hasVariable(variable)) {
            throw RequestFailure.invalid(
                    "The resource template " + template + " has no variable " + Quoted.of(variable) + ".");
        }
        return switch (variable) {
            case "context_id" -> contextIds(typed, caller);
            case "task_id" -> taskIds(typed, caller);
            case "name" -> documents(known.get("context_id"), typed, caller);
            default -> Found.NOTHING;
        };
    }

    /** Names, since people know these; ids only for who types one. */
    private Found contextNames(String typed, String caller) throws RequestFailure {
        Stream<String> names =
                belongings.contexts(caller).stream().map(typed.startsWith("ctx_") ? Context::id : Context::name);
        return starting(names, typed);
    }

    private Found contextIds(String typed, String caller) throws RequestFailure {
        List<String> ids = belongings.contexts(caller).stream()
                .filter(context -> starts(context.id(), typed) || starts(context.name(), typed))
                .map(Context::id)
                .toList();
        return new Found(ids, true);
    }

    /** Looks at the latest tasks only. */
    private Found taskIds(String typed, String caller) {
        List<StoredTask> latest = belongings.tasks(caller, null, JournalStore.MOST);
        Found found = starting(latest.stream().map(StoredTask::id), typed);
        return new Found(found.values(), latest.size() < JournalStore.MOST);
    }

    /** The names of a context's documents, once it is known which context. */
    private Found documents(@Nullable String wanted, String typed, String caller) throws RequestFailure {
        if (wanted == null) {
            return Found.NOTHING;
        }
        return belongings
                .find(caller, wanted)
                .map(it -> starting(it.documents().stream().map(Document::name), typed))
                .orElse(Found.NOTHING);
    }

    private static Found starting(Stream<String> values, String typed) {
        return new Found(values.filter(value -> starts(value, typed)).distinct().toList(), true);
    }

    private static boolean starts(String value, String typed) {
        return value.regionMatches(true, 0, typed, 0, typed.length());
    }
}
