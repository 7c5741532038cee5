package dev.rlm.engine;

import com.fasterxml.jackson.databind.JsonNode;
import dev.rlm.sandbox.OfferedFunction;
import dev.rlm.sandbox.OfferedFunction.Parameter;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** How code calls a function of another server, made of the JSON Schema of its arguments. The same every time. */
final class FunctionSignature {

    private static final int LONGEST_NOTE = 500;

    private static final Map<String, String> TYPES = Map.of(
            "string", "str",
            "integer", "int",
            "number", "float",
            "boolean", "bool",
            "array", "list",
            "object", "dict",
            "null", "None");

    private static final Set<String> KEYWORDS = Set.of(
            ("False None True and as assert async await break class continue def del elif else except finally for from"
                            + " global if import in is lambda nonlocal not or pass raise return try while with yield")
                    .split(" "));

    /** What Python's side calls further arguments. */
    private static final String FURTHER = "more";

    private FunctionSignature() {}

    /** A function as the REPL offers it. */
    static OfferedFunction offered(String name, String description, String schema) {
        JsonNode node = Json.read(schema);
        JsonNode further = node.path("additionalProperties");
        boolean open = further.isObject() || further.asBoolean(false);
        List<Parameter> parameters = parameters(node, open);
        return new OfferedFunction(name, documentation(description, node, parameters), parameters, open);
    }

    private static List<Parameter> parameters(JsonNode schema, boolean open) {
        Set<String> required = new HashSet<>();
        schema.path("required").forEach(name -> required.add(name.asText()));
        Set<String> names = new HashSet<>(open ? Set.of(FURTHER) : Set.of());
        List<Parameter> parameters = new ArrayList<>();
        schema.path("properties")
                .properties()
                .forEach(property -> parameters.add(new Parameter(
                        identifier(property.getKey(), names),
                        property.getKey(),
                        type(property.getValue()),
                        required.contains(property.getKey()))));
        return Stream.concat(
                        parameters.stream().filter(Parameter::required),
                        parameters.stream().filter(parameter -> !parameter.required()))
                .toList();
    }

    private static String identifier(String key, Set<String> taken) {
        String name = key.replaceAll("[^A-Za-z0-9_]", "_");
        if (name.isEmpty() || Character.isDigit(name.charAt(0))) {
            name = "_" + name;
        }
        while (KEYWORDS.contains(name) || !taken.add(name)) {
            name += "_";
        }
        return name;
    }

    /** The types of Python, or nothing where the schema says it in another way. */
    private static String type(JsonNode schema) {
        Set<String> types = new LinkedHashSet<>();
        return addTypes(schema, types) ? String.join(" | ", types) : "";
    }

    private static boolean addTypes(JsonNode schema, Set<String> types) {
        JsonNode type = schema.path("type");
        JsonNode either = schema.has("anyOf") ? schema.path("anyOf") : schema.path("oneOf");
        if (type.isTextual()) {
            return addType(type, types);
        }
        if (type.isArray() && !type.isEmpty()) {
            return type.valueStream().allMatch(each -> addType(each, types));
        }
        return either.isArray() && !either.isEmpty() && either.valueStream().allMatch(each -> addTypes(each, types));
    }

    private static boolean addType(JsonNode name, Set<String> types) {
        String type = TYPES.get(name.asText());
        if (type != null) {
            types.add(type);
        }
        return type != null;
    }

    /** As Python itself shows it. */
    static String text(OfferedFunction function) {
        Stream<String> required = function.parameters().stream()
                .filter(Parameter::required)
                .map(each -> each.name() + (each.type().isEmpty() ? "" : ": " + each.type()));
        List<String> optional = function.parameters().stream()
                .filter(each -> !each.required())
                .map(FunctionSignature::optional)
                .toList();
        Stream<String> named = optional.isEmpty() ? Stream.of() : Stream.concat(Stream.of("*"), optional.stream());
        Stream<String> further = function.open() ? Stream.of("**" + FURTHER) : Stream.of();
        return Stream.of(required, named, further)
                .flatMap(each -> each)
                .collect(Collectors.joining(", ", function.name() + "(", ")"));
    }

    private static String optional(Parameter parameter) {
        String type = parameter.type();
        if (type.isEmpty()) {
            return parameter.name() + "=None";
        }
        boolean none = List.of(type.split(" \\| ")).contains("None");
        return parameter.name() + ": " + type + (none ? "" : " | None") + " = None";
    }

    private static String documentation(String description, JsonNode schema, List<Parameter> parameters) {
        StringBuilder text = new StringBuilder(description.strip());
        if (!parameters.isEmpty()) {
            text.append(text.isEmpty() ? "" : "\n\n").append("Arguments:");
        }
        for (Parameter parameter : parameters) {
            JsonNode about = schema.path("properties").path(parameter.key());
            String note = note(about);
            text.append("\n    ").append(parameter.name()).append(note.isEmpty() ? "" : ": " + note);
        }
        return text.toString();
    }

    private static String note(JsonNode about) {
        List<String> parts = new ArrayList<>();
        String description = about.path("description").asText("").strip().replaceAll("\\s+", " ");
        if (!description.isEmpty()) {
            parts.add(description);
        }
        if (about.path("enum").isArray()) {
            parts.add("One of "
                    + about.path("enum").valueStream().map(JsonNode::toString).collect(Collectors.joining(", ")));
        }
        if (about.has("default")) {
            parts.add("Default: " + about.path("default"));
        }
        String note = String.join(" ", parts);
        return note.length() <= LONGEST_NOTE ? note : note.substring(0, LONGEST_NOTE) + "...";
    }
}
