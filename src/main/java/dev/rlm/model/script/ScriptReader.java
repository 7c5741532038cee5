package dev.rlm.model.script;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads the file form of a {@link Script}. */
final class ScriptReader {

    private static final Set<String> RULE_KEYS =
            Set.of("turn", "match", "times", "latency-ms", "piece-latency-ms", "reply", "tool", "error");
    private static final Set<String> TOOL_KEYS = Set.of("name", "arguments");
    private static final Set<String> ERROR_KEYS = Set.of("status", "retry-after", "message");

    private ScriptReader() {}

    static Script read(String yaml) {
        JsonNode models = tree(yaml).path("models");
        if (!models.isObject() || models.isEmpty()) {
            throw new IllegalArgumentException("A script needs 'models:' with a list of rules for each model.");
        }
        Map<String, List<Rule>> result = new LinkedHashMap<>();
        for (Map.Entry<String, JsonNode> model : models.properties()) {
            if (!model.getValue().isArray()) {
                throw new IllegalArgumentException(
                        "The rules of the scripted model '" + model.getKey() + "' must be a list.");
            }
            List<Rule> rules = new ArrayList<>();
            for (JsonNode rule : model.getValue()) {
                rules.add(rule(model.getKey(), rules.size() + 1, rule));
            }
            result.put(model.getKey(), rules);
        }
        return new Script(result);
    }

    private static JsonNode tree(String yaml) {
        try {
            return new ObjectMapper(new YAMLFactory()).readTree(yaml);
        } catch (JsonProcessingException e) {
            String where =
                    e.getLocation() == null ? "" : " (line " + e.getLocation().getLineNr() + ")";
            throw new IllegalArgumentException(
                    "The script is not valid YAML" + where + ": " + e.getOriginalMessage(), e);
        }
    }

    private static Rule rule(String model, int number, JsonNode node) {
        try {
            requireKeys(node, RULE_KEYS);
            Rule rule = new Rule(
                    integer(node, "turn"),
                    null,
                    integer(node, "times"),
                    Duration.ofMillis(orZero(integer(node, "latency-ms"))),
                    Duration.ofMillis(orZero(integer(node, "piece-latency-ms"))),
                    reaction(node));
            Rule matching = node.has("match") ? rule.matching(text(node, "match")) : rule;
            return new PreparedRule(matching).rule();
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "Rule " + number + " of the scripted model '" + model + "' is wrong: " + e.getMessage(), e);
        }
    }

    private static Reaction reaction(JsonNode node) {
        boolean reply = node.has("reply");
        boolean tool = node.has("tool");
        boolean error = node.has("error");
        if (error ? reply || tool : !reply && !tool) {
            throw new IllegalArgumentException("It needs 'reply' or 'tool' (or both), or 'error' alone.");
        }
        if (error) {
            return failure(node.get("error"));
        }
        String text = reply ? text(node, "reply") : "";
        return tool ? toolCall(node.get("tool"), text) : new Reaction.Reply(text);
    }

    private static Reaction toolCall(JsonNode tool, String text) {
        requireKeys(tool, TOOL_KEYS);
        JsonNode arguments = tool.path("arguments");
        return new Reaction.CallTool(text(tool, "name"), arguments.isMissingNode() ? "{}" : arguments.toString(), text);
    }

    private static Reaction failure(JsonNode error) {
        requireKeys(error, ERROR_KEYS);
        Integer status = integer(error, "status");
        Integer retryAfter = integer(error, "retry-after");
        if (status == null) {
            throw new IllegalArgumentException("An error needs a 'status'.");
        }
        return new Reaction.Fail(
                status,
                retryAfter == null ? null : Duration.ofSeconds(retryAfter),
                error.has("message") ? text(error, "message") : "Scripted error.");
    }

    private static void requireKeys(JsonNode node, Set<String> allowed) {
        if (!node.isObject()) {
            throw new IllegalArgumentException(
                    "A mapping with the keys " + allowed.stream().sorted().toList() + " is expected.");
        }
        for (Map.Entry<String, JsonNode> member : node.properties()) {
            if (!allowed.contains(member.getKey())) {
                throw new IllegalArgumentException("'" + member.getKey() + "' is not known; the keys are "
                        + allowed.stream().sorted().toList() + ".");
            }
        }
    }

    private static String text(JsonNode node, String key) {
        JsonNode value = node.path(key);
        if (!value.isValueNode() || value.isNull()) {
            throw new IllegalArgumentException("'" + key + "' must be a text.");
        }
        return value.asText();
    }

    private static @Nullable Integer integer(JsonNode node, String key) {
        JsonNode value = node.get(key);
        if (value == null) {
            return null;
        }
        if (!value.canConvertToInt() || !value.isIntegralNumber() || value.asInt() < 0) {
            throw new IllegalArgumentException("'" + key + "' must be a whole number, 0 or more.");
        }
        return value.asInt();
    }

    private static int orZero(@Nullable Integer value) {
        return value == null ? 0 : value;
    }
}
