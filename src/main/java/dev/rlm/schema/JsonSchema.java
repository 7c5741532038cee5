package dev.rlm.schema;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.Schema;
import java.util.List;
import java.util.Optional;

/**
 * A JSON Schema that values can be checked against, of draft 2020-12, or of draft 7 if its {@code $schema} says so. {@code
 * format} is checked; patterns have the syntax of RE2, which is that of ECMA-262 without look-around and back-references.
 *
 * <p>A check comes to the same end everywhere and every time. It is bounded, whatever the schema and the value: what
 * cannot be checked within the bounds does not fit. Nothing is ever fetched. Thread-safe.
 */
public final class JsonSchema {

    /** The longest schema, in UTF-16 units. */
    public static final int MAX_CHARACTERS = 100_000;

    private final String json;
    private final Schema schema;

    private JsonSchema(String json, Schema schema) {
        this.json = json;
        this.schema = schema;
    }

    /**
     * Reads a schema, which is a JSON object.
     *
     * @throws SchemaException if it is none or cannot be used: too large, not of these drafts, a reference that leads out of
     *     it or nowhere, a pattern that RE2 does not support
     */
    public static JsonSchema parse(String text) throws SchemaException {
        ObjectNode node = SchemaReader.object(text);
        return new JsonSchema(node.toString(), SchemaReader.compiled(node));
    }

    /** The schema as compact JSON. */
    public String json() {
        return json;
    }

    /**
     * What keeps a value from fitting: at most eleven sentences, each with the JSON pointer of what it is about; none if it
     * fits.
     *
     * @param value a JSON value as text
     */
    public List<String> problems(String value) {
        Optional<JsonNode> node = SchemaReader.json(value);
        return node.isPresent()
                ? problems(node.get())
                : List.of("The value: not JSON, or a name in it is there twice.");
    }

    private List<String> problems(JsonNode value) {
        Steps steps = new Steps(Steps.MOST);
        BoundedExecution execution = new BoundedExecution(steps, true);
        String givenUp = null;
        try {
            ScopedValue.where(LinearPatterns.STEPS, steps).run(() -> schema.validate(execution, value));
        } catch (Steps.Exhausted e) {
            givenUp = "The value: cannot be checked, because " + e.getMessage() + ".";
        } catch (RuntimeException | StackOverflowError e) {
            // Numbers that no computer holds, for example; the library's words would help nobody.
            givenUp = "The value: cannot be checked.";
        }
        List<String> found = Problems.of(execution.found());
        return found.isEmpty() && givenUp != null ? List.of(givenUp) : found;
    }

    @Override
    public String toString() {
        return "JsonSchema of " + json.length() + " characters";
    }
}
