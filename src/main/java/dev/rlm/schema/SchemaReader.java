package dev.rlm.schema;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.Error;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SchemaRegistryConfig;
import com.networknt.schema.dialect.Dialect;
import com.networknt.schema.dialect.Dialects;
import com.networknt.schema.path.PathType;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/** Reads the text of a schema, and compiles it to what values are checked against. */
final class SchemaReader {

    /** Deeper than any schema for people, and not too deep for the stack. */
    private static final int DEEPEST = 100;

    /** Each reference compiles what it points to anew. */
    private static final int MOST_REFERENCES = 1_000;

    /** What the library brings along; everything else would have to be fetched. */
    private static final Pattern BUNDLED =
            Pattern.compile("https?://json-schema\\.org/(draft/2020-12/(schema|meta/[a-z-]+)|draft-07/schema)#?");

    /** Names are written once, so that all readers of a value read the same. */
    private static final JsonMapper MAPPER = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private SchemaReader() {}

    /** A JSON value; empty if the text is none, or one with names that are written twice. */
    static Optional<JsonNode> json(String text) {
        try {
            JsonNode node = MAPPER.readTree(text);
            return node == null || node.isMissingNode() ? Optional.empty() : Optional.of(node);
        } catch (JsonProcessingException e) {
            return Optional.empty();
        }
    }

    /** The JSON object in a text that is one and is not too large for a schema. */
    static ObjectNode object(String text) throws SchemaException {
        if (text.length() > JsonSchema.MAX_CHARACTERS) {
            throw new SchemaException("The schema has " + text.length() + " characters and at most "
                    + JsonSchema.MAX_CHARACTERS + " are allowed: leave out descriptions and what is not needed.");
        }
        JsonNode node = json(text)
                .orElseThrow(
                        () -> new SchemaException(
                                "The schema is not JSON: give a JSON Schema such as {\"type\": \"object\"}, each name in it once."));
        if (!(node instanceof ObjectNode object)) {
            throw new SchemaException(
                    "The schema must be a JSON object, such as {\"type\": \"array\", \"items\": {\"type\": \"string\"}}.");
        }
        if (depth(object, 1) > DEEPEST) {
            throw new SchemaException("The schema is nested deeper than " + DEEPEST
                    + " levels: move parts to $defs and refer to them with $ref.");
        }
        if (object.findValues("$ref").size() > MOST_REFERENCES) {
            throw new SchemaException("The schema has more than " + MOST_REFERENCES + " references: use fewer.");
        }
        return object;
    }

    private static int depth(JsonNode node, int above) {
        int deepest = above;
        if (above <= DEEPEST) {
            for (JsonNode child : node) {
                deepest = Math.max(deepest, depth(child, above + 1));
            }
        }
        return deepest;
    }

    /** Compiles a schema, after it was checked against the schema of schemas. */
    static Schema compiled(ObjectNode schema) throws SchemaException {
        Dialect dialect = bounded(dialect(schema.path("$schema")));
        SchemaRegistry registry = registry(dialect);
        ObjectNode copy = schema.deepCopy().put("$schema", dialect.getId());
        try {
            List<Error> errors = errors(registry.getSchema(SchemaLocation.of(dialect.getId())), copy);
            if (!errors.isEmpty()) {
                throw new SchemaException(
                        "The schema is no JSON Schema. " + Problems.of(errors).getFirst());
            }
            Schema compiled = registry.getSchema(copy);
            // Finds references that lead nowhere, which would be found in a check only.
            compiled.initializeValidators();
            return compiled;
        } catch (RuntimeException | StackOverflowError e) {
            throw new SchemaException(reason(e));
        }
    }

    private static List<Error> errors(Schema schemaOfSchemas, ObjectNode schema) {
        BoundedExecution execution = new BoundedExecution(new Steps(Steps.MOST), false);
        schemaOfSchemas.validate(execution, schema);
        return execution.found();
    }

    private static Dialect dialect(JsonNode named) throws SchemaException {
        String id = named.asText("").replaceFirst("^https?:", "").replaceFirst("#$", "");
        if (named.isMissingNode() || named.isNull() || id.equals("//json-schema.org/draft/2020-12/schema")) {
            return Dialects.getDraft202012();
        }
        if (id.equals("//json-schema.org/draft-07/schema")) {
            return Dialects.getDraft7();
        }
        throw new SchemaException("The schema is of a kind that is not known: leave $schema out, or set it to"
                + " https://json-schema.org/draft/2020-12/schema or http://json-schema.org/draft-07/schema#.");
    }

    private static Dialect bounded(Dialect dialect) {
        return Dialect.builder(dialect)
                .formats(formats -> formats.replaceAll((_, format) -> new BoundedFormat(format)))
                .build();
    }

    private static SchemaRegistry registry(Dialect dialect) {
        SchemaRegistryConfig config = SchemaRegistryConfig.builder()
                .formatAssertionsEnabled(true)
                .pathType(PathType.JSON_POINTER)
                .locale(Locale.ROOT)
                .regularExpressionFactory(new LinearPatterns())
                .build();
        return SchemaRegistry.withDialect(
                dialect,
                registry -> registry.schemaRegistryConfig(config)
                        .schemaLoader(loader -> loader.fetchRemoteResources(false)
                                .allow(iri -> BUNDLED.matcher(iri.toString()).matches())));
    }

    /** The library's own messages may be anything, and name what callers do not know. */
    private static String reason(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof LinearPatterns.Refused refused) {
                return "A pattern of the schema cannot be used. " + refused.getMessage();
            }
            if (cause instanceof Steps.Exhausted exhausted) {
                return "The schema cannot be read, because " + exhausted.getMessage() + ": make it simpler.";
            }
        }
        return "The schema cannot be used: a $ref or $id in it leads to nothing that is in it, or a $schema inside of it is"
                + " not known. Nothing is fetched: put what it refers to into $defs.";
    }
}
