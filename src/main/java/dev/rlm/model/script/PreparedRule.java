package dev.rlm.model.script;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A rule at work: its templates are checked, and it counts how often it may still apply. Thread-safe. */
final class PreparedRule {

    private static final Pattern EVERYTHING = Pattern.compile(".*", Pattern.DOTALL);

    private final Rule rule;
    private final @Nullable JsonNode arguments;
    private final AtomicInteger left;

    /** Prepares a rule and throws an {@link IllegalArgumentException} with a sentence if it is wrong. */
    PreparedRule(Rule rule) {
        this.rule = rule;
        this.left = new AtomicInteger(rule.times() == null ? Integer.MAX_VALUE : rule.times());
        this.arguments = rule.reaction() instanceof Reaction.CallTool call ? arguments(call) : null;
        switch (rule.reaction()) {
            case Reaction.Reply reply -> Template.parse(reply.text(), rule.match());
            case Reaction.CallTool call -> {
                Template.parse(call.text(), rule.match());
                if (arguments != null) {
                    mapStrings(arguments, text -> {
                        Template.parse(text, rule.match());
                        return text;
                    });
                }
            }
            case Reaction.Fail ignored -> {}
        }
    }

    Rule rule() {
        return rule;
    }

    /** The reaction with its templates filled in, if the rule applies to the request. Uses up one of its times. */
    Optional<Reaction> apply(int turn, String lastMessage) {
        if (rule.turn() != null && rule.turn() != turn) {
            return Optional.empty();
        }
        Pattern pattern = rule.match() == null ? EVERYTHING : rule.match();
        Matcher matcher = pattern.matcher(lastMessage);
        if (!matcher.find() || !claim()) {
            return Optional.empty();
        }
        return Optional.of(fill(matcher.toMatchResult(), turn));
    }

    private boolean claim() {
        return rule.times() == null || left.getAndUpdate(number -> Math.max(0, number - 1)) > 0;
    }

    private Reaction fill(MatchResult match, int turn) {
        UnaryOperator<String> fill =
                template -> Template.parse(template, rule.match()).fill(match, turn);
        return switch (rule.reaction()) {
            case Reaction.Reply reply -> new Reaction.Reply(fill.apply(reply.text()));
            case Reaction.CallTool call ->
                new Reaction.CallTool(
                        call.name(),
                        arguments == null ? "{}" : mapStrings(arguments, fill).toString(),
                        fill.apply(call.text()));
            case Reaction.Fail fail -> fail;
        };
    }

    private static JsonNode arguments(Reaction.CallTool call) {
        try {
            JsonNode tree = new ObjectMapper().readTree(call.argumentsJson());
            if (tree.isObject()) {
                return tree;
            }
        } catch (JsonProcessingException e) {
            // The sentence below says it.
        }
        throw new IllegalArgumentException("The arguments of the tool '" + call.name() + "' must be a JSON object.");
    }

    private static JsonNode mapStrings(JsonNode node, UnaryOperator<String> mapping) {
        if (node.isTextual()) {
            return JsonNodeFactory.instance.textNode(mapping.apply(node.textValue()));
        }
        if (node.isArray()) {
            ArrayNode array = JsonNodeFactory.instance.arrayNode();
            node.forEach(element -> array.add(mapStrings(element, mapping)));
            return array;
        }
        if (node.isObject()) {
            ObjectNode object = JsonNodeFactory.instance.objectNode();
            node.properties().forEach(member -> object.set(member.getKey(), mapStrings(member.getValue(), mapping)));
            return object;
        }
        return node;
    }
}
